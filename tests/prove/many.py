#!/usr/bin/env python3
"""Deposits 10,000 files in one draft, publishes them and takes them over: what costs the same for one file, costs the same.

Compares the calls to the store that each request makes one after another (`x-cairn-trips`) with those for a single file,
and counts the objects before and after the takeover: none is copied. Times are printed. Environment: SCALE (1: 10,000
files), PROFILE, CAIRN_BIN.
"""

import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import s3
import server as cairn

CLIENTS = 8
TOGETHER = 100
BODY = {"files": {"enabled": True}, "metadata": {
    "title": "Many files", "resource_type": {"id": "dataset"}, "publication_date": "2026", "publisher": "Cairn",
    "creators": [{"person_or_org": {"type": "organizational", "name": "Cairn"}}]}}


class Timed:
    """A client that keeps what each sort of request took: milliseconds, and calls to the store."""

    def __init__(self, server, token):
        self.client, self.took = cairn.Client(server.port, token), {}

    def want(self, what, status, method, path, body=None):
        began = time.monotonic()
        answer = self.client.want(status, method, path, body)
        took, trips = 1000 * (time.monotonic() - began), int(answer.headers["x-cairn-trips"])
        self.took.setdefault(what, []).append((took, trips))
        return answer.json() if answer.body else None


def deposit(server, token, files, names):
    """Starts, sends and commits files; gives the milliseconds of each commit."""
    client, took = cairn.Client(server.port, token), []
    client.want(201, "POST", files, [{"key": name} for name in names])
    for name in names:
        client.want(200, "PUT", f"{files}/{name}/content", name.encode(), {"Content-Type": "application/octet-stream"})
        began = time.monotonic()
        client.want(200, "POST", f"{files}/{name}/commit")
        took.append(1000 * (time.monotonic() - began))
    client.close()
    return took


def life(server, token, count):
    """The life of a record with so many files; what each request took, and the seconds that sending took."""
    timed = Timed(server, token)
    draft = timed.want("create", 201, "POST", "/api/records", BODY)["id"]
    files, names = f"/api/records/{draft}/draft/files", [f"d{number // 1000}/f{number:05}.txt" for number in range(count)]
    batches, began = [names[at:at + TOGETHER] for at in range(0, count, TOGETHER)], time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        commits = [each for took in pool.map(lambda batch: deposit(server, token, files, batch), batches) for each in took]
    sending = time.monotonic() - began
    cairn.settle(server)
    # A connection that was not used for so long is closed by now.
    timed.client.close()
    for name in (names[0], names[count // 2], names[-1]):
        for _ in range(5):
            timed.want("list a page", 200, "GET", f"{files}?size=100&after={name}")
    record = timed.want("publish", 202, "POST", f"/api/records/{draft}/draft/actions/publish")
    if record["files"]["count"] != count:
        raise cairn.Failed(f"{count} files were published as {record['files']['count']}")
    for _ in range(5):
        timed.want("read the record", 200, "GET", f"/api/records/{draft}")
        timed.want("read a file", 200, "GET", f"/api/records/{draft}/files/{names[-1]}")
    new = timed.want("new version", 201, "POST", f"/api/records/{draft}/versions")["id"]
    timed.want("take over files", 201, "POST", f"/api/records/{new}/draft/actions/files-import")
    timed.want("save", 200, "PUT", f"/api/records/{new}/draft", BODY)
    timed.want("publish the new version", 202, "POST", f"/api/records/{new}/draft/actions/publish")
    if timed.want("read the record", 200, "GET", f"/api/records/{new}")["files"]["count"] != count:
        raise cairn.Failed("the new version has another number of files")
    cairn.settle(server)
    return timed.took, sending, commits


def prove(folder, count):
    server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"), {
        "CAIRN_DEBUG_TRIPS": "1", "CAIRN_MAX_FILES": str(count), "CAIRN_FILES_ADDR": f"127.0.0.1:{cairn.free_port()}"})
    try:
        server.start()
        token = cairn.create_user(server, "depositor")["token"]
        one, _, _ = life(server, token, 1)
        many, sending, commits = life(server, token, count)
        storage = s3.Storage(server.environment["CAIRN_FILES_ADDR"].split(":")[1], s3.system_keys(server.data))
        objects = sum(key.startswith("files/") for key, _ in storage.versions())
        server.stop()
    except cairn.Failed as failure:
        print(f"many: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
        return 1
    finally:
        server.kill()
    print(f"many: {count} files sent and committed in {sending:.1f} s by {CLIENTS} clients; "
          f"commit {statistics.median(commits):.1f} ms; {objects} objects for both versions")
    print(f"{'':24} {'1 file':>9} {'trips':>6} {f'{count} files':>14} {'trips':>6}   (median, ms)")
    differs = []
    for what, took in many.items():
        trips = sorted({trips for _, trips in one[what]}), sorted({trips for _, trips in took})
        ms = [statistics.median(ms for ms, _ in each) for each in (one[what], took)]
        print(f"{what:24} {ms[0]:9.1f} {trips[0][-1]:6} {ms[1]:14.1f} {trips[1][-1]:6}")
        if max(trips[1]) > max(trips[0]):
            differs.append(what)
    if differs or objects != count + 1:
        print(f"many: FAILED: more calls with more files: {differs}; {objects} objects of {count + 1} files", file=sys.stderr)
        return 1
    return 0


def main():
    count = max(500, round(10_000 * float(os.environ.get("SCALE", "1"))))
    with tempfile.TemporaryDirectory(prefix="cairn-many-") as folder:
        return prove(folder, count)


if __name__ == "__main__":
    sys.exit(main())
