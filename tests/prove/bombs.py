#!/usr/bin/env python3
"""Deposits ZIP files that are made to cost much, and looks into them: nothing takes long, memory does not grow.

A gigabyte of zeros in a megabyte, the same in archives within an archive, a million entries, entries that all are one file,
and a member that says it is small. Environment: PROFILE, CAIRN_BIN.
"""

import io
import os
import struct
import sys
import tempfile
import time
import zipfile
import zlib

import server as cairn
from large import MIB

SECONDS, ROOM = 5, 30 * 1024


def zeros(size):
    """A ZIP file of one member, `zeros`, of so many of them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w", force_zip64=True) as member:
        for _ in range(size // MIB):
            member.write(bytes(MIB))
    return made.getvalue()


def within(inner, count):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.zip", inner)
    return made.getvalue()


def record(name, size, packed, method, at, crc=0):
    """An entry of a central directory (APPNOTE 4.3.12)."""
    fields = (0x02014B50, 20, 20, 0, method, 0, 0, crc, packed, size, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<IHHHHHHIIIHHHHHII", *fields) + name


def archive(files, records, count):
    directory = b"".join(records)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, min(count, 65535), min(count, 65535), len(directory), len(files), 0)
    return files + directory + end


def million():
    return archive(b"", [record(b"%08d" % number, 0, 0, 0, 0) for number in range(1_000_000)], 1_000_000)


def kernel(packed, size, names):
    """A file, and so many entries that all say they are it."""
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(packed), size, len(names[0]), 0) + names[0] + packed
    return archive(local, [record(name, size, len(packed), 8, 0) for name in names], len(names))


def bombs():
    """Name: content, what is asked of it, and the status that answers."""
    flat, whole = zeros(1024 * MIB), zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = whole.compress(bytes(100 * MIB)) + whole.flush()
    return {
        "flat.zip": (flat, [("", 200), ("/zeros", 400)]),
        "nested.zip": (within(within(flat, 3), 2), [("", 200), ("/0.zip", 200), ("/0.zip/0.zip", 404)]),
        "million.zip": (million(), [("", 200), ("/00000000", 400)]),
        "overlapping.zip": (kernel(packed, 100 * MIB, [b"%05d" % at for at in range(5_000)]), [("", 200), ("/00000", 400)]),
        "liar.zip": (kernel(packed, 10_000_000, [b"x"]), [("", 200), ("/x", 400)]),
    }


def deposit(client, files):
    draft = client.want(201, "POST", "/api/records", {"files": {"enabled": True}}).json()["id"]
    path = f"/api/records/{draft}/draft/files"
    for name, (content, _) in files.items():
        client.want(201, "POST", path, [{"key": name}])
        client.want(200, "PUT", f"{path}/{name}/content", content, {"Content-Type": "application/octet-stream"})
        client.want(200, "POST", f"{path}/{name}/commit")
    return path


def look(client, path, name, asked):
    """Looks into one archive; tells how many seconds the slowest answer took."""
    slowest = 0
    for member, wanted in asked:
        began = time.monotonic()
        answer = client.ask("GET", f"{path}/{name}/container{member}")
        took = time.monotonic() - began
        slowest = max(slowest, took)
        if answer.status != wanted or took > SECONDS:
            raise cairn.Failed(f"{name}{member}: wanted {wanted}, got {answer} after {took:.1f} s")
    return slowest


def prove(folder):
    server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
    try:
        server.start()
        client, files = server.admin(), bombs()
        path = deposit(client, files)
        cairn.settle(server)
        cairn.forget_most_memory(server.pid())
        before = cairn.memory(server.pid())
        slowest = max(look(client, path, name, asked) for name, (_, asked) in files.items())
        most = cairn.memory(server.pid(), "VmHWM")
        if most - before > ROOM:
            raise cairn.Failed(f"memory grew from {before} to {most} KiB")
        server.stop()
    except cairn.Failed as failure:
        print(f"bombs: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
        return 1
    finally:
        server.kill()
    print(f"bombs: {len(files)} archives, the slowest answer after {slowest:.2f} s, memory {before // 1024} to {most // 1024} MiB")
    return 0


def main():
    with tempfile.TemporaryDirectory(prefix="cairn-bombs-") as folder:
        return prove(folder)


if __name__ == "__main__":
    sys.exit(main())
