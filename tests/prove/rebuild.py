#!/usr/bin/env python3
"""Makes the search index anew while people write and search, and kills `cairn serve` meanwhile.

Whoever writes finds at once what they wrote; nobody ever counts fewer records than before; a rebuild that was killed goes
on, one that was cancelled leaves nothing; at the end the index equals the store. Environment: SCALE (1: 4,222 records, 6
kills), SEED, PROFILE, CAIRN_BIN.
"""

import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

import generate
import server as cairn
from jobs import FINAL, upload

WRITERS, WATCHERS = 3, 2


class People:
    """Those who write and those who look, until they are told to stop or the server is gone."""

    def __init__(self, server, token):
        self.server, self.token = server, token
        self.published = {}  # id: the title that was acknowledged last
        self.tried = {}  # id: the title that was sent last, acknowledged or not
        self.writes = self.looks = 0
        self.failures = []
        self.over = threading.Event()
        self.lock = threading.Lock()

    def start(self, expects_kill):
        self.over.clear()
        work = [self.write] * WRITERS + [self.watch] * WATCHERS
        self.threads = [threading.Thread(target=self.run, args=(one, number, expects_kill)) for number, one in enumerate(work)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise cairn.Failed("; ".join(self.failures[:5]))

    def run(self, work, number, expects_kill):
        client = cairn.Client(self.server.port, self.token if work == self.write else None)
        try:
            work(client, number)
        except (OSError, http.client.HTTPException) as error:
            if not expects_kill:
                self.failures.append(f"the server closed a connection although nobody killed it: {error!r}")
        except Exception as error:  # a thread must not die in silence
            self.failures.append(str(error) or repr(error))
        finally:
            client.close()

    def count(self, client, query, path="/api/user/records"):
        return client.want(200, "GET", f"{path}?size=1&q={query}").json()["hits"]["total"]

    def found(self, client, query, wanted, why, path="/api/user/records"):
        total = self.count(client, query, path)
        if total != wanted:
            raise cairn.Failed(f"{why}: {total} found for {query}, {wanted} wanted")

    def write(self, client, number):
        """Publishes, edits, discards; each time the writer looks at once."""
        rng, mine = random.Random(f"{number} {time.time_ns()}"), []
        while not self.over.is_set():
            word = f"w{rng.getrandbits(60):x}"
            draft = generate.draft(rng, rng.getrandbits(50))
            draft["metadata"]["title"] = word
            made = client.want(201, "POST", "/api/records", draft).json()
            if rng.random() < 0.3:
                self.found(client, f"title:{word}", 1, "a draft that was just made")
                client.want(204, "DELETE", made["links"]["self"])
                self.found(client, f"title:{word}", 0, "a draft that was just discarded")
            else:
                client.want(202, "POST", made["links"]["publish"])
                self.published[made["id"]] = word
                mine.append(made["id"])
                self.found(client, f"title:{word}", 1, "a record that was just published")
            if mine and rng.random() < 0.5:
                self.edit(client, rng.choice(mine), f"e{rng.getrandbits(60):x}")
            with self.lock:
                self.writes += 1

    def edit(self, client, pid, word):
        draft = client.want(201, "POST", f"/api/records/{pid}/draft").json()
        draft["metadata"]["title"] = word
        client.want(200, "PUT", draft["links"]["self"], draft)
        self.tried[pid] = word
        client.want(202, "POST", draft["links"]["publish"])
        before, self.published[pid] = self.published[pid], word
        self.found(client, f"title:{word}", 1, "an edit that was just published")
        self.found(client, f"title:{before}", 0, "the title before the edit")

    def watch(self, client, _number):
        """Nobody deletes records: their number only grows."""
        most = 0
        while not self.over.is_set():
            total = self.count(client, "", "/api/records")
            if total < most:
                raise cairn.Failed(f"{total} records are found, and there were {most} before")
            most = total
            with self.lock:
                self.looks += 1


def look(server, run):
    """The run as it is now; the server may have another port than when it began."""
    return server.admin().want(200, "GET", run["links"]["self"]).json()


def begin(server, key):
    message = {"version": "1", "id": key, "task": "reindex"}
    return server.admin().want(202, "POST", "/api/jobs/messages", message).json()


def finish(server, run, seconds=600):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = look(server, run)
        if now["status"] in FINAL:
            return now
        time.sleep(0.02)
    raise cairn.Failed(f"the rebuild came to no end: {look(server, run)}")


def succeed(server, run):
    ended = finish(server, run)
    if ended["status"] != "SUCCESS":
        raise cairn.Failed(f"the rebuild failed: {ended}: {cairn.job_messages(server, run)}")
    return ended


def generations(server):
    """The folders of the index."""
    folder = os.path.join(server.data, "index")
    return sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))


