#!/usr/bin/env python3
"""Measures how fast the packaged Lambda binary starts: make bench-lambda (after make package).

Each round starts `target/package/api/bootstrap` against a small Runtime API and takes the time from the start of the
process to its first poll for an event. Environment: ROUNDS (40), ARTIFACT (api), HANDLER (records.read),
AWS_ENDPOINT_URL_DYNAMODB; the credentials are nobody's.
"""

import http.server
import os
import subprocess
import sys
import threading
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(REPOSITORY, "tests", "prove"))

import server as cairn  # noqa: E402

PACKAGE = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(REPOSITORY, "target")), "package")
SETTINGS = {"SITE_URL": "https://data.example.org", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "NOBODY0000000000", "AWS_SECRET_ACCESS_KEY": "none"}


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    """Notes the first poll and never has an event; whoever waits is killed."""

    def do_GET(self):
        self.server.polled.set()
        self.server.over.wait(60)

    def do_POST(self):
        """The function reports that it could not start."""
        self.server.error = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
        self.send_response(202)
        self.end_headers()
        self.server.polled.set()

    def log_message(self, *_):
        pass


def start(binary):
    """Seconds from the start of the process to its first poll, and its resident memory then, in MB."""
    api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
    api.daemon_threads, api.error = True, None
    api.polled, api.over = threading.Event(), threading.Event()
    threading.Thread(target=api.serve_forever, daemon=True).start()
    environment = {
        **SETTINGS, **os.environ, "_HANDLER": os.environ.get("HANDLER", "records.read"),
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    }
    began = time.perf_counter()
    process = subprocess.Popen([binary], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        polled = api.polled.wait(30)
        took = time.perf_counter() - began
        if not polled or api.error is not None or process.poll() is not None:
            process.kill()
            sys.exit(f"the function did not start: {api.error or process.stderr.read().decode(errors='replace')}")
        return took, cairn.memory(process.pid) / 1024
    finally:
        process.kill()
        process.wait()
        api.over.set()
        api.shutdown()
        api.server_close()


def main():
    binary = os.path.join(PACKAGE, os.environ.get("ARTIFACT", "api"), "bootstrap")
    if not os.access(binary, os.X_OK):
        sys.exit(f"{binary} is missing: make package")
    start(binary)  # brings it into the page cache
    rounds = [start(binary) for _ in range(int(os.environ.get("ROUNDS", "40")))]
    times = sorted(1000 * took for took, _ in rounds)
    print(f"start to first poll: p50 {times[len(times) // 2]:.1f} ms, p90 {times[len(times) * 9 // 10]:.1f} ms "
          f"({len(times)} starts); resident {max(resident for _, resident in rounds):.1f} MB")
    archive = os.environ.get("ARTIFACT", "api") + ".zip"
    print(f"{archive}: {os.path.getsize(os.path.join(PACKAGE, archive)) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
