"""Addresses on this machine that stand for names in DNS with their certificates: whoever asks there is answered by what is
behind, the deployed API or a distribution."""

import http.client
import http.server
import threading

# Headers that are about one connection only.
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Request:
    """What somebody asks: names of headers are small letters; `ip` is where it came from."""

    def __init__(self, method, target, headers, body=b"", ip="127.0.0.1"):
        self.method, self.target, self.headers, self.body, self.ip = method, target, headers, body, ip


class Reply:
    """Status, headers (a list of pairs) and body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, list(headers), body

    def header(self, name):
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


def forward(request, port, host):
    """Asks what listens on `port`, as the host that it is known by."""
    headers = {name: value for name, value in request.headers.items() if name not in HOPS}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(request.method, request.target, request.body, {**headers, "Host": host})
        reply = connection.getresponse()
        return Reply(reply.status, reply.getheaders(), reply.read())
    finally:
        connection.close()


class Gate:
    """Listens on `port` of this machine; `answer`, which may change, makes replies of requests."""

    def __init__(self, port, answer):
        self.answer, gate = answer, self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = gate.answer(Request(self.command, self.path, headers, body, self.client_address[0]))
                self.send_response(reply.status)
                for name, value in reply.headers:
                    if name.lower() not in HOPS | {"date", "server"}:
                        self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = pass_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
