"""The site and its files behind CloudFront's distributions, and what has to hold there."""

import http.client
import json
import os
from urllib.parse import urlsplit

from backup import Backup
from distribution import Distribution, Functions
from gate import Gate, Request, forward
from site_under_test import Failed, minimal, until
from stand_in import NAME
from story import BROWSER, PART

PAGE = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


class Edge:
    """Both distributions: that of files at `port`, that of the site in place of what the gate had."""

    def __init__(self, port, stand_in, gate, bucket):
        client = stand_in.client("cloudfront")
        self.port, self.bucket, self.api, self.stand_in, self.door = port, bucket, gate.answer, stand_in, gate
        self.functions = Functions(client)
        backup = Backup(stand_in.client("apigateway"), f"{NAME}-backup")
        origins = {"api": gate.answer, "backup": backup.answer}
        self.site = Distribution(client, f"{NAME}: the site", self.functions, origins)
        self.files = Distribution(client, f"{NAME}: files", self.functions, {"objects": self.objects})
        gate.answer = self.site.answer
        self.gate = Gate(port, self.named)

    def named(self, request):
        """On AWS the bucket is part of the host, here it is part of the path."""
        target = request.target.removeprefix(f"/{self.bucket}")
        return self.files.answer(Request(request.method, target, request.headers, request.body, request.ip))

    def objects(self, request):
        asked = Request(request.method, f"/{self.bucket}{request.target}", request.headers, request.body)
        return forward(asked, self.stand_in.port, f"127.0.0.1:{self.stand_in.port}")

    def down(self, act):
        """What `act` gives while the API cannot be reached."""
        def nobody(_):
            raise ConnectionRefusedError("nobody listens")

        self.site.origins["api"] = nobody
        try:
            return act()
        finally:
            self.site.origins["api"] = self.api

    def close(self):
        self.door.answer = self.api
        self.gate.close()
        self.functions.close()


def ask(port, method, path, headers=None, body=None, network=1):
    """A request of somebody in one of several networks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(f"127.0.0.{network}", 0))
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def check(what, found, expected):
    if found != expected:
        raise Failed(f"{what}: {found!r}, wanted {expected!r}")


def files(edge, site, ada):
    """A file goes to the address that its link names, and comes from there, without a word on who asks but the signature."""
    draft = ada.want(201, "POST", "/api/records", minimal("Sent through the edge")).json()
    list_of_files, data = f"/api/records/{draft['id']}/draft/files", os.urandom(PART)
    entry, = ada.want(201, "POST", list_of_files, [{"key": "edge.bin"}]).json()["entries"]
    address = entry["links"]["content"]
    if not address.startswith(f"http://127.0.0.1:{edge.port}/"):
        raise Failed(f"content is to be sent elsewhere: {address}")
    target = address.partition(f":{edge.port}")[2]
    sent = {"Authorization": f"Bearer {ada.token}", "Cookie": "session=x", "Content-Type": "application/octet-stream"}
    status, _, answer = ask(edge.port, "PUT", target, sent, data)
    if status != 200:
        raise Failed(f"the signed address: {status} {answer[:300]!r}")
    check("what the bucket is told", {"authorization", "cookie"} & set(edge.files.passed.headers), set())
    ada.want(200, "POST", f"{list_of_files}/edge.bin/commit")
    until("the file is complete", lambda: ada.want(
        200, "GET", f"{list_of_files}/edge.bin").json()["status"] == "completed")
    ada.want(202, "POST", f"/api/records/{draft['id']}/draft/actions/publish")
    # Two networks, of which one asks twice and says that it is another.
    content = f"/api/records/{draft['id']}/files/edge.bin/content"
    for network, said in ((2, {}), (3, {}), (3, {"X-Cairn-Viewer": "10.0.0.1"})):
        status, headers, _ = ask(site.port, "GET", content, {**BROWSER, **said}, network=network)
        check("the way to the content", status, 302)
    parts = urlsplit(headers["location"])
    check("where the content is", parts.netloc, f"127.0.0.1:{edge.port}")
    status, headers, body = ask(edge.port, "GET", f"{parts.path}?{parts.query}")
    check("the content", (status, body == data), (200, True))
    check("what runs of it", (headers.get("content-security-policy"), headers.get("x-content-type-options")),
          ("sandbox; default-src 'none'", "nosniff"))

    def counted():
        stats = site.nobody.want(200, "GET", f"/api/records/{draft['id']}").json()["stats"]["this_version"]
        return stats["downloads"] >= 2 and stats

    stats = until("downloads are counted", counted)
    check("networks that the downloads came from", stats["unique_downloads"], 2)
    return f"{len(data)} bytes"


def refusals(edge, site, ada):
    """What no operation takes, and what is not signed, is refused before it gets anywhere."""
    edge.site.passed = edge.files.passed = None
    headers = {"Authorization": f"Bearer {ada.token}", "Content-Type": "application/json"}
    for path, most in (("/api/records", 4_194_304), ("/api/records/abcde-12345/views", 1_024)):
        status, answered, body = ask(site.port, "POST", path, headers, b" " * (most + 1))
        check(f"{path} with {most + 1} bytes", (status, answered["content-type"], json.loads(body)["status"]),
              (413, "application/json", 413))
    for method, path, expected in (
        ("GET", "/files/x", 403), ("GET", "/bodies/records/x?X-Amz-Signature=x", 403), ("DELETE", "/files/x", 405),
    ):
        status, _, body = ask(edge.port, method, f"/{edge.bucket}{path}")
        check(f"{method} {path}", (status, json.loads(body)["status"]), (expected, expected))
    check("POST to a page", ask(site.port, "POST", "/records/x")[0], 403)
    check("what got to the API and to the bucket", (edge.site.passed, edge.files.passed), (None, None))
    # What the API itself refuses is told in its own words.
    status, _, body = ask(site.port, "GET", "/nowhere", PAGE)
    check("what is not there", (status, json.loads(body)["status"]), (404, 404))
    status, _, body = ask(site.port, "POST", "/api/records", {"Content-Type": "application/json"}, b"{}")
    check("what nobody may", (status, json.loads(body)["status"]), (403, 403))


def outage(edge, site):
    """While the API is down people get a page and programs JSON, both with 503; then it is back."""
    def told(method, path, accept, body=None):
        headers = {"Accept": accept, "Content-Type": "application/json"} if body else {"Accept": accept}
        status, headers, text = ask(site.port, method, path, headers, body)
        return status, headers.get("content-type"), headers.get("retry-after"), text

    def all_of_it():
        status, media, retry, text = told("GET", "/records/abcde-12345", PAGE["Accept"])
        check("the page", (status, media, retry), (503, "text/html; charset=utf-8", "30"))
        if not text.startswith(b"<!doctype html>") or b"Back in a moment" not in text:
            raise Failed(f"the page is {text[:200]!r}")
        for method, path, body in (
            ("GET", "/records/abcde-12345", None), ("GET", "/", None), ("GET", "/api/records", None),
            ("POST", "/api/records", b"{}"),
        ):
            status, media, retry, text = told(method, path, "application/json", body)
            check(f"{method} {path}", (status, media, retry, json.loads(text)["status"]), (503, "application/json", "30", 503))

    edge.down(all_of_it)
    site.nobody.want(200, "GET", "/api/records")
