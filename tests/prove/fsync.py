#!/usr/bin/env python3
"""Shows by strace that `cairn serve` acknowledges no write before its data is on disk.

One client sends writes one after the other (the strict reading), then eight at once. For each 2xx reply to a write,
the write-ahead log must have been written after the request's last byte came in, and synced before the reply's first
byte went out. Environment: SCALE (1: 200 writes one by one), PROFILE, CAIRN_BIN.
"""

import os
import shutil
import sys
import tempfile
import threading

import generate
import server as cairn
import strace

CALLS = "read,recvfrom,recvmsg,readv,write,writev,sendto,sendmsg,pwrite64,pwritev,pwritev2,fsync,fdatasync,io_uring_enter"


def lives(server, token, drafts):
    """For each draft four writes: create, save, publish, edit. Returns how many."""
    client = cairn.Client(server.port, token)
    for draft in drafts:
        pid = client.want(201, "POST", "/api/records", draft).json()["id"]
        draft["metadata"]["version"] = "2"
        client.want(200, "PUT", f"/api/records/{pid}/draft", draft)
        client.want(202, "POST", f"/api/records/{pid}/draft/actions/publish")
        client.want(201, "POST", f"/api/records/{pid}/draft")
    client.close()
    return 4 * len(drafts)


def at_once(server, token, drafts, clients=8):
    failures = []

    def one(mine):
        try:
            lives(server, token, mine)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(drafts[number::clients],)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise cairn.Failed(f"a writer failed: {failures[0]}")
    return 4 * len(drafts)


def main():
    if shutil.which("strace") is None:
        print("fsync: FAILED: strace is missing (apt install strace)", file=sys.stderr)
        return 1
    count = max(10, round(50 * float(os.environ.get("SCALE", "1"))))
    drafts = list(generate.drafts(2 * count))
    with tempfile.TemporaryDirectory(prefix="cairn-fsync-") as folder:
        log = os.path.join(folder, "strace.log")
        wrapper = ["strace", "-f", "-yy", "-s", "48", "-e", f"trace={CALLS}", "-o", log]
        program = cairn.binary(os.environ.get("PROFILE", "debug"))
        server = cairn.Server(program, os.path.join(folder, "data"), wrapper=wrapper)
        try:
            server.start(120)
            token = cairn.create_user(server, "writer")["token"]
            sent = lives(server, token, drafts[:count]) + at_once(server, token, drafts[count:])
            server.stop()
            with open(log, encoding="utf-8", errors="replace") as lines:
                writes = strace.acknowledged_writes(strace.calls(lines))
        except cairn.Failed as failure:
            print(f"fsync: FAILED: {failure}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    early = [write for write in writes if not write.synced]
    for write in early[:10]:
        print(f"  {write.request!r} was answered {write.status} without a sync (trace lines {write.received} to {write.answered})")
    # Every write that the clients sent must have been seen (users and tokens come on top), or the trace proves nothing.
    if early or len(writes) < sent:
        print(f"fsync: FAILED: {len(early)} of {len(writes)} acknowledged writes not synced ({sent} sent)", file=sys.stderr)
        return 1
    print(f"fsync: all {len(writes)} acknowledged writes were synced before their reply")
    return 0


if __name__ == "__main__":
    sys.exit(main())
