#!/usr/bin/env python3
"""Kills `cairn serve` at random moments during an import and looks whether anything acknowledged was lost.

Sixteen writers create, save, publish, edit and discard. Whatever was answered with 2xx must be there after each
restart; the one write that was under way may have happened or not, but not by half. At the end the index must
equal the primary store. Environment: SCALE (1: 20 kills, 4,222 records), SEED, PROFILE, CAIRN_BIN.
"""

import http.client
import os
import queue
import random
import sys
import tempfile
import threading
import time

import generate
import server as cairn
from story import Item, story

WRITERS = 16


class Import:
    """All items, the writers that move them on, and the counter that says when to kill."""

    def __init__(self, server, token, drafts, rng):
        self.server, self.token = server, token
        self.items = [Item(number, draft, story(rng)) for number, draft in enumerate(drafts)]
        self.lock = threading.Lock()
        self.acknowledged = 0
        self.failures = []

    def client(self):
        return cairn.Client(self.server.port, self.token)

    def write(self, until):
        """Moves items on until all are done, or until this many writes are acknowledged, when it kills the server."""
        waiting = queue.SimpleQueue()
        for item in self.items:
            if not item.done():
                waiting.put(item)
        threads = [threading.Thread(target=self.writer, args=(waiting, until)) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise cairn.Failed(self.failures[0])

    def writer(self, waiting, until):
        client = self.client()
        try:
            while not self.failures:
                try:
                    item = waiting.get_nowait()
                except queue.Empty:
                    return
                while not item.done():
                    item.take_step(client)
                    with self.lock:
                        self.acknowledged += 1
                        reached = self.acknowledged == until
                    if reached:
                        self.server.kill()
        except (OSError, http.client.HTTPException) as error:
            if until is None:
                self.failures.append(f"the server closed a connection although nobody killed it: {error!r}")
        except cairn.Failed as failure:
            self.failures.append(str(failure))
        except Exception as error:  # a thread must not die in silence
            self.failures.append(repr(error))
        finally:
            client.close()

    def verify(self, items):
        """Every item is in a state that its acknowledged writes allow."""
        waiting = queue.SimpleQueue()
        for item in items:
            waiting.put(item)

        def verifier():
            client = self.client()
            try:
                while True:
                    waiting.get_nowait().verify(client)
            except queue.Empty:
                pass
            except Exception as error:
                self.failures.append(str(error))
            finally:
                client.close()

        threads = [threading.Thread(target=verifier) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise cairn.Failed("; ".join(self.failures[:5]))

    def verify_index(self):
        """What the search finds is what the primary store holds, revision by revision."""
        cairn.settle(self.server)
        client = self.client()
        published = {item.id: item for item in self.items if item.state.record is not None}
        unpublished = {item.id for item in self.items if item.state.record is None and item.state.draft is not None}
        found = {hit["id"]: hit for hit in pages(client, "/api/records?sort=oldest")}
        same("published records in the index", set(found), set(published))
        mine = {hit["id"] for hit in pages(client, "/api/user/records?sort=oldest")}
        same("records and drafts of the user in the index", mine, set(published) | unpublished)
        for pid, hit in found.items():
            record = client.want(200, "GET", f"/api/records/{pid}").json()
            for part in ("revision_id", "metadata"):
                if hit[part] != record[part]:
                    raise cairn.Failed(f"{pid}: the index holds another `{part}` than the primary store")


def pages(client, path, size=100):
    """All hits of a search, page by page."""
    page, seen, total = 1, 0, None
    while total is None or seen < total:
        hits = client.want(200, "GET", f"{path}&size={size}&page={page}").json()["hits"]
        total = hits["total"]
        if not hits["hits"] and seen < total:
            raise cairn.Failed(f"{path}: page {page} is empty, but only {seen} of {total} were given")
        seen += len(hits["hits"])
        page += 1
        yield from hits["hits"]


def same(what, found, wanted):
    if found != wanted:
        missing, extra = sorted(wanted - found)[:5], sorted(found - wanted)[:5]
        raise cairn.Failed(f"{what}: {len(found)} found, {len(wanted)} wanted; missing {missing}, too many {extra}")


def restart(server, rng):
    """Starts the server again; every third time it is killed once more while it recovers."""
    if rng.random() < 1 / 3:
        thread = threading.Timer(rng.uniform(0.0, 0.3), server.kill)
        thread.start()
        try:
            server.start()
        except (cairn.Failed, OSError):
            pass
        thread.join()
        server.kill()
    return server.start()


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", time.time_ns() % 10**6))
    count, kills = max(80, round(4222 * scale)), max(3, round(20 * scale))
    rng = random.Random(seed)
    print(f"kill: {count} records, {kills} kills, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-kill-") as folder:
        server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
        try:
            server.start()
            work = Import(server, cairn.create_user(server, "writer")["token"], generate.drafts(count, seed), rng)
            writes = sum(len(item.steps) for item in work.items)
            # Steps under way are repeated after each kill, so the last moments are kept a little before the end.
            for moment in sorted(rng.sample(range(1, writes - WRITERS), kills)):
                work.write(until=max(moment, work.acknowledged + 1))
                server.kill()
                seconds = restart(server, rng)
                touched = [item for item in work.items if item.touched]
                work.verify(touched if moment % 3 else work.items)
                print(f"  killed after {work.acknowledged} acknowledged writes; ready again in {seconds:.2f} s", flush=True)
            work.write(until=None)
            work.verify(work.items)
            work.verify_index()
            server.stop()
            server.start()
            work.verify(work.items)
            work.verify_index()
            server.stop()
        except cairn.Failed as failure:
            print(f"kill: FAILED (SEED={seed}): {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    print(f"kill: {work.acknowledged} acknowledged writes survived {kills} kills; the index equals the store")
    return 0


if __name__ == "__main__":
    sys.exit(main())
