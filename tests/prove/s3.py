"""Asks an S3 storage, signed by hand (AWS Signature Version 4): what the proofs look at the storage with.

Python's standard library only.
"""

import datetime
import hashlib
import hmac
import http.client
import os
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import server as cairn

REGION, BUCKET = "us-east-1", "objects"
NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def system_keys(data):
    """The key that may do everything, made of the secret in the data folder as the server makes it."""
    with open(os.path.join(data, "objects", "secret"), "rb") as file:
        secret = file.read()
    return "system", hashlib.sha256(secret + b"system" + secret).hexdigest()


class Storage:
    """The storage at 127.0.0.1 and a port. `ahead` is how far its clock is ahead of ours, in seconds."""

    def __init__(self, port, keys, ahead=0):
        self.host, self.keys, self.ahead = f"127.0.0.1:{port}", keys, ahead

    def ask(self, method, key="", parameters=None, body=b""):
        """One signed request, of the bucket or of an object in it; gives the body of the answer."""
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.ahead)
        day, instant = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
        digest, scope = hashlib.sha256(body).hexdigest(), f"{day}/{REGION}/s3/aws4_request"
        path, query = quote(f"/{BUCKET}/{key}".rstrip("/")), urlencode(sorted((parameters or {}).items()), quote_via=quote)
        headers = {"host": self.host, "x-amz-content-sha256": digest, "x-amz-date": instant}
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        request = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{digest}"
        to_sign = f"AWS4-HMAC-SHA256\n{instant}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = f"AWS4{self.keys[1]}".encode()
        for part in (day, REGION, "s3", "aws4_request", to_sign):
            signature = hmac.new(signature, part.encode(), "sha256").digest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.keys[0]}/{scope}, SignedHeaders={names}, Signature={signature.hex()}"
        )
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path + (f"?{query}" if query else ""), body, headers)
            answer = connection.getresponse()
            found = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise cairn.Failed(f"the storage answers {method} {path} with {answer.status}: {found[:500]!r}")
        return found

    def get(self, parameters):
        """One signed GET of the bucket; the answer as XML."""
        return ElementTree.fromstring(self.ask("GET", parameters=parameters))

    def put(self, key, body):
        """Sends an object."""
        self.ask("PUT", key, body=body)

    def versions(self):
        """All versions of all objects, delete markers with size None: {(key, version): size}."""
        found, place = {}, {}
        while True:
            page = self.get({"versions": "", **place})
            for kind in ("Version", "DeleteMarker"):
                for one in page.iter(NAMESPACE + kind):
                    size = one.findtext(NAMESPACE + "Size")
                    name = one.findtext(NAMESPACE + "Key"), one.findtext(NAMESPACE + "VersionId")
                    found[name] = int(size) if size is not None else None
            if page.findtext(NAMESPACE + "IsTruncated") != "true":
                return found
            place = {
                "key-marker": page.findtext(NAMESPACE + "NextKeyMarker"),
                "version-id-marker": page.findtext(NAMESPACE + "NextVersionIdMarker"),
            }

    def uploads(self):
        """Keys of uploads in parts that were neither completed nor given up, 1,000 at most."""
        page = self.get({"uploads": ""})
        return [one.findtext(NAMESPACE + "Key") for one in page.iter(NAMESPACE + "Upload")]
