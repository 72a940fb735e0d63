#!/usr/bin/env python3
"""How fast the index is made anew on a real OpenSearch, beside what raw `_bulk` of the very same documents reaches there.

A site is filled with records; then `cairn reindex` runs through a proxy that keeps what it sends; then it runs again without
the proxy, which is timed; then what was kept is sent again, by as many senders as Cairn has, to an index made alike. Prints
records and documents a second, and the ratio: first with all cores shared, where what Cairn computes is taken from the engine,
then with the engine on the first core and everybody else on the others, as if they were two machines; the goal is 0.8 there.
Environment: BENCH_FILE (drafts; tests/data/records.jsonl.gz), RECORDS (4,000), OPENSEARCH_PORT, CAIRN_BIN.
"""

import contextlib
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "prove"))
import server as cairn  # noqa: E402
from records import RECORDS, read  # noqa: E402
from same import process_of, service  # noqa: E402
from scale import Corpus  # noqa: E402

SENDERS = 4
ROUNDS = 3
# Of the rate of raw _bulk.
GOAL = 0.8


def ask(port, method, path, body=None, kind="application/json"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, {"Content-Type": kind})
    reply = connection.getresponse()
    answer = json.loads(reply.read() or b"{}")
    if reply.status >= 300:
        raise cairn.Failed(f"{method} {path}: {reply.status} {answer}")
    return answer


class Keeping(http.server.BaseHTTPRequestHandler):
    """Passes requests on to OpenSearch and keeps what fills the next generation."""

    protocol_version = "HTTP/1.1"
    port = None
    kept = []

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/_bulk" and b"-next" in body:
            self.kept.append(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(self.command, self.path, body, {"Content-Type": self.headers.get("Content-Type", "application/json")})
        reply = connection.getresponse()
        answer = reply.read()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.getheader("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = handle_one

    def log_message(self, *_):
        pass


def timed(server):
    """Seconds that the rebuild takes, and of these, seconds in which all is read and sent (before, it waits until everybody
    writes to both generations; then it is looked through and swapped)."""
    began = time.perf_counter()
    run = cairn.run_job(server, "reindex")
    if run["status"] != "SUCCESS":
        raise cairn.Failed(f"the rebuild ended as {run['status']}: {cairn.job_messages(server, run)}")
    took = time.perf_counter() - began
    lines = server.admin().want(200, "GET", f"{run['links']['self']}/logs").json()["hits"]["hits"]
    at = {" ".join(line["message"].split(" ")[:2]): datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00")) for line in lines}
    return took, (at["All that"] - at["Whatever is"]).total_seconds()


def raw(port, bodies):
    """Sends the same lines to indices made as those that are searched; the seconds it takes."""
    ask(port, "DELETE", "/raw-*")
    for name in {name for body in bodies for name in re.findall(r'"_index":"cairn-([a-z]+)-next"', body.decode())}:
        made = next(iter(ask(port, "GET", f"/cairn-{name}").values()))
        settings = {key: value for key, value in made["settings"]["index"].items()
                    if key in ("number_of_shards", "analysis", "max_result_window", "mapping")}
        settings["refresh_interval"] = "-1"
        ask(port, "PUT", f"/raw-{name}", json.dumps({"settings": settings, "mappings": made["mappings"], "aliases": {f"raw-{name}-next": {}}}))
    bodies = [body.replace(b'"_index":"cairn-', b'"_index":"raw-') for body in bodies]
    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        for answer in senders.map(lambda body: ask(port, "POST", "/_bulk", body, "application/x-ndjson"), bodies):
            # What stands at the edge of two batches was sent twice.
            failed = [item for item in answer["items"] if item["index"]["status"] not in (200, 201, 409)]
            if failed:
                raise cairn.Failed(f"raw _bulk: {json.dumps(failed[0])}")
    ask(port, "POST", "/raw-*/_refresh")
    return time.perf_counter() - began


def place(process, cores):
    """Gives a process, all its threads, some cores."""
    for thread in os.listdir(f"/proc/{process}/task"):
        os.sched_setaffinity(int(thread), cores)


@contextlib.contextmanager
def apart(engine, server):
    """For a while, the engine has the first core, and Cairn and this process the others."""
    cores = os.sched_getaffinity(0)
    first, *others = sorted(cores)
    for process, given in [(engine, {first}), (server.pid(), others), (os.getpid(), others)]:
        place(process, given)
    yield
    for process in [engine, server.pid(), os.getpid()]:
        place(process, cores)


def compare(direct, port, bodies, documents):
    """One round; how the rebuild's rate is to the other."""
    (took, filled), plain = timed(direct), raw(port, bodies)
    print(f"cairn reindex {took:.1f} s, of these {filled:.1f} s to read and send all ({documents / filled:.0f} "
          f"documents/s); raw _bulk {plain:.1f} s ({documents / plain:.0f}/s): {plain / filled:.2f} of it", flush=True)
    return plain / filled


def main():
    with service() as address:
        measure(address, int(os.environ.get("RECORDS", "4000")))


def measure(address, count):
    port = Keeping.port = urlsplit(address).port
    ask(port, "DELETE", "/cairn-*,raw-*")
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keeping)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="cairn-reindex-") as folder:
        data, drafts = os.path.join(folder, "data"), os.path.join(folder, "drafts.jsonl.gz")
        Corpus(read(os.environ.get("BENCH_FILE", RECORDS))).write(drafts, count)
        program = cairn.binary("release")
        through = cairn.Server(program, data, {"CAIRN_OPENSEARCH": f"http://127.0.0.1:{proxy.server_address[1]}"})
        through.start(600)
        command = [program, "--url", through.url, "--token", through.admin_token(), "import", drafts, "--publish"]
        subprocess.run(command, check=True, capture_output=True)
        cairn.settle(through, 600)
        Keeping.kept.clear()
        timed(through)
        bodies = list(Keeping.kept)
        through.stop()
        direct = cairn.Server(program, data, {"CAIRN_OPENSEARCH": address})
        try:
            direct.start(600)
            documents = sum(body.count(b'"require_alias"') for body in bodies)
            print(f"{count} records, {documents} documents, {sum(map(len, bodies)) / 1e6:.1f} MB in {len(bodies)} requests; shared cores:")
            for _ in range(ROUNDS):
                compare(direct, port, bodies, documents)
            print("a core for the engine, the others for Cairn or who sends:")
            with apart(process_of("opensearch", port), direct):
                ratios = sorted(compare(direct, port, bodies, documents) for _ in range(ROUNDS))
            if ratios[ROUNDS // 2] < GOAL:
                raise cairn.Failed(f"the rebuild reaches {ratios[ROUNDS // 2]:.2f} of raw _bulk: the goal is {GOAL}")
        finally:
            direct.kill()


if __name__ == "__main__":
    try:
        main()
    except cairn.Failed as failure:
        sys.exit(f"FAILED: {failure}")
