#!/usr/bin/env python3
"""Tears and flips bytes of the primary store and looks what `cairn serve` makes of it.

Bytes after the last sync torn off: it starts cleanly, everything acknowledged is there, and the torn transaction is
there whole or not at all. Synced bytes flipped: everything is there all the same, or the failure is loud (no start,
or 5xx for what is damaged); never another content, never something silently missing.
Environment: SCALE (1: 40 cases of each sort), SEED, PROFILE, CAIRN_BIN.
"""

import http.client
import os
import random
import shutil
import sys
import tempfile
import time

import generate
import server as cairn
import wal

STORE, LOG = "primary.db", "primary.db-wal"
# How many commits were acknowledged: written after each sync. What is torn was never synced, so it is not counted.
MARKER = "primary.commits"


class Damage(Exception):
    """The server served something wrong, or lost something, as if nothing had happened."""


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def fill(server, count, seed):
    """Publishes some records; returns the path, the revision and the metadata of each, and the token that may read them."""
    token = cairn.create_user(server, "writer")["token"]
    client = cairn.Client(server.port, token)
    known = {}
    for draft in generate.drafts(count, seed):
        pid = client.want(201, "POST", "/api/records", draft).json()["id"]
        record = client.want(202, "POST", f"/api/records/{pid}/draft/actions/publish").json()
        known[f"/api/records/{pid}"] = (record["revision_id"], record["metadata"])
    cairn.settle(server)
    return token, known


def look(server, token, known, late):
    """How many reads failed loudly. Raises Damage for what is wrong or missing in silence.

    `late` is the path of the draft whose transaction may be torn: whole or absent, both are fine.
    """
    client = cairn.Client(server.port, token)
    loud = 0
    for path, (revision, metadata) in known.items():
        try:
            answer = client.ask("GET", path)
        except (OSError, http.client.HTTPException):
            loud += 1
            continue
        if answer.status >= 500:
            loud += 1
        elif answer.status != 200:
            raise Damage(f"GET {path}: acknowledged, but {answer}")
        elif (answer.json()["revision_id"], answer.json()["metadata"]) != (revision, metadata):
            raise Damage(f"GET {path}: other content than was acknowledged")
    if late is not None:
        path, metadata = late
        answer = client.ask("GET", path)
        if answer.status not in (200, 404) or (answer.status == 200 and answer.json()["metadata"] != metadata):
            raise Damage(f"GET {path}: half a transaction: {answer}")
    return loud


def judge(program, folder, token, known, late):
    """`clean`, `loud` or `refused`; raises Damage."""
    server = cairn.Server(program, folder)
    try:
        server.start(60)
    except cairn.Failed:
        if server.process.returncode == 0:
            raise Damage("it ended at its start as if all were well") from None
        return "refused"
    try:
        return "loud" if look(server, token, known, late) else "clean"
    finally:
        server.kill()


class Cases:
    """Copies of a data folder, each damaged in another way."""

    def __init__(self, program, rng):
        self.program, self.rng = program, rng
        self.outcomes = {}
        self.failures = []

    def run(self, sort, base, damage, allowed, token, known, late=None):
        folder = f"{base}-case"
        shutil.copytree(base, folder)
        what = damage(folder)
        try:
            outcome = judge(self.program, folder, token, known, late)
        except Damage as damaged:
            outcome = f"SILENT ({damaged})"
        if outcome not in allowed:
            self.failures.append(f"{sort}, {what}: {outcome}")
        key = (sort, outcome.split(" ")[0])
        self.outcomes[key] = self.outcomes.get(key, 0) + 1
        shutil.rmtree(folder)
        os.remove(folder + ".log")

    def tear(self, synced, end, marker):
        """Keeps the log only up to somewhere behind the last synced byte; the rest is cut, zeroed or garbage."""

        def damage(folder):
            log = read(folder, LOG)
            cut, filling = self.rng.randrange(synced, end), self.rng.choice(["cut", "zeros", "garbage"])
            rest = {"cut": b"", "zeros": bytes(end - cut), "garbage": self.rng.randbytes(end - cut)}[filling]
            write(folder, LOG, log[:cut] + rest)
            write(folder, MARKER, marker)
            return f"{filling} from byte {cut} of {end}, synced up to {synced}"

        return damage

    def flip(self, name, start, end):
        """Flips one bit of a file."""

        def damage(folder):
            data = bytearray(read(folder, name))
            place = self.rng.randrange(start, end)
            data[place] ^= 1 << self.rng.randrange(8)
            write(folder, name, bytes(data))
            return f"byte {place} of {name}"

        return damage


def prepare(program, folder, seed):
    """A data folder whose server was killed just after a write: what is acknowledged, and the extent of the log."""
    server = cairn.Server(program, folder)
    server.start()
    try:
        token, known = fill(server, 40, seed)
        client = cairn.Client(server.port, token)
        for late in generate.drafts(5, seed + 1):
            cairn.settle(server)
            synced, marker = wal.commits(read(folder, LOG)), read(folder, MARKER)
            # Several pages even when compressed, so that it can be torn in the middle.
            late["metadata"]["description"] = random.Random(seed).randbytes(15_000).hex()
            draft = client.want(201, "POST", "/api/records", late).json()
            ends = wal.commits(read(folder, LOG))
            if synced and ends[: len(synced)] == synced and len(ends) > len(synced):
                # The late draft is the first transaction behind; what the relay wrote after it is not looked at.
                draft = (f"/api/records/{draft['id']}/draft", draft["metadata"])
                return token, known, draft, (synced[-1], ends[len(synced)], marker)
    finally:
        server.kill()
    raise cairn.Failed("the log was checkpointed between each two looks at it: nothing can be torn")


def close(program, base):
    """A copy of the folder whose server was ended cleanly, so that the store itself holds everything."""
    folder = f"{base}-closed"
    shutil.copytree(base, folder)
    server = cairn.Server(program, folder)
    try:
        server.start()
        server.stop()
    finally:
        server.kill()
    return folder


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", time.time_ns() % 10**6))
    count = max(4, round(40 * scale))
    print(f"torn: {count} cases of each sort, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-torn-") as folder:
        base = os.path.join(folder, "data")
        try:
            program = cairn.binary(os.environ.get("PROFILE", "debug"))
            token, known, late, (synced, end, marker) = prepare(program, base, seed)
            closed = close(program, base)
        except cairn.Failed as failure:
            print(f"torn: FAILED (SEED={seed}): {failure}", file=sys.stderr)
            return 1
        unhurt_or_loud = {"clean", "loud", "refused"}
        store = os.path.getsize(os.path.join(closed, STORE))
        cases = Cases(program, random.Random(seed))
        for _ in range(count):
            cases.run("torn tail", base, cases.tear(synced, end, marker), {"clean"}, token, known, late)
            cases.run("flipped log", base, cases.flip(LOG, wal.HEADER, synced), unhurt_or_loud, token, known)
            cases.run("flipped store", closed, cases.flip(STORE, 0, store), unhurt_or_loud, token, known)
    for (sort, outcome), times in sorted(cases.outcomes.items()):
        print(f"  {sort}: {outcome} {times}")
    for failure in cases.failures[:10]:
        print(f"  {failure}", file=sys.stderr)
    if cases.failures:
        print(f"torn: FAILED in {len(cases.failures)} cases (SEED={seed})", file=sys.stderr)
        return 1
    print("torn: clean starts after torn tails, loud failures or none after flipped bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
