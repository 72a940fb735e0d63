#!/usr/bin/env python3
"""Measures a cold start with one read of DynamoDB, warm reads, and connections: make bench-lambda (after make package).

Each round starts `target/package/api/bootstrap` with an event that waits for it, and takes the time from the start of the process
to its reply. Then one function answers many events, and says by its own clock what CPU each took. At last its calls go through a
counter. DynamoDB Local is started beside, on a port of its own. It fails if the targets are missed, which are those of a machine
of the usual pace (tests/prove/pace.py).
Environment: ROUNDS (40), EVENTS (1000), BINARY in place of the package's.
"""

import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time

from start import PACKAGE, REPOSITORY, SETTINGS

sys.path.insert(0, os.path.join(REPOSITORY, "tests", "prove"))

import server as cairn  # noqa: E402
from pace import Pace  # noqa: E402

HANDLER = "vocabularies.read"
PATH = "/api/vocabularies/licenses/nowhere"
# The targets: start to reply, and CPU of a warm read, both in ms.
COLD, WARM = 80.0, 1.0
# In so many runs warm reads are made; the pace is taken in between.
RUNS = 20


def event():
    """What API Gateway sends for the read."""
    with open(os.path.join(REPOSITORY, "tests", "support", "events", "api-gateway-v2.json"), encoding="utf-8") as file:
        event = json.load(file)
    key = "GET /api/vocabularies/{type}/{id+}"
    event.update(rawPath=PATH, routeKey=key, pathParameters={"type": "licenses", "id": "nowhere"})
    event["requestContext"].update(routeKey=key)
    event["requestContext"]["http"]["path"] = PATH
    return json.dumps(event).encode()


class Server(http.server.ThreadingHTTPServer):
    """A server of this machine, on a free port, until it is closed."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """Who was killed ends its connections so."""

    def close(self):
        self.shutdown()
        self.server_close()


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    """Hands out one event after the other, as many as are wanted, and notes when each was answered; at once: an answer that
    waits for the acknowledgement of its first half comes 40 ms later, to a function whose caches are cold by then."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.server.polled.set()
        if not self.server.wanted.acquire(timeout=60):
            return
        self.answer(200, self.server.event, {
            "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "Lambda-Runtime-Deadline-Ms": "4102444800000",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:bench",
        })

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.replies.append((time.perf_counter(), body))
        self.answer(202, b"", {})
        self.server.replied.release()

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def counter(port):
    """A server before DynamoDB Local that counts connections, and calls by name."""

    class Counter(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            super().setup()
            self.server.connections += 1
            self.onward = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = self.headers["X-Amz-Target"].split(".")[1]
            self.server.calls.append(call)
            self.onward.request("POST", self.path, body, dict(self.headers))
            reply = self.onward.getresponse()
            data = reply.read()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.getheader("Content-Type", ""))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = Server(Counter)
    server.connections, server.calls = 0, []
    return server


class Function:
    """The process of a function, with a Runtime API of its own."""

    def __init__(self, binary, dynamodb, elsewhere):
        self.api = Server(RuntimeApi)
        self.api.event, self.api.replies = event(), []
        self.api.polled, self.api.wanted, self.api.replied = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)
        environment = {
            **SETTINGS, "_HANDLER": HANDLER, "CAIRN_TABLES": "cairn-", "CAIRN_BUCKET": "objects",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.api.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{dynamodb}",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{elsewhere}", "AWS_ENDPOINT_URL_SQS": f"http://127.0.0.1:{elsewhere}",
        }
        self.began = time.perf_counter()
        self.process = subprocess.Popen([binary], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answer(self, many):
        """Has so many events answered; gives when the last was."""
        for _ in range(many):
            self.api.wanted.release()
        for _ in range(many):
            if not self.api.replied.acquire(timeout=30):
                sys.exit("the function does not answer")
        when, body = self.api.replies[-1]
        status = json.loads(body).get("statusCode")
        if status != 404:
            sys.exit(f"what is not there answers {status}: {body[:500]}")
        return when

    def close(self):
        self.process.kill()
        self.process.wait()
        self.api.close()


def table(port, name):
    """Makes a table in DynamoDB Local, which asks for a signature and does not read it."""
    names = ("pk", "sk")
    asked = {
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in names],
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in zip(names, ("HASH", "RANGE"))],
    }
    credential = f"{SETTINGS['AWS_ACCESS_KEY_ID']}/20261122/us-east-1/dynamodb/aws4_request"
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.CreateTable", "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/", json.dumps(asked), headers)
    reply = connection.getresponse()
    if reply.status != 200:
        sys.exit(f"DynamoDB Local: {reply.read()}")


