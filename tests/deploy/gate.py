"""What DNS and certificates are on AWS: an address of the site on this machine that leads to the deployed API."""

import http.client
import http.server
import threading

# Headers that are about one connection only.
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Gate:
    """Listens on `port` of 127.0.0.1, and sends everything to the API `api` of the stand-in at `stand_in`."""

    def __init__(self, port, stand_in):
        self.api = None
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOPS}
                headers["Host"] = f"{gate.api}.execute-api.localhost:{stand_in}"
                connection = http.client.HTTPConnection("127.0.0.1", stand_in, timeout=60)
                try:
                    connection.request(self.command, self.path, body, headers)
                    reply = connection.getresponse()
                    data = reply.read()
                finally:
                    connection.close()
                self.send_response(reply.status)
                for name, value in reply.getheaders():
                    if name.lower() not in HOPS | {"date", "server"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = pass_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
