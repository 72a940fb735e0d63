#!/usr/bin/env python3
"""Measures how fast a file goes in and out, beside what `dd` writes to the same disk in the same round: make bench-files.

Each round writes zeros by `dd conv=fdatasync`, sends as many bytes by `curl -T` (one connection), by `curl -Z` (four parts
at a time) and by `cairn upload`, which also computes the MD5 and waits for the server's, and fetches them: curl throws
away what comes, `cairn download` writes and checks it. MB are 10^6 bytes. CPU is the user and system time of the server,
per MB: while it is sent or fetched, and with the MD5 and SHA-256 that are computed afterwards. Nothing is asserted. Environment: SCALE (1: 1 GiB), ROUNDS (3),
CAIRN_BIN, TMPDIR (the disk).
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "prove"))

import server as cairn  # noqa: E402

MIB = 1 << 20
PART = 64  # MiB
OCTETS = ("-H", "Content-Type: application/octet-stream")


class Bench:
    """One server, the file that is sent, and the figures of every round."""

    def __init__(self, server, folder, mebibytes):
        self.server, self.folder, self.mebibytes = server, folder, mebibytes
        self.path, self.figures = os.path.join(folder, "source.bin"), {}
        with open(self.path, "wb") as file:
            for _ in range(mebibytes):
                file.write(os.urandom(MIB))

    def measure(self, what, command, after=None):
        """Runs a command that moves the file; notes MB/s and the server's ms per MB, before and after `after`."""
        os.sync()
        megabytes, pid = self.mebibytes * MIB / 1e6, self.server.pid()
        environment = {**os.environ, "CAIRN_TOKEN": self.server.admin_token()}
        used, began = cairn.cpu(pid), time.monotonic()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        took, moved = time.monotonic() - began, cairn.cpu(pid)
        if done.returncode:
            raise cairn.Failed(f"{what}: {done.stderr or done.stdout}")
        if after:
            after()
        figures = megabytes / took, 1000 * (moved - used) / megabytes, 1000 * (cairn.cpu(pid) - used) / megabytes
        self.figures.setdefault(what, []).append(figures)

    def draft(self):
        body = {"files": {"enabled": True}}
        return self.server.admin().want(201, "POST", "/api/records", body).json()["id"]

    def has_checksum(self, entry):
        """Waits until the file has its checksum, and the server nothing to do with it any more."""
        admin = self.server.admin()
        while not admin.want(200, "GET", entry).json().get("checksum"):
            time.sleep(0.05)

    def curl(self, *options):
        token = f"Authorization: Bearer {self.server.admin_token()}"
        return ["curl", "-sS", "--fail", "-o", "/dev/null", "-H", token, *options]

    def send_parts(self, entry):
        """Four parts at a time, to their signed addresses."""
        admin, count = self.server.admin(), -(-self.mebibytes // PART)
        transfer = {"type": "M", "parts": count, "part_size": PART * MIB}
        file = {"key": entry.rpartition("/")[2], "size": self.mebibytes * MIB, "transfer": transfer}
        admin.want(201, "POST", entry.rpartition("/")[0], [file])
        started = admin.want(200, "GET", entry).json()
        command = ["curl", "-sS", "--fail", "--parallel", "--parallel-max", "4"]
        for part in started["links"]["parts"]:
            path = os.path.join(self.folder, f"part-{part['part']:05}")
            with open(self.path, "rb") as source, open(path, "wb") as cut:
                source.seek((part["part"] - 1) * PART * MIB)
                cut.write(source.read(PART * MIB))
            command += [*OCTETS, "-T", path, "-o", "/dev/null", part["url"], "--next", "-sS", "--fail"]

        def commit():
            admin.want(200, "POST", f"{entry}/commit")
            self.has_checksum(entry)

        self.measure("upload, parts by curl -Z", command[:-3], commit)

    def round(self):
        server, admin = self.server, self.server.admin()
        zeros = os.path.join(self.folder, "zeros")
        size = f"count={self.mebibytes}"
        self.measure("dd conv=fdatasync", ["dd", "if=/dev/zero", f"of={zeros}", "bs=1M", size, "conv=fdatasync"])
        os.remove(zeros)
        files = f"/api/records/{self.draft()}/draft/files"
        admin.want(201, "POST", files, [{"key": "one.bin"}])
        content = f"{server.url}{files}/one.bin/content"

        def commit():
            admin.want(200, "POST", f"{files}/one.bin/commit")
            self.has_checksum(f"{files}/one.bin")

        self.measure("upload, curl -T", self.curl(*OCTETS, "-T", self.path, content), commit)
        self.send_parts(f"{files}/parts.bin")
        draft = self.draft()
        entry = f"/api/records/{draft}/draft/files/source.bin"
        upload = [server.program, "upload", draft, self.path, "--url", server.url]
        self.measure("upload, cairn upload", upload, lambda: self.has_checksum(entry))
        self.measure("download, curl", self.curl(content))
        self.measure("download of parts, curl", self.curl(f"{server.url}{entry}/content"))
        target = os.path.join(self.folder, "fetched")
        fetch = [server.program, "download", draft, "--draft", "--all", "-o", target, "--url", server.url]
        self.measure("download, cairn download", fetch)
        subprocess.run(["rm", "-r", target], check=True)

    def report(self):
        dd = [speed for speed, _, _ in self.figures["dd conv=fdatasync"]]
        print(f"{self.mebibytes} MiB, {len(dd)} rounds, medians (each round's ratio to dd in brackets)")
        print(f"{'':26}{'MB/s':>7}{'to dd':>7}{'ms/MB':>7}{'in all':>7}")
        for what, figures in self.figures.items():
            speed, moved, whole = (statistics.median(column) for column in zip(*figures))
            ratios = [one / other for (one, _, _), other in zip(figures, dd)]
            each = " ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"{what:26}{speed:7.0f}{statistics.median(ratios):7.2f}{moved:7.2f}{whole:7.2f}  [{each}]")


def main():
    mebibytes = max(1, round(1024 * float(os.environ.get("SCALE", "1"))))
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        server = cairn.Server(cairn.binary("release"), os.path.join(folder, "data"))
        server.start()
        try:
            bench = Bench(server, folder, mebibytes)
            for _ in range(int(os.environ.get("ROUNDS", "3"))):
                bench.round()
            server.stop()
        finally:
            server.kill()
        bench.report()


if __name__ == "__main__":
    try:
        main()
    except cairn.Failed as failure:
        sys.exit(f"files: {failure}")
