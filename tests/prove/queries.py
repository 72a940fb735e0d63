#!/usr/bin/env python3
"""Asks thousands of searches that are made to cost much: none costs more than 50 ms of CPU, or 50 MB of memory.

The CPU is what all threads of the server use around a request (the least of several times), set against the pace of the
machine, which is measured at the same time (pace.py); the memory is how far its peak rises above what it had.
Answers may be 200 or 4xx. Environment: CAIRN_RECORDS (drafts, .jsonl or .jsonl.gz; tests/data/records.jsonl.gz), SCALE
(1: 4,000 searches), SEED, PROFILE, CAIRN_BIN.
"""

import collections
import os
import random
import re
import subprocess
import sys
import tempfile
from urllib.parse import quote

import pace
import records
import server as cairn

# What one search may cost: milliseconds on a machine of the usual pace, and KiB.
CPU, ROOM = 50, 50 * 1024
# A build without optimisation takes so many times as long.
SLOWER = {"debug": 8}
REPEATS = 5
FIELDS = r"""title description creator subject publisher date file metadata.title.keyword metadata.\* \*.title \*.\* \* \*e\*
metadata.creators.\* custom_fields.\* metadata.publication_date_range created versions.index id pids.\* nosuch""".split()
ODD = ["ﷺ", "İ", "ß", "é", "🧬", "‍", "‮", "東", "ﬃ", "\u0301", "\u0000", "\ufeff", "𝔘", "ก", "क्ष", "\u2028", "ÿ"]
BESIDE = ["", "", "", "&sort=newest", "&sort=bestmatch&after=", "&page=100&size=100", "&size=100",
          "&resource_type=dataset&access_status=metadata-only&publication_date=1900..2100", "&allversions=true&sort=oldest"]


class Hostile:
    """Makes searches; the same seed makes the same ones."""

    def __init__(self, drafts, seed):
        self.rng = random.Random(seed)
        words = collections.Counter(
            word for draft in drafts for word in re.findall(r"\w+", str(draft["metadata"].get("description", "")).lower())
        )
        self.frequent = [word for word, _ in words.most_common(600)]
        self.kinds = [getattr(self, name) for name in sorted(dir(type(self))) if name.startswith("make_")]

    def all(self, count):
        for number in range(count):
            make = self.kinds[number % len(self.kinds)]
            yield make.__name__[5:], make()

    def word(self):
        return self.rng.choice(self.frequent)

    def many(self, most=700):
        return self.rng.choice([2, 20, 100, 300, most])

    def words(self, count, make=None):
        return [(make or self.word)() for _ in range(count)]

    def field(self):
        return self.rng.choice(FIELDS)

    def make_nested(self):
        deep = self.rng.choice([5, 31, 32, 33, 500, 2000])
        opening = self.rng.choice(["(", "+(", "NOT (", f"{self.field()}:(", "(a OR "])
        return opening * deep + self.word() + ")" * deep

    def make_clauses(self):
        return self.rng.choice([" OR ", " AND ", " ", " NOT ", " -"]).join(self.words(self.many()))

    def make_same(self):
        return " ".join([self.word()] * self.many(2000))

    def make_in_fields(self):
        return " ".join(f"{self.field()}:{self.word()}" for _ in range(self.many()))

    def make_wildcards(self):
        shapes = ["*{}", "*{}*", "{}*", "?{}", "*?{}*", "{}"]
        letters = lambda: self.rng.choice(shapes).format(self.word()[: self.rng.randint(1, 3)])
        prefix = self.rng.choice(["", "", self.field() + ":"])
        return " ".join(prefix + letters() for _ in range(self.rng.choice([1, 2, 7, 8, 9, 100, 128])))

    def make_stars(self):
        letters = [self.rng.choice("aeiorst") for _ in range(self.rng.choice([2, 10, 40, 60, 300]))]
        star = self.rng.choice(["*", "**", "?", "*?", "?*?"])
        pattern = self.rng.choice(["", self.field() + ":"]) + star + star.join(letters) + star
        return " ".join([pattern, pattern[::-1]][: self.rng.choice([1, 1, 2])])

    def make_fuzzy(self):
        near = self.rng.choice(["~", "~1", "~2", "~0.1", "~99"])
        prefix = self.rng.choice(["", self.field() + ":"])
        word = lambda: prefix + self.rng.choice([self.word(), self.word() * 9, "a", "ab", "aaaaaa"]) + near
        return " ".join(word() for _ in range(self.rng.choice([1, 5, 31, 32, 33])))

    def make_ranges(self):
        edges = ["*", "a", "zzzz", "0001", "9999", "2020", "now", "now-99999y", "now+999999999d/y", "2020||+1M/M", self.word()]
        edge = lambda: self.rng.choice(edges)
        span = lambda: f"{self.field()}:{self.rng.choice('[{')}{edge()} TO {edge()}{self.rng.choice(']}')}"
        return self.rng.choice([" OR ", " AND "]).join(span() for _ in range(self.many(300)))

    def make_exists(self):
        return self.rng.choice([" OR ", " "]).join(f"_exists_:{self.field()}" for _ in range(self.many(200)))

    def make_expressions(self):
        shape = self.rng.choice(["/(a+)+$/", "/.*{}.*/", "/[^a]*{}/", "({}+)+", "^({}|a)*$", "/({}{{1,9}}){{1,9}}/"])
        return " ".join(shape.replace("{}", self.word()) for _ in range(self.many()))

    def make_long(self):
        return self.rng.choice(["a", "ab ", "a-", "a.", "\"", "\\", "(", "東京", "~", "a:", "é "]) * self.rng.choice([900, 4000, 100_000])

    def make_odd(self):
        text = "".join(self.rng.choice(ODD) for _ in range(self.rng.choice([5, 100, 700])))
        return self.rng.choice(["{}", "\"{}\"", "title:{}", "{}*", "{}~2", "\\*:{}"]).format(text)

    def make_boosts(self):
        boost = lambda: self.rng.choice(["^1e38", "^99999999999999999999", "^0", "^0.0000001", "^-1", "^^", "^2~3"])
        return " ".join(f"({self.word()}{boost()}){boost()}" for _ in range(self.many()))

    def make_phrases(self):
        far = lambda: self.rng.choice(["", "~1", "~50", "~1000000000", "~1e9"])
        length = self.rng.choice([2, 3, 10, 128, 400])
        few = self.frequent[:5] if self.rng.random() < 0.5 else self.frequent
        phrase = lambda: '"' + " ".join(self.rng.choice(few) for _ in range(length)) + '"' + far()
        prefix = self.rng.choice(["", "", self.field() + ":"])
        return " ".join(prefix + phrase() for _ in range(self.rng.choice([1, 2, 30, 400])))

    def make_joined(self):
        return self.rng.choice("-._/,'").join(self.words(self.many()))

    def make_mixture(self):
        makers = [self.make_wildcards, self.make_fuzzy, self.make_phrases, self.make_ranges, self.make_in_fields]
        return " ".join(f"+({self.rng.choice(makers)()})" for _ in range(self.rng.choice([1, 2, 4])))

    def make_noise(self):
        return "".join(self.rng.choice("abc *?~^:\"()[]{}\\+-!&|/<>=0129") for _ in range(self.rng.choice([10, 100, 3000])))