def is_alone(server):
    """Whether each index has one generation: `records@2`, and no `records@3`."""
    folders = generations(server)
    return len({folder.split("@")[0] for folder in folders}) == len(folders)


def verify(server, people):
    """The command says that nothing differs, and all that was acknowledged is found."""
    cairn.settle(server)
    environment = {**os.environ, "CAIRN_URL": server.url, "CAIRN_DATA": server.data}
    told = subprocess.run([server.program, "verify", "--json"], env=environment, capture_output=True, text=True, check=False)
    found = json.loads(told.stdout or "{}")
    kinds = [found.get(kind) for kind in ("missing", "stale", "ghosts", "ahead")]
    if told.returncode != 0 or kinds != [0, 0, 0, 0]:
        raise cairn.Failed(f"cairn verify: status {told.returncode}: {told.stdout}{told.stderr}")
    client = cairn.Client(server.port)
    for pid, word in people.published.items():
        # An edit that a kill cut off may have left a draft with the same title: nobody else sees it.
        either = f"title:({word}%20OR%20{people.tried.get(pid, word)})"
        people.found(client, either, 1, f"{pid}, acknowledged before", "/api/records")
    if not is_alone(server):
        raise cairn.Failed(f"something is left of another generation: {generations(server)}")
    return found


def killed(server, people, rng, kills):
    """A rebuild through some kills; tells how many of them fell into it."""
    run, within = begin(server, "killed"), 0
    for _ in range(kills):
        people.start(expects_kill=True)
        time.sleep(rng.uniform(0.1, 1.2))
        within += look(server, run)["status"] not in FINAL
        server.kill()
        people.stop()
        server.start()
    people.start(expects_kill=False)
    succeed(server, run)
    people.stop()
    return within


def cancelled(server, people):
    """A rebuild that is stopped leaves nothing; started again, it begins anew."""
    people.start(expects_kill=False)
    run = begin(server, "cancelled")
    path = run["links"]["self"]
    while is_alone(server) and look(server, run)["status"] not in FINAL:
        time.sleep(0.005)
    stopped = server.admin().ask("POST", f"{path}/actions/stop").status == 202 and finish(server, run)["status"] == "CANCELLED"
    if stopped:
        until = time.monotonic() + 30
        while not is_alone(server):
            if time.monotonic() > until:
                raise cairn.Failed(f"the cancelled rebuild has left {generations(server)}")
            time.sleep(0.02)
        server.admin().want(202, "POST", f"{path}/actions/retry")
        succeed(server, run)
    people.stop()
    return stopped


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", time.time_ns() % 10**6))
    count, kills = max(300, round(4222 * scale)), max(3, round(6 * scale))
    rng = random.Random(seed)
    print(f"rebuild: {count} records, {kills} kills, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-rebuild-") as folder:
        server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
        try:
            server.start()
            upload(server.admin(), list(generate.drafts(count, seed)))
            cairn.run_job(server, "import", {"upload": "proof", "publish": True})
            cairn.settle(server)
            people = People(server, cairn.create_user(server, "writer")["token"])
            people.start(expects_kill=False)
            began = time.monotonic()
            succeed(server, begin(server, "quiet"))
            seconds = time.monotonic() - began
            people.stop()
            verify(server, people)
            print(f"  made anew in {seconds:.1f} s, with {people.writes} writes and {people.looks} searches", flush=True)
            within = killed(server, people, rng, kills)
            verify(server, people)
            print(f"  {within} of {kills} kills fell into a rebuild, which went on", flush=True)
            if within == 0:
                raise cairn.Failed("no kill fell into the rebuild")
            stopped = cancelled(server, people)
            found = verify(server, people)
            print(f"  cancelled{'' if stopped else ' too late'}, and begun anew", flush=True)
            server.stop()
        except cairn.Failed as failure:
            print(f"rebuild: FAILED (SEED={seed}): {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    print(
        f"rebuild: {people.writes} writes, {people.looks} searches: all found at once and at the end; the index equals the "
        f"store ({found['documents']} documents)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
