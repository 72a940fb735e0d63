#!/usr/bin/env python3
"""Measures a release build over its HTTP interface and prints a table: make bench.

CPU is the user and system time of the server process per request, over at least 2,000 requests; RSS what it holds of
memory once the index has caught up with them, and after the import also once nobody has asked for a while. Nothing is asserted: compare the figures of one machine with each other.
Environment: SCALE (1: 4,222 records), BENCH_FILE (drafts to import instead of generated ones, .jsonl or .jsonl.gz),
CAIRN_BIN.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "prove"))

import generate  # noqa: E402
import server as cairn  # noqa: E402

# Seconds after which a server that nobody asks has given back what it does not need.
REST = 30

WORDS = ["muon", "trigger path", "dataset", '"primary validated"', "metadata.title:luminosity", "jet AND boson", ""]


def drafts():
    path = os.environ.get("BENCH_FILE")
    if path is None:
        return list(generate.drafts(max(100, round(4222 * float(os.environ.get("SCALE", "1"))))))
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Bench:
    """One server, the folder for requests and ids, and the rows of the table."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.token = cairn.create_user(server, "bench")["token"]
        self.rows = []
        self.at_rest = 0.0

    def load(self, what, requests, concurrency, *options, token=True):
        """Sends the requests and adds a row; returns the ids of the answers."""
        sent, ids = os.path.join(self.folder, "requests.jsonl"), os.path.join(self.folder, "ids.txt")
        with open(sent, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(request) + "\n" for request in requests)
        command = [os.path.join(os.path.dirname(self.server.program), "load"), "--url", self.server.url]
        command += ["--concurrency", str(concurrency), "--requests", sent, "--ids", ids, *options]
        command += ["--token", self.token] if token else []
        pid, before = self.server.pid(), cairn.cpu(self.server.pid())
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise cairn.Failed(f"{what}: {done.stderr or done.stdout}")
        used, figures = cairn.cpu(pid) - before, json.loads(done.stdout)
        cairn.settle(self.server)
        self.rows.append((
            what, concurrency, figures["requests"], figures["requests"] / figures["seconds"],
            1000 * used / figures["requests"], figures["p50_ms"], figures["p99_ms"], cairn.memory(pid) / 1024,
        ))
        with open(ids, encoding="ascii") as file:
            return file.read().split()

    def rest(self):
        """Notes what the server holds of memory once it is at rest."""
        time.sleep(REST)
        self.at_rest = cairn.memory(self.server.pid()) / 1024

    def trips(self, pid):
        """Sequential calls of the store that one request of each sort needs, authentication included."""
        client = cairn.Client(self.server.port, self.token)
        draft = client.want(201, "POST", "/api/records", next(generate.drafts(1, 99)))
        path = f"/api/records/{draft.json()['id']}/draft"
        answers = {
            "create": draft,
            "save": client.want(200, "PUT", path, next(generate.drafts(1, 99))),
            "read draft": client.want(200, "GET", path),
            "publish": client.want(202, "POST", f"{path}/actions/publish"),
            "read": client.want(200, "GET", f"/api/records/{pid}"),
            "read, nobody": cairn.Client(self.server.port).want(200, "GET", f"/api/records/{pid}"),
            "search": client.want(200, "GET", "/api/records?q=muon"),
        }
        return {what: answer.headers.get("x-cairn-trips", "not told") for what, answer in answers.items()}


def get(path):
    return {"method": "GET", "path": path}


def post(path, body=None):
    return {"method": "POST", "path": path, **({"body": body} if body is not None else {})}


def measure(bench):
    lines = drafts()
    published = bench.load("create + publish", [post("/api/records", line) for line in lines], 32, "--publish")
    bench.rest()
    many = range(2000)
    reads = [get(f"/api/records/{published[number * 7 % len(published)]}") for number in many]
    bench.load("read", reads, 8)
    bench.load("read, nobody", reads, 8, token=False)
    bench.load("search with facets", [get(f"/api/records?q={quote(WORDS[number % len(WORDS)])}&size=25") for number in many], 8)
    fresh = [post("/api/records", line) for line in generate.drafts(2000, 7)]
    ids = bench.load("create", fresh, 32)
    bench.load("publish", [post(f"/api/records/{pid}/draft/actions/publish") for pid in ids], 32)
    return bench.trips(published[0])


def show(bench, trips, started):
    print(f"\nfirst start to ready: {started:.2f} s")
    print(f"{'':20} {'at once':>7} {'requests':>8} {'per s':>8} {'CPU ms':>8} {'p50 ms':>8} {'p99 ms':>8} {'RSS MB':>8}")
    for what, concurrency, requests, rate, used, half, most, resident in bench.rows:
        print(f"{what:20} {concurrency:7} {requests:8} {rate:8.0f} {used:8.3f} {half:8.2f} {most:8.2f} {resident:8.1f}")
    print(f"at rest after the import: {bench.at_rest:.1f} MB")
    print("store calls one after another: " + ", ".join(f"{what} {count}" for what, count in trips.items()))


def main():
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        server = cairn.Server(cairn.binary("release"), os.path.join(folder, "data"), {"CAIRN_DEBUG_TRIPS": "1"})
        try:
            started = server.start()
            bench = Bench(server, folder)
            show(bench, measure(bench), started)
            server.stop()
            print(f"next start to ready: {server.start():.2f} s, then {cairn.memory(server.pid()) / 1024:.1f} MB")
            server.stop()
        except cairn.Failed as failure:
            print(f"bench: {failure}\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
