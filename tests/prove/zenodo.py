"""Stands in for zenodo.org, for a client that speaks to no other host: a proxy that answers for it with Cairn's records.

`zenodo_get` asks https://zenodo.org only, and reads the JSON of Zenodo's former API, where `files` is a list. So it is given
a proxy (its own option `--proxy`) and a certificate (`SSL_CERT_FILE`), and the proxy puts Cairn's `files.entries` into that
list. Everything else passes as it is. Standard library, and `openssl` for the certificate.
"""

import http.server
import json
import os
import socketserver
import ssl
import subprocess
import threading
import urllib.error
import urllib.request

HOST = "zenodo.org"


def certificate(folder):
    """A certificate for zenodo.org that nobody else trusts: its path, and that of its key."""
    paths = os.path.join(folder, "zenodo.pem"), os.path.join(folder, "zenodo.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST}", "-out", paths[0], "-keyout", paths[1]],
        check=True, capture_output=True,
    )
    return paths


def former(record, own):
    """A record as Zenodo's former API shows it, as far as its files go."""
    files = []
    for entry in record["files"]["entries"].values():
        link = entry["links"]["content"].replace(own, f"https://{HOST}")
        files.append({"key": entry["key"], "size": entry["size"], "checksum": entry["checksum"], "links": {"self": link}})
    return {**record, "files": files}


class Proxy:
    """A proxy that takes CONNECT zenodo.org:443 and answers with what Cairn has."""

    def __init__(self, cairn_url, folder):
        self.pem, key = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, key)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self):
                if self.path != f"{HOST}:443":
                    self.send_error(403)
                    return
                self.send_response(200)
                self.end_headers()
                with context.wrap_socket(self.connection, server_side=True) as inner:
                    Inner(inner, self.client_address, self.server)
                self.close_connection = True

            def log_message(self, *_):
                pass

        class Inner(Handler):
            def do_GET(self):
                request = urllib.request.Request(cairn_url + self.path)
                try:
                    answer = urllib.request.urlopen(request)
                except urllib.error.HTTPError as error:
                    answer = error
                with answer:
                    body, kind = answer.read(), answer.headers["Content-Type"]
                if answer.status == 200 and self.path.count("/") == 3 and kind.startswith("application/json"):
                    body = json.dumps(former(json.loads(body), cairn_url)).encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
