#!/usr/bin/env python3
"""Kills `cairn serve` at random moments while files are sent, committed, deleted, published and taken over.

Sixteen clients send files, whole, in parts and through the inbox, several of one deposit at a time. After each restart
every acknowledged file is downloaded and compared, and no deposit is half published. At the end the server runs eight
days ahead (libfaketime) and sweeps what was left: then the storage holds exactly the objects that files name, the folder
exactly their bytes, and each set counts what it has. Environment: SCALE (1: 20 kills, 240 deposits), SEED, PROFILE,
CAIRN_BIN.
"""

import collections
import glob
import http.client
import json
import os
import queue
import random
import sqlite3
import sys
import tempfile
import threading
import time

import s3
import server as cairn
from deposit import Deposit

CLIENTS = 16
AHEAD = 8 * 24 * 3600


class Work:
    """All deposits, the clients that move them on, and the count that says when to kill."""

    def __init__(self, server, token, deposits):
        self.server, self.token, self.deposits = server, token, deposits
        self.lock, self.acknowledged = threading.Lock(), 0
        self.failures, self.seen, self.killer = [], collections.Counter(), None

    def run(self, until=None, delay=0.0):
        """Moves deposits on until all are done, or until so many steps are acknowledged, when it kills the server."""
        chains, stopped = queue.Queue(), threading.Event()
        for deposit in self.deposits:
            deposit.move_on()
            for chain in deposit.open_chains():
                chains.put((deposit, chain))

        def client():
            connection = cairn.Client(self.server.port, self.token)
            try:
                while not stopped.is_set():
                    try:
                        deposit, chain = chains.get(timeout=0.05)
                    except queue.Empty:
                        if all(deposit.done() for deposit in self.deposits):
                            return
                        continue
                    self.move(connection, deposit, chain, until, delay)
                    with self.lock:
                        if deposit.move_on():
                            for more in deposit.open_chains():
                                chains.put((deposit, more))
            except (OSError, http.client.HTTPException) as error:
                stopped.set()
                if until is None:
                    self.failures.append(f"the server closed a connection although nobody killed it: {error!r}")
            except Exception as error:  # a thread must not die in silence
                stopped.set()
                self.failures.append(str(error) if isinstance(error, cairn.Failed) else repr(error))
            finally:
                connection.close()

        self.together(client, CLIENTS)
        if self.killer is not None:
            self.killer.join()

    def move(self, connection, deposit, chain, until, delay):
        while not chain.done():
            deposit.take_step(connection, chain)
            with self.lock:
                self.acknowledged += 1
                reached = self.acknowledged == until
            if reached:
                self.killer = threading.Timer(delay, self.server.kill)
                self.killer.start()

    def verify(self, deposits):
        waiting = queue.SimpleQueue()
        for deposit in deposits:
            waiting.put(deposit)

        def verifier():
            connection, seen = cairn.Client(self.server.port, self.token), collections.Counter()
            try:
                while True:
                    waiting.get_nowait().verify(connection, seen)
            except queue.Empty:
                pass
            except Exception as error:
                self.failures.append(str(error) if isinstance(error, cairn.Failed) else repr(error))
            finally:
                connection.close()
                with self.lock:
                    self.seen += seen

        self.seen.clear()
        self.together(verifier, 4)

    def together(self, act, many):
        threads = [threading.Thread(target=act) for _ in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise cairn.Failed("; ".join(self.failures[:3]))


def same(what, found, wanted):
    if found != wanted:
        missing, extra = sorted(wanted - found)[:3], sorted(found - wanted)[:3]
        raise cairn.Failed(f"{what}: {len(found)} found, {len(wanted)} wanted; missing {missing}, too many {extra}")


class Books:
    """What the primary database says of files: each set's counters and entries, and the layers that versions name."""

    def __init__(self, data):
        self.entries, self.heads, self.layers = collections.defaultdict(dict), {}, []
        database = sqlite3.connect(f"file:{data}/primary.db?mode=ro", uri=True)
        for table, name, sort, body, counters in database.execute("SELECT tbl, pk, sk, body, counters FROM items"):
            if table == "files" and sort == "!head":
                self.heads[name] = json.loads(counters)
            elif table == "files":
                self.entries[name][sort] = json.loads(body)
            elif table == "records" and sort in ("draft", "record"):
                record = json.loads(body)
                sets = [record.get(kind, {}).get("layers") for kind in ("files", "media_files")]
                self.layers += [layers for layers in sets if layers]
        database.close()

    def all(self):
        return [entry for files in self.entries.values() for entry in files.values() if "removed" not in entry]

    def objects(self):
        return {(entry["object"]["key"], entry["object"].get("version")) for entry in self.all()}

    def check(self):
        """No set is left that no version names; what is counted is what is there."""
        named = {layer for layers in self.layers for layer in layers}
        same("sets that versions name", set(self.entries) | set(self.heads), named & (set(self.entries) | set(self.heads)))
        for layers in self.layers:
            head = next((self.heads[layer] for layer in layers if layer in self.heads), {})
            seen = {}
            for layer in reversed(layers):
                seen.update(self.entries.get(layer, {}))
            there = [entry for entry in seen.values() if "removed" not in entry]
            counted = tuple(head.get(name, 0) for name in ("count", "bytes", "pending"))
            pending = sum(entry["status"] != "completed" for entry in there)
            wanted = len(there), sum(entry["reserved"] for entry in there), pending
            if counted != wanted:
                raise cairn.Failed(f"the set {layers} counts {counted} files, bytes and pending ones, and has {wanted}")


def library():
    """libfaketime: what makes a process see another time."""
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise cairn.Failed("libfaketime is missing: apt install libfaketime")
    return {"LD_PRELOAD": found[0], "FAKETIME": f"+{AHEAD}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def sweep(server, storage):
    """Eight days later nothing is left but what files name. Tells how much there was before, and how much is left."""
    cairn.settle(server)
    server.stop()
    server.environment.update(library())
    server.start()
    storage.ahead = AHEAD
    before, waiting = storage.versions(), storage.uploads()
    left = [entry for entry in Books(server.data).all() if entry["status"] != "completed"]
    run = cairn.run_job(server, "sweep_files")
    if run["status"] != "SUCCESS":
        raise cairn.Failed(f"the sweep failed: {run}; {cairn.job_messages(server, run)}")
    cairn.settle(server)
    return before, waiting, left


def verify_storage(server, storage):
    books = Books(server.data)
    books.check()
    found = storage.versions()
    of_files = {name for name in found if name[0].startswith(("files/", "parts/", "replies/", "inbox/"))}
    same("objects and versions in the storage", of_files, books.objects())
    same("uploads in parts", set(storage.uploads()), set())
    named, until = sum(size or 0 for size in found.values()), time.monotonic() + 30
    while True:
        # What a killed process left in the folder goes soon after a start.
        folder = glob.glob(os.path.join(server.data, "objects", "data", "*", "*"))
        on_disk = sum(os.path.getsize(path) for path in folder)
        if on_disk == named:
            break
        if time.monotonic() > until:
            raise cairn.Failed(f"the folder holds {on_disk} bytes in {len(folder)} files; the objects have {named}")
        time.sleep(0.5)
    return len(of_files), len(folder)


def prove(folder, rng, count, kills):
    server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"),
                          {"CAIRN_FILES_ADDR": f"127.0.0.1:{cairn.free_port()}"})
    storage = s3.Storage(server.environment["CAIRN_FILES_ADDR"].split(":")[1], None)
    try:
        library()
        server.start()
        storage.keys = s3.system_keys(server.data)
        token = cairn.create_user(server, "depositor")["token"]
        work = Work(server, token, [Deposit(at, rng, storage) for at in range(count)])
        steps = sum(deposit.total_steps() for deposit in work.deposits)
        for number, moment in enumerate(sorted(rng.sample(range(1, steps - CLIENTS), kills))):
            work.run(until=max(moment, work.acknowledged + 1), delay=rng.uniform(0, 0.1))
            server.kill()
            seconds = server.start()
            work.verify(work.deposits if number % 3 == 2 else [one for one in work.deposits if one.touched])
            print(f"  killed after {work.acknowledged} of {steps} steps; ready in {seconds:.2f} s, "
                  f"{work.seen['files']} files compared", flush=True)
        work.run()
        work.verify(work.deposits)
        before, waiting, left = sweep(server, storage)
        objects, files = verify_storage(server, storage)
        for deposit in work.deposits:
            deposit.forget_pending()
        work.verify(work.deposits)
        if work.seen["unsummed"]:
            raise cairn.Failed(f"{work.seen['unsummed']} files have no checksum yet")
        server.stop()
    except cairn.Failed as failure:
        print(f"files: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
        return 1
    finally:
        server.kill()
    print(f"files: {steps} steps, {kills} kills; {work.seen['files']} files as acknowledged; the sweep left {objects} objects "
          f"of {len(before)} versions, gave up {len(waiting)} uploads and {len(left)} files that never came; {files} files on disk")
    return 0


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", time.time_ns() % 10**6))
    count, kills = max(12, round(240 * scale)), max(3, round(20 * scale))
    print(f"files: {count} deposits, {kills} kills, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-files-") as folder:
        return prove(folder, random.Random(seed), count, kills)


if __name__ == "__main__":
    sys.exit(main())
