"""Starts, kills and asks a `cairn serve` process: what the proofs, the compatibility run and the benchmark share.

Python's standard library only.
"""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A server ends connections that are idle for half a minute.
IDLE = 20
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


class Failed(Exception):
    """The server did not do what it must; the message is for people."""


def binary(profile="debug"):
    """The program under test: CAIRN_BIN, or what cargo built."""
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(REPOSITORY, "target"))
    path = os.environ.get("CAIRN_BIN") or os.path.join(target, profile, "cairn")
    if not os.access(path, os.X_OK):
        raise Failed(f"{path} is missing: build it first (make build), or name it in CAIRN_BIN")
    return path


def cpu(pid):
    """Seconds of CPU that a process has used so far, with threads that have ended; clock_getcpuclockid(3) names this clock."""
    return time.clock_gettime(~pid << 3 | 2)


def memory(pid, key="VmRSS"):
    """KiB of memory that a process holds, as one line of /proc/<pid>/status says: VmRSS, RssAnon, VmHWM (proc_pid_status(5))."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith(f"{key}:")).split()[1])


def forget_most_memory(pid):
    """Lets VmHWM, the most that a process ever held, begin again with what it holds now (proc_pid_clear_refs(5))."""
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as forget:
        forget.write("5")


class Answer:
    """Status, headers (lower-case names) and body of a reply."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """One connection, kept open; connects again when the server was restarted. Not for several threads at once."""

    def __init__(self, port, token=None, timeout=60):
        self.port, self.token, self.timeout = port, token, timeout
        self.connection, self.used = None, 0.0

    def ask(self, method, path, body=None, headers=None):
        """Sends one request; raises OSError or HTTPException when no whole answer came."""
        if path.startswith("http"):
            parts = urlsplit(path)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {"Accept": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        if time.monotonic() - self.used > IDLE:
            self.close()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, sent)
            reply = self.connection.getresponse()
            data = reply.read()
            self.used = time.monotonic()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if reply.will_close:
            self.close()
        return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, data)

    def want(self, status, method, path, body=None, headers=None):
        """Like `ask`, but any other status is a failure."""
        answer = self.ask(method, path, body, headers)
        if answer.status != status:
            raise Failed(f"{method} {path}: wanted {status}, got {answer}")
        return answer

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def free_port():
    """A port that nobody listens on, and that is not given to connections: it can be listened on again after a kill."""
    while True:
        port = random.SystemRandom().randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class Server:
    """A `cairn serve` on a free port of 127.0.0.1 over one data folder."""

    def __init__(self, program, data, environment=None, wrapper=()):
        self.program, self.data = program, data
        self.environment = {**os.environ, "CAIRN_DATA": data, "CAIRN_ADDR": "127.0.0.1:0", **(environment or {})}
        self.wrapper = list(wrapper)
        self.log = data.rstrip("/") + ".log"
        self.process = None
        self.port = None

    def start(self, seconds=60):
        """Starts it and waits until it says that it is ready. Returns the seconds that took."""
        began = time.monotonic()
        offset = os.path.getsize(self.log) if os.path.exists(self.log) else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.wrapper + [self.program, "serve"], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )
        self.port = None
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise Failed(f"cairn serve ended with status {self.process.returncode} at its start:\n{self.tail(offset)}")
            if self.port is None:
                found = ADDRESS.search(self.tail(offset, 1 << 20))
                self.port = int(found[1]) if found else None
            elif self.healthy():
                return time.monotonic() - began
            time.sleep(0.01)
        self.kill()
        raise Failed(f"cairn serve was not ready after {seconds} s:\n{self.tail(offset)}")

    def healthy(self):
        try:
            return Client(self.port, timeout=5).ask("GET", "/healthz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def tail(self, offset=0, most=4000):
        with open(self.log, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(offset, log.tell() - most))
            return log.read().decode(errors="replace")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def pid(self):
        """The process id of `cairn` itself, also where a wrapper such as strace runs it."""
        if not self.wrapper:
            return self.process.pid
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
            return int(children.read().split()[0])

    def admin_token(self):
        with open(os.path.join(self.data, "admin-token"), encoding="ascii") as token:
            return token.read().strip()

    def admin(self):
        return Client(self.port, self.admin_token())

    def kill(self):
        """SIGKILL: no chance to tidy up."""
        if self.process and self.process.poll() is None:
            os.kill(self.pid(), signal.SIGKILL)
        if self.process:
            self.process.wait()

    def stop(self, seconds=30):
        """Ctrl-C; the server must end cleanly with status 0."""
        if self.process is None or self.process.poll() is not None:
            return
        os.kill(self.pid(), signal.SIGINT)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"cairn serve did not end within {seconds} s of Ctrl-C") from None
        if status != 0:
            raise Failed(f"cairn serve ended with status {status} after Ctrl-C:\n{self.tail()}")


def create_user(server, name):
    """A confirmed user with a public profile: {"id", "email", "token"}."""
    return create_user_as(server.admin(), name)


def create_user_as(admin, name):
    """The same, where only a client of an administrator is at hand."""
    email = f"{name}@example.org"
    visible = {"visibility": "public", "email_visibility": "public"}
    user = admin.want(201, "POST", "/api/users", {"email": email, "preferences": visible}).json()
    token = admin.want(201, "POST", f"/api/users/{user['id']}/tokens", {"name": name}).json()
    return {"id": str(user["id"]), "email": email, "token": token["token"]}


def write_tokens(admin, folder):
    """Makes those who the compatibility tests speak as, beside the administrator whose client this is: the file that tells of them."""
    users = {name: create_user_as(admin, name) for name in ("user", "user2", "user3")}
    me = admin.want(200, "GET", "/api/me").json()
    users["admin"] = {"id": str(me["id"]), "email": me["email"], "token": admin.token}
    tokens = os.path.join(folder, "tokens.json")
    with open(tokens, "w", encoding="ascii") as file:
        json.dump(users, file)
    return tokens


def outbox_depth(status):
    """The number of undelivered events in an answer of /api/status."""
    return status["outbox"]["waiting"]


def settle(server, seconds=120):
    """Waits until every event has been delivered."""
    admin = server.admin()
    until = time.monotonic() + seconds
    while True:
        status = admin.want(200, "GET", "/api/status").json()
        queues = status.get("queues", {}).values()
        if outbox_depth(status) == 0 and not any(queue["waiting"] + queue["hidden"] for queue in queues):
            if any(queue["dead"] for queue in queues):
                raise Failed(f"there are dead letters: {admin.want(200, 'GET', '/api/deadletters')}")
            return status
        if time.monotonic() > until:
            raise Failed(f"outbox and queues did not drain within {seconds} s: {status}")
        time.sleep(0.05)


def run_job(server, task, args=None, seconds=600):
    """Has an administrator's job done and waits for its end; gives the run."""
    admin = server.admin()
    job = admin.want(201, "POST", "/api/jobs", {"title": task, "task": task}).json()
    run = admin.want(201, "POST", job["links"]["runs"], {"args": args or {}}).json()
    until, pause = time.monotonic() + seconds, 0.05
    while time.monotonic() < until:
        run = admin.want(200, "GET", run["links"]["self"]).json()
        if run["status"] in ("SUCCESS", "FAILED", "PARTIAL_SUCCESS", "CANCELLED", "WARNING"):
            return run
        # Who asks all the time is measured too.
        time.sleep(pause)
        pause = min(1.2 * pause, 1)
    raise Failed(f"the job {task} came to no end within {seconds} s: {run}")


def job_messages(server, run, level=None):
    """What the log of a run says, of one level or of all."""
    lines = server.admin().want(200, "GET", f"{run['links']['self']}/logs").json()["hits"]["hits"]
    return [line["message"] for line in lines if level in (None, line["level"])]
