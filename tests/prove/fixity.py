#!/usr/bin/env python3
"""Damages five of 1,000 files on disk in five ways; one audit reports exactly those, and each for what it is.

A byte is changed, one file is cut off, one removed, one made longer, and the bytes of one become those of another file of
the same size. Before that an audit finds nothing. Environment: SCALE (1: 1,000 files), SEED, PROFILE, CAIRN_BIN.
"""

import glob
import hashlib
import os
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import server as cairn

CLIENTS = 8
SIZE = 3_000


def flip(path, _other):
    with open(path, "r+b") as file:
        file.seek(SIZE // 2)
        byte = file.read(1)[0]
        file.seek(SIZE // 2)
        file.write(bytes([byte ^ 1]))


def truncate(path, _other):
    os.truncate(path, SIZE - 1)


def remove(path, _other):
    os.remove(path)


def append(path, _other):
    with open(path, "ab") as file:
        file.write(b"\0")


def swap(path, other):
    with open(other, "rb") as file:
        content = file.read()
    with open(path, "r+b") as file:
        file.write(content)


WAYS = [flip, truncate, remove, append, swap]


def deposit(server, token, names, rng):
    """A draft with these files; gives the MD5 of each, by name."""
    contents = {name: rng.randbytes(SIZE) for name in names}
    client = cairn.Client(server.port, token)
    draft = client.want(201, "POST", "/api/records", {"files": {"enabled": True}}).json()["id"]
    files = f"/api/records/{draft}/draft/files"
    client.want(201, "POST", files, [{"key": name} for name in names])
    for name, content in contents.items():
        client.want(200, "PUT", f"{files}/{name}/content", content, {"Content-Type": "application/octet-stream"})
        client.want(200, "POST", f"{files}/{name}/commit")
    client.close()
    return {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}


def on_disk(server):
    """Where the bytes of a file are, by their MD5."""
    found = {}
    for path in glob.glob(os.path.join(server.data, "objects", "data", "*", "*")):
        with open(path, "rb") as file:
            found[hashlib.md5(file.read()).hexdigest()] = path
    return found


def audit(server, days):
    """The run, and what it has to complain of: {name of the file: fault}."""
    run = cairn.run_job(server, "audit_files", {"days": days})
    faults = [message.split(": ", 2) for message in cairn.job_messages(server, run, "ERROR")]
    return run, {name: fault for _, name, fault in faults}


def events(server):
    """What was said of damaged files: the server logs each event `file.damaged` as an error."""
    return [line for line in server.tail(0, 1 << 24).splitlines() if '"a file is not what it should be' in line]


def prove(folder, rng, count):
    server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
    try:
        server.start()
        token = cairn.create_user(server, "depositor")["token"]
        names = [f"f{number:04}.bin" for number in range(count)]
        seeds = [(names[at:at + 50], random.Random(rng.random())) for at in range(0, count, 50)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            sums = {}
            for made in pool.map(lambda each: deposit(server, token, *each), seeds):
                sums.update(made)
        cairn.settle(server)
        run, faults = audit(server, 0)
        if faults or run["total_entries"] != count:
            raise cairn.Failed(f"of {count} sound files {run['total_entries']} were looked at, and {faults} reported")
        places = on_disk(server)
        damaged = rng.sample(names, len(WAYS) + 1)
        for way, name in zip(WAYS, damaged):
            way(places[sums[name]], places[sums[damaged[-1]]])
        began = time.monotonic()
        run, faults = audit(server, 0)
        took = time.monotonic() - began
        if set(faults) != set(damaged[:-1]) or run["errored_entries"] != len(WAYS) or run["total_entries"] != count:
            raise cairn.Failed(f"damaged were {damaged[:-1]}, reported {faults}: {run}")
        if len(events(server)) != len(WAYS):
            raise cairn.Failed(f"{len(events(server))} events instead of {len(WAYS)}")
        cairn.settle(server)
        again, _ = audit(server, 14)
        if again["total_entries"]:
            raise cairn.Failed(f"{again['total_entries']} files were due again at once")
        server.stop()
    except cairn.Failed as failure:
        print(f"fixity: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
        return 1
    finally:
        server.kill()
    print(f"fixity: {count} files audited in {took:.1f} s; of five damaged ones exactly those were reported:")
    for way, name in zip(WAYS, damaged):
        print(f"  {way.__name__:9} {name}: {faults[name]}")
    return 0


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", time.time_ns() % 10**6))
    count = max(50, round(1000 * scale))
    print(f"fixity: {count} files, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-fixity-") as folder:
        return prove(folder, random.Random(seed), count)


if __name__ == "__main__":
    sys.exit(main())