def cold(binary, port, nowhere, pace):
    """Milliseconds from the start of the process to its reply."""
    pace.take()
    function = Function(binary, port, nowhere)
    try:
        return 1000 * (function.answer(1) - function.began)
    finally:
        function.close()


def warm(binary, port, nowhere, events, pace):
    """Milliseconds of CPU that a read takes in a function that runs."""
    function = Function(binary, port, nowhere)
    try:
        function.answer(50)
        before, run = cairn.cpu(function.process.pid), max(1, events // RUNS)
        for _ in range(RUNS):
            pace.take()
            function.answer(run)
        return 1000 * (cairn.cpu(function.process.pid) - before) / (RUNS * run)
    finally:
        function.close()


def connections(binary, port):
    """Connections when the function asks for its first event, and after some reads; calls; connections elsewhere."""
    dynamodb, elsewhere = counter(port), counter(port)
    function = Function(binary, dynamodb.server_port, elsewhere.server_port)
    try:
        function.api.polled.wait(30)
        first = dynamodb.connections
        function.answer(1)
        calls = list(dynamodb.calls)
        function.answer(9)
        return first, dynamodb.connections, calls, elsewhere.connections
    finally:
        function.close()
        dynamodb.close()
        elsewhere.close()


def main():
    binary = os.environ.get("BINARY", os.path.join(PACKAGE, "api", "bootstrap"))
    if not os.access(binary, os.X_OK):
        sys.exit(f"{binary} is missing: make package")
    port, nowhere = cairn.free_port(), cairn.free_port()
    start = os.path.join(REPOSITORY, "tests", "services", "dynamodb-start.sh")
    subprocess.run([start, str(port)], check=True)
    try:
        for name in ("cairn-vocabularies", "cairn-accounts"):
            table(port, name)
        cold(binary, port, nowhere, Pace())  # brings it into the page cache
        pace = Pace()
        times = sorted(cold(binary, port, nowhere, pace) for _ in range(int(os.environ.get("ROUNDS", "40"))))
        median, slow = times[len(times) // 2], pace.of_time()
        print(f"start to reply with one read: p50 {median:.1f} ms, p90 {times[len(times) * 9 // 10]:.1f} ms ({len(times)} starts); "
              f"the machine took {slow:.2f} times as long as usual")
        pace = Pace()
        each = warm(binary, port, nowhere, int(os.environ.get("EVENTS", "1000")), pace)
        dear = pace.of_cpu()
        print(f"warm read: {each:.2f} ms of CPU; the machine took {dear:.2f} times as much as usual")
        first, after, calls, elsewhere = connections(binary, port)
        print(f"connections: {first} at the first poll, {after} after ten reads, {elsewhere} elsewhere; calls of the first: {calls}")
    finally:
        subprocess.run([start, "stop", str(port)], check=False)
    reads = [call for call in calls if call != "DescribeEndpoints"]
    missed = [
        text for text, is_so in (
            (f"start to reply takes {median:.1f} ms: the target is {COLD:.0f}", median > COLD * slow),
            (f"a warm read takes {each:.2f} ms of CPU: the target is {WARM:.0f}", each > WARM * dear),
            ("connections are opened that nothing needs, or late", (first, after, elsewhere) != (1, 1, 0)),
            (f"there is not one read, but {reads}", len(reads) != 1),
        ) if is_so
    ]
    for text in missed:
        print(f"cold: {text}", file=sys.stderr)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
