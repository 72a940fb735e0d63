#!/usr/bin/env python3
"""Sends and fetches files with the tools that people use, unmodified: curl, wget, pooch, zenodo_get, and the AWS CLI.

Each is run as a person would run it, and what it wrote is compared byte by byte. zenodo_get speaks to zenodo.org only:
zenodo.py says how it is brought here. Environment: PROFILE, CAIRN_BIN, CAIRN_VENV.
"""

import filecmp
import os
import random
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

import s3
import server as cairn
import zenodo

sys.path.insert(0, os.path.join(cairn.REPOSITORY, "tests", "compat"))

import run as compat  # noqa: E402

MIB = 1 << 20
OCTETS = "Content-Type: application/octet-stream"
NAMES = ["data.csv", "large file.bin", "dir/größe.bin"]


def run(*command, environment=None, stdin=None):
    """Runs a tool; one that fails is a failure."""
    done = subprocess.run(command, capture_output=True, env={**os.environ, **(environment or {})}, stdin=stdin, check=False)
    if done.returncode:
        raise cairn.Failed(f"{' '.join(command)}: status {done.returncode}\n{done.stderr.decode()[-2000:]}{done.stdout.decode()[-500:]}")
    return done.stdout


class Tools:
    """A server, a folder with the files that are sent, and one for what comes back."""

    def __init__(self, folder, server):
        self.server, self.token = server, cairn.create_user(server, "ada")["token"]
        self.client = cairn.Client(server.port, self.token)
        self.sent, self.back = os.path.join(folder, "sent"), os.path.join(folder, "back")
        os.makedirs(self.back)
        self.bin = os.path.dirname(compat.python())
        rng = random.Random(5)
        for name, size in zip(NAMES, (10_000, 13 * MIB + 7, 6 * MIB)):
            path = os.path.join(self.sent, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(rng.randbytes(size))

    def draft(self):
        body = {"files": {"enabled": True}, "metadata": {
            "title": "Tools", "resource_type": {"id": "dataset"}, "publication_date": "2026", "publisher": "Cairn",
            "creators": [{"person_or_org": {"type": "organizational", "name": "Cairn"}}]}}
        return self.client.want(201, "POST", "/api/records", body).json()["id"]

    def start(self, draft, name, **more):
        path = f"/api/records/{draft}/draft/files"
        self.client.want(201, "POST", path, [{"key": name, **more}])
        return self.client.want(200, "GET", f"{path}/{quote(name)}").json()["links"]

    def same(self, name, path):
        if not filecmp.cmp(os.path.join(self.sent, name), path, shallow=False):
            raise cairn.Failed(f"{path} is not what was sent")

    def cut(self, name, size):
        """The beginning of a file, as a download that was cut off leaves it."""
        path = os.path.join(self.back, f"{len(os.listdir(self.back))}-{os.path.basename(name)}")
        with open(os.path.join(self.sent, name), "rb") as whole, open(path, "wb") as file:
            file.write(whole.read(size))
        return path

    def curl_uploads(self):
        """`curl -T`: a file, what comes from a pipe (its length unknown), and parts to signed addresses."""
        draft, auth = self.draft(), f"Authorization: Bearer {self.token}"
        for name, source in zip(NAMES, ("file", "pipe", "parts")):
            path = os.path.join(self.sent, name)
            size, part = os.path.getsize(path), 5 * MIB
            parts = {"size": size, "transfer": {"type": "M", "parts": -(-size // part), "part_size": part}}
            links = self.start(draft, name, **(parts if source == "parts" else {}))
            if source == "file":
                run("curl", "-fsS", "-H", auth, "-H", OCTETS, "-T", path, links["content"])
            elif source == "pipe":
                with open(path, "rb") as file:
                    run("curl", "-fsS", "-H", auth, "-H", OCTETS, "-T", "-", links["content"], stdin=file)
            else:
                self.curl_parts(path, links["parts"], part)
            run("curl", "-fsS", "-H", auth, "-X", "POST", links["commit"])
        return self.publish(draft)

    def curl_parts(self, path, parts, size):
        with open(path, "rb") as file:
            for link in parts:
                piece = os.path.join(self.back, f"part-{link['part']}")
                with open(piece, "wb") as out:
                    out.write(file.read(size))
                run("curl", "-fsS", "-T", piece, link["url"])

    def publish(self, draft):
        self.client.want(202, "POST", f"/api/records/{draft}/draft/actions/publish")
        cairn.settle(self.server)
        return {entry["key"]: entry for entry in self.client.want(200, "GET", f"/api/records/{draft}/files").json()["entries"]}

    def curl_downloads(self, files):
        """Whole; `-C -` after a cut; `-r` in the middle and at the end."""
        for name, entry in files.items():
            url, path = entry["links"]["content"], self.cut(name, 0)
            run("curl", "-fsSL", "-o", path, url)
            self.same(name, path)
            path = self.cut(name, 4_321)
            run("curl", "-fsSL", "-C", "-", "-o", path, url)
            self.same(name, path)
            with open(os.path.join(self.sent, name), "rb") as file:
                whole = file.read()
            for asked, wanted in (("1000-4999", whole[1000:5000]), ("-77", whole[-77:]), ("0-0", whole[:1])):
                if run("curl", "-fsSL", "-r", asked, url) != wanted:
                    raise cairn.Failed(f"curl -r {asked} of {name}: other bytes")

    def wget(self, files):
        """`-c` after a cut, and the name that the server proposes."""
        for name, entry in files.items():
            path = self.cut(name, 7_000)
            run("wget", "-q", "-c", "-O", path, entry["links"]["content"])
            self.same(name, path)
        folder = os.path.join(self.back, "wget")
        run("wget", "-q", "--content-disposition", "-P", folder, files[NAMES[1]]["links"]["content"])
        self.same(NAMES[1], os.path.join(folder, NAMES[1]))

    def pooch(self, files):
        """Fetches by address and checks the checksum that the API tells."""
        script = "import pooch, sys; print(pooch.retrieve(sys.argv[1], known_hash=sys.argv[2], path=sys.argv[3], fname='it'))"
        for number, (name, entry) in enumerate(files.items()):
            folder = os.path.join(self.back, f"pooch-{number}")
            run(os.path.join(self.bin, "python"), "-c", script, entry["links"]["content"], entry["checksum"], folder)
            self.same(name, os.path.join(folder, "it"))

    def zenodo_get(self, files):
        """A whole record, each checksum verified by the tool."""
        record = files[NAMES[0]]["links"]["self"].split("/")[5]
        proxy, folder = zenodo.Proxy(self.server.url, self.back), os.path.join(self.back, "zenodo")
        try:
            run(os.path.join(self.bin, "zenodo_get"), "-r", record, "-o", folder, "--proxy", proxy.url,
                environment={"SSL_CERT_FILE": proxy.pem, "NO_PROXY": "", "no_proxy": ""})
        finally:
            proxy.stop()
        for name in files:
            self.same(name, os.path.join(folder, name))

    def aws(self, *arguments, **environment):
        endpoint = f"http://{self.server.environment['CAIRN_FILES_ADDR']}"
        settings = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", **environment}
        return run(os.path.join(self.bin, "aws"), "--endpoint-url", endpoint, *arguments, environment=settings)

    def aws_inbox(self):
        """`aws s3 cp`: what is dropped in becomes files; the large one is sent in parts by the tool itself."""
        draft, keys = self.draft(), os.path.join(self.server.data, "inbox-credentials")
        inbox = f"s3://objects/inbox/{draft}/"
        self.aws("s3", "cp", "--quiet", "--recursive", self.sent, inbox, AWS_SHARED_CREDENTIALS_FILE=keys)
        until, path = time.monotonic() + 60, f"/api/records/{draft}/draft/files"
        while len(found := self.client.want(200, "GET", path).json()["entries"]) < len(NAMES):
            if time.monotonic() > until:
                raise cairn.Failed(f"of {NAMES} only {found} were taken in; {self.server.tail()}")
            time.sleep(0.1)
        cairn.settle(self.server)
        listing = ("s3api", "list-objects-v2", "--bucket", "objects", "--prefix", "inbox/", "--query", "Contents")
        if self.aws(*listing, AWS_SHARED_CREDENTIALS_FILE=keys).strip() not in (b"", b"null"):
            raise cairn.Failed("something was left in the inbox")
        files = self.publish(draft)
        for name, entry in files.items():
            path = self.cut(name, 0)
            run("curl", "-fsSL", "-o", path, entry["links"]["content"])
            self.same(name, path)

    def aws_presigned(self):
        """`aws s3 presign`: addresses that the tool signs are good for curl, until a letter of them is changed."""
        access, secret = s3.system_keys(self.server.data)
        config = os.path.join(self.back, "aws-config")
        with open(config, "w", encoding="ascii") as file:
            # Left alone, version 1 of the tool signs addresses by Signature Version 2, which S3 no longer takes everywhere.
            file.write("[default]\ns3 =\n    signature_version = s3v4\n")
        keys = {"AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": secret, "AWS_CONFIG_FILE": config}
        sizes = {os.path.getsize(os.path.join(self.sent, name)): name for name in NAMES}
        storage = s3.Storage(self.server.environment["CAIRN_FILES_ADDR"].split(":")[1], (access, secret))
        key, name = next((key, sizes[size]) for (key, _), size in storage.versions().items() if size in sizes)
        url = self.aws("s3", "presign", f"s3://objects/{key}", **keys).decode().strip()
        path = self.cut(name, 0)
        run("curl", "-fsS", "-o", path, url)
        self.same(name, path)
        other = url[:-1] + ("0" if url[-1] != "0" else "1")
        if run("curl", "-s", "-o", os.devnull, "-w", "%{http_code}", other) != b"403":
            raise cairn.Failed("an address that was changed is still good")


def prove(folder, server):
    tools = Tools(folder, server)
    files = tools.curl_uploads()
    print("  curl -T: a file, a pipe, parts to signed addresses", flush=True)
    for what, act in (
        ("curl -C -, -r", lambda: tools.curl_downloads(files)), ("wget -c", lambda: tools.wget(files)),
        ("pooch", lambda: tools.pooch(files)), ("zenodo_get", lambda: tools.zenodo_get(files)),
        ("aws s3 cp to the inbox", tools.aws_inbox), ("aws s3 presign", tools.aws_presigned),
    ):
        act()
        print(f"  {what}", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="cairn-tools-") as folder:
        environment = {"CAIRN_FILES_ADDR": f"127.0.0.1:{cairn.free_port()}"}
        server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"), environment)
        try:
            server.start()
            prove(folder, server)
            server.stop()
        except cairn.Failed as failure:
            print(f"tools: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    print("tools: all came back byte by byte")
    return 0


if __name__ == "__main__":
    sys.exit(main())
