#!/usr/bin/env python3
"""Sends a file of 5 GiB in parts; its sender is killed twice and started again as another process.

What had arrived is not sent again, the checksums are right, and the server's memory does not grow with the file: what it
takes is compared with what files of 128 MiB took that were sent in the same way. Then the server is killed and started
again, and the file comes back as it was sent. Environment: SCALE (1: 5 GiB), PROFILE, CAIRN_BIN.
"""

import glob
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request

import server as cairn

MIB = 1 << 20
PART = 8 * MIB
# KiB by which the most memory of two runs may differ: how much piles up before the disk takes it is luck, within bounds.
ROOM = 48 * 1024


def write(path, size):
    """Random bytes, no two megabytes alike; gives their MD5."""
    seed, digest = random.Random(7).randbytes(MIB), hashlib.md5()
    with open(path, "wb") as file:
        for number in range(size // MIB):
            piece = number.to_bytes(8, "big") + seed[8:]
            file.write(piece)
            digest.update(piece)
    return digest.hexdigest()


def arrived(server, entry):
    """How many parts have arrived."""
    told = server.admin().want(200, "GET", entry).json()["transfer"].get("arrived", [])
    runs = [[int(number) for number in run.split("-")] for run in told]
    return sum(run[-1] - run[0] + 1 for run in runs)


def data_files(server):
    return set(glob.glob(os.path.join(server.data, "objects", "data", "*", "*")))


def upload(server, draft, path):
    command = [server.program, "upload", draft, path, "--part-size", "8M", "--url", server.url]
    environment = {**os.environ, "CAIRN_TOKEN": server.admin_token()}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cut_off(server, draft, path, entry, parts):
    """Kills the sender once so many parts have arrived; gives the files that hold parts by then."""
    sender = upload(server, draft, path)
    while True:
        if sender.poll() is not None:
            raise cairn.Failed(f"the sender ended before {parts} parts had arrived")
        try:
            if arrived(server, entry) >= parts:
                break
        except cairn.Failed:
            pass
        time.sleep(0.02)
    sender.kill()
    sender.wait()
    time.sleep(0.5)
    return data_files(server)


def checksum(server, entry, seconds=600):
    """The checksum once it was computed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = server.admin().want(200, "GET", entry).json()
        if found.get("checksum"):
            return found["checksum"]
        time.sleep(0.2)
    raise cairn.Failed(f"no checksum after {seconds} s")


def fetched(server, entry):
    request = urllib.request.Request(f"{server.url}{entry}/content")
    request.add_header("Authorization", f"Bearer {server.admin_token()}")
    digest = hashlib.md5()
    with urllib.request.urlopen(request) as answer:
        while piece := answer.read(MIB):
            digest.update(piece)
    return digest.hexdigest()


def sent(server, path, size):
    """Sends a file, its sender killed twice: its entry, MD5, how many parts were kept, the seconds, the most memory meanwhile."""
    md5, parts, name = write(path, size), -(-size // PART), os.path.basename(path)
    draft = server.admin().want(201, "POST", "/api/records", {"files": {"enabled": True}}).json()["id"]
    entry = f"/api/records/{draft}/draft/files/{name}"
    cairn.forget_most_memory(server.pid())
    began, there, kept = time.monotonic(), data_files(server), set()
    for share in (3, 3 / 2):
        before_that, kept = kept, cut_off(server, draft, path, entry, int(parts / share)) - there
        assert before_that <= kept, "what had arrived was sent again"
        assert len(kept) >= parts // share, "parts that were acknowledged are there"
    if upload(server, draft, path).wait() != 0:
        raise cairn.Failed("the file was not sent to its end")
    took = time.monotonic() - began
    assert kept <= data_files(server), "what had arrived was sent again"
    assert checksum(server, entry) == f"md5:{md5}", "another checksum"
    return entry, md5, len(kept), took, cairn.memory(server.pid(), "VmHWM")


def prove(folder, size):
    server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
    server.start()
    # Small ones first, in the same way: what the server takes to be sent anything is not what grows with the file.
    before = max(sent(server, os.path.join(folder, f"small{run}.bin"), 128 * MIB)[-1] for run in range(2))
    entry, md5, kept, took, most = sent(server, os.path.join(folder, "large.bin"), size)
    assert most - before <= ROOM, f"memory grew from {before} to {most} KiB"
    server.kill()
    server.start()
    assert fetched(server, entry) == md5, "other bytes came back"
    server.stop()
    print(f"large: {size // MIB} MiB in parts, sender killed twice, {kept} parts kept; "
          f"{size / MIB / took:.0f} MiB/s, memory {before // 1024} to {most // 1024} MiB")


def main():
    size = max(1, round(5 * 1024 * float(os.environ.get("SCALE", "1")))) * MIB
    with tempfile.TemporaryDirectory(prefix="cairn-large-") as folder:
        try:
            prove(folder, size)
        except cairn.Failed as failure:
            sys.exit(f"large: {failure}")


if __name__ == "__main__":
    main()