class Cost:
    """What a request costs the server: milliseconds of CPU and KiB."""

    def __init__(self, server):
        self.pid, self.client = server.pid(), cairn.Client(server.port)

    def once(self, path):
        cairn.forget_most_memory(self.pid)
        had, began = cairn.memory(self.pid), cairn.cpu(self.pid)
        answer = self.client.ask("GET", path)
        used, most = cairn.cpu(self.pid) - began, cairn.memory(self.pid, "VmHWM")
        if answer.status != 200 and not 400 <= answer.status < 500:
            raise cairn.Failed(f"{path[:500]}: {answer}")
        return 1000 * used, most - had, answer.status

    def least(self, path, enough):
        """The least of several times, or the first that is little enough."""
        milliseconds, room, status = self.once(path)
        for _ in range(REPEATS):
            if milliseconds <= enough and room <= ROOM / 2:
                break
            again, more, status = self.once(path)
            milliseconds, room = min(milliseconds, again), min(room, more)
        return milliseconds, room, status


def address(search):
    """Where a search is asked for: its words, and what stands beside them."""
    return f"/api/records?q={quote(search[0], safe='')}{search[1]}"


def prove(server, drafts, count, slower):
    cost, seed = Cost(server), int(os.environ.get("SEED", "1"))
    hostile = Hostile(drafts, seed)
    for word in hostile.words(20):
        cost.once(f"/api/records?q={word}")
    rows, statuses, now = [], collections.Counter(), pace.Pace()
    for kind, query in hostile.all(count):
        now.take()
        beside = hostile.rng.choice(BESIDE)
        milliseconds, room, status = cost.least(address((query, beside)), CPU / 4 * slower)
        statuses[status] += 1
        rows.append((milliseconds / slower, room, kind, (query, beside)))
    # The server may have had other work for a while, in which all searches seem dear.
    again = [
        (min(row[0], cost.least(address(row[3]), CPU / 4 * slower)[0] / slower), *row[1:])
        for row in sorted(rows, key=lambda row: row[0], reverse=True)[:50]
    ]
    worst = sorted(again, reverse=True)[:10]
    for milliseconds, room, kind, (query, _) in worst:
        print(f"{milliseconds:7.1f} ms {room / 1024:6.1f} MB  {kind}: {query[:110]!r} ({len(query)})")
    factor, milliseconds, room = now.of_cpu(), worst[0][0], max(row[1] for row in rows)
    said = ", ".join(f"{number} answered {status}" for status, number in sorted(statuses.items()))
    print(f"queries: {len(rows)} over {len(drafts)} records ({said}); at most {milliseconds:.1f} ms CPU (of {CPU * factor:.0f}: the "
          f"machine takes {factor:.2f} times as long as usual, the build {slower}), {room / 1024:.1f} MB (of {ROOM // 1024})")
    if statuses[200] * 2 < len(rows):
        raise cairn.Failed("most searches were refused: nothing is proven")
    if milliseconds > CPU * factor or room > ROOM:
        dearest = max(rows, key=lambda row: row[1]) if room > ROOM else worst[0]
        raise cairn.Failed(f"too much: {dearest[2:]}")


def main():
    profile, path = os.environ.get("PROFILE", "debug"), os.environ.get("CAIRN_RECORDS") or records.RECORDS
    with tempfile.TemporaryDirectory(prefix="cairn-queries-") as folder:
        server = cairn.Server(cairn.binary(profile), os.path.join(folder, "data"))
        try:
            server.start()
            command = [server.program, "--url", server.url, "--token", server.admin_token(), "import", path, "--publish"]
            subprocess.run(command, capture_output=True, text=True, check=True)
            cairn.settle(server)
            prove(server, records.read(path), max(200, round(4000 * float(os.environ.get("SCALE", "1")))), SLOWER.get(profile, 1))
            server.stop()
        except (cairn.Failed, subprocess.CalledProcessError) as failure:
            print(f"queries: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
