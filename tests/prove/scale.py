#!/usr/bin/env python3
"""Searches a large repository: real records, multiplied with varied words; prints times, memory, sizes and rates.

Each copy has other words in its title and description, other names, dates and subjects. Searches are asked one after the
other; of each, the time until its answer and the CPU of the server are taken. Then the index is made anew. Goals, on a
machine of the usual pace: search with facets within 15 ms in half of the cases and 60 ms in 99 of 100, suggestions within
3 ms, of CPU; all 100,000 records indexed anew at 3,000 a second, of two cores (fewer are no measure: starting and swapping
take seconds). Environment: CAIRN_RECORDS (drafts, .jsonl or .jsonl.gz; tests/data/records.jsonl.gz), SCALE (1: 100,000
records), PROFILE, CAIRN_BIN.
"""

import collections
import copy
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

import records
import server as cairn
from pace import Pace
from queries import SLOWER

ROUNDS = 60
HALF, MOST, SUGGEST = 15, 60, 3
ALL, REBUILT = 100_000, 3_000


class Corpus:
    """Makes records of real ones; the same seed makes the same ones."""

    def __init__(self, drafts, seed=1):
        self.drafts, self.rng = drafts, random.Random(seed)
        texts = [draft["metadata"]["title"] + " " + draft["metadata"].get("description", "") for draft in drafts]
        self.words = [word for text in texts for word in re.findall(r"[^\W\d_]{3,}", re.sub("<[^>]*>", " ", text))]
        self.people = [person for draft in drafts for person in draft["metadata"]["creators"]]
        self.subjects = [subject for draft in drafts for subject in draft["metadata"].get("subjects", [])]

    def varied(self, text, share):
        """The text with some of its words swapped for others of the corpus; rare ones stay rare, and some are new."""
        def swap(word):
            if self.rng.random() >= share:
                return word[0]
            new = self.rng.choice(self.words)
            return new + self.rng.choice(["al", "ix", "or", "en"]) * self.rng.randint(1, 2) if self.rng.random() < 0.05 else new
        return re.sub(r"(?<![<&/\w])[^\W\d_]{3,}(?![^<]*>)", swap, text)

    def draft(self, number):
        made = copy.deepcopy(self.drafts[number % len(self.drafts)])
        if number < len(self.drafts):
            return made
        made.pop("pids", None)
        metadata = made["metadata"]
        metadata["title"] = self.varied(metadata["title"], 0.4) + f" {number}"
        if "description" in metadata:
            metadata["description"] = self.varied(metadata["description"], 0.2)
        metadata["creators"] = self.rng.sample(self.people, min(len(self.people), len(metadata["creators"])))[:20]
        metadata["publication_date"] = f"{self.rng.randint(1990, 2025)}-{self.rng.randint(1, 12):02}"
        if self.subjects:
            metadata["subjects"] = [self.rng.choice(self.subjects) for _ in range(self.rng.randint(1, 4))]
        for at, named in enumerate(metadata.get("identifiers", [])):
            metadata["identifiers"][at] = {"scheme": "other", "identifier": f"{named['identifier']}.{number}"}
        return made

    def write(self, path, count):
        with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as lines:
            for number in range(count):
                lines.write(json.dumps(self.draft(number), ensure_ascii=False) + "\n")

    def searches(self):
        """Searches as people ask them, by sort."""
        titles = [re.findall(r"[^\W\d_]{3,}", draft["metadata"]["title"]) for draft in self.drafts]
        title = lambda: self.rng.choice([words for words in titles if len(words) > 2] or [["open", "data", "set"]])
        word = lambda: self.rng.choice(self.words)
        phrase = lambda words, at: f'"{words[at]} {words[at + 1]}"'
        kinds = [draft["metadata"]["resource_type"]["id"].split("-")[0] for draft in self.drafts]
        name = lambda: self.rng.choice(self.people)["person_or_org"]
        makers = {
            "everything": lambda: "",
            "word": lambda: "q=" + quote(word()),
            "words": lambda: "q=" + quote(f"{word()} {word()} {word()}"),
            "both": lambda: "q=" + quote(f"{word()} AND {word()}"),
            "phrase": lambda: "q=" + quote(phrase(title(), 0)),
            "title": lambda: "q=" + quote(f"title:{word()}"),
            "creator": lambda: "q=" + quote(f'creator:"{name().get("family_name") or name().get("name")}"'),
            "beginning": lambda: "q=" + quote(f"{word()[:4]}*"),
            "dates": lambda: f"q=date:%5B{self.rng.randint(1990, 2010)}%20TO%202015%5D",
            "facet": lambda: f"q={quote(word())}&resource_type={self.rng.choice(kinds)}",
            "facets": lambda: f"resource_type={self.rng.choice(kinds)}&publication_date=2000..{self.rng.randint(2001, 2020)}",
            "newest": lambda: f"q={quote(word())}&sort=newest",
            "deep page": lambda: f"q={quote(word())}&page={self.rng.randint(2, 39)}",
        }
        return {kind: [f"/api/records?{make()}" for _ in range(ROUNDS)] for kind, make in makers.items()}

    def suggestions(self):
        begun = ["ger", "eng", "fr", "span", "swa", "old nor", "chin", "por", "ital", "gree", "finish", "jap"]
        return {"suggest": [f"/api/vocabularies/languages?suggest={quote(begun[at % len(begun)])}" for at in range(ROUNDS * 3)]}


class Times:
    """How long requests take: until the answer, and of the server's CPU; in milliseconds."""

    def __init__(self, server):
        self.pid, self.client, self.taken = server.pid(), cairn.Client(server.port), collections.defaultdict(list)
        self.pace = Pace()

    def ask(self, kind, path):
        self.pace.take()
        used, began = cairn.cpu(self.pid), time.perf_counter()
        self.client.want(200, "GET", path)
        took = time.perf_counter() - began
        self.taken[kind].append((1000 * took, 1000 * (cairn.cpu(self.pid) - used)))

    def ask_all(self, asked, rng):
        """In one mixture: no sort profits from the one before."""
        mixed = [(kind, path) for kind, paths in asked.items() for path in paths]
        rng.shuffle(mixed)
        for kind, path in mixed:
            self.ask(kind, path)

    def of(self, kinds, column, share):
        times = sorted(times[column] for kind in kinds for times in self.taken[kind])
        return times[min(len(times) - 1, int(share * len(times)))]

    def show(self, what, kinds):
        wall, used = [[self.of(kinds, column, share) for share in (0.5, 0.99)] for column in (0, 1)]
        print(f"{what:22} answer after {wall[0]:6.2f} (p50) {wall[1]:7.2f} ms (p99), CPU {used[0]:6.2f} {used[1]:7.2f} ms")
        return used


def rest(server, seconds=120):
    """Waits until the server does next to nothing, segments are merged too: what it takes then, it takes for who asks."""
    until, used = time.monotonic() + seconds, cairn.cpu(server.pid())
    while time.monotonic() < until:
        time.sleep(2)
        before, used = used, cairn.cpu(server.pid())
        if used - before < 0.2:
            return


def call(server, *words):
    command = [server.program, "--url", server.url, "--token", server.admin_token(), *words]
    subprocess.run(command, capture_output=True, text=True, check=True)


def files(folder):
    """The paths of all files below a folder."""
    return (os.path.join(path, name) for path, _, names in os.walk(folder) for name in names)


def warm(folder):
    """Reads all files once: some machines take away what they keep of them, and then a rebuild measures the disk."""
    began = time.monotonic()
    for path in files(folder):
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass
    print(f"all data read in {time.monotonic() - began:.1f} s")


def rebuild(server, count):
    """Records a second, and how many times as long as usual the machine took."""
    warm(server.data)
    began, used, now = time.monotonic(), cairn.cpu(server.pid()), Pace()
    call(server, "reindex")
    took, used = time.monotonic() - began, cairn.cpu(server.pid()) - used
    now.take()
    print(f"all made anew in {took:.1f} s: {count / took:.0f} a second, {1000 * used / count:.2f} ms of CPU each; "
          f"the machine took {now.of_time():.2f} times as long as usual")
    return count / took, now.of_time()


def size(folder):
    return sum(os.path.getsize(path) for path in files(folder))


def prove(server, folder, count, slower):
    corpus = Corpus(records.read(os.environ.get("CAIRN_RECORDS") or records.RECORDS))
    path = os.path.join(folder, "drafts.jsonl.gz")
    corpus.write(path, count)
    began, used = time.monotonic(), cairn.cpu(server.pid())
    call(server, "import", path, "--publish")
    cairn.settle(server, 3600)
    took, used = time.monotonic() - began, cairn.cpu(server.pid()) - used
    print(f"{count} records imported in {took:.0f} s: {count / took:.0f} a second, {1000 * used / count:.2f} ms of CPU each")
    rest(server)
    times = Times(server)
    asked = corpus.searches()
    for path in [path for paths in asked.values() for path in paths[:3]]:
        times.client.want(200, "GET", path)
    times.ask_all(asked, corpus.rng)
    times.ask_all(corpus.suggestions(), corpus.rng)
    for kind in asked:
        times.show(f"  {kind}", [kind])
    half, most = times.show("search with facets", list(asked))
    suggest, _ = times.show("suggest", ["suggest"])
    index, anonymous = size(os.path.join(server.data, "index")), cairn.memory(server.pid(), "RssAnon")
    print(f"memory {cairn.memory(server.pid()) >> 10} MB, of which {anonymous >> 10} its own; index {index >> 20} MB, all data {size(server.data) >> 20} MB")
    rebuilt, waited = rebuild(server, count)
    factor = slower * times.pace.of_cpu()
    print(f"scale: {count} records; the machine and the build took {factor:.2f} times as much CPU as usual")
    if half > HALF * factor or most > MOST * factor or suggest > SUGGEST * factor:
        raise cairn.Failed(f"more than {HALF}, {MOST} and {SUGGEST} ms of CPU, each times {factor:.2f}")
    if count >= ALL and rebuilt * slower * waited < REBUILT:
        raise cairn.Failed(f"fewer than {REBUILT} records a second made anew, by {slower * waited:.2f}")


def main():
    profile, count = os.environ.get("PROFILE", "debug"), max(200, round(ALL * float(os.environ.get("SCALE", "1"))))
    with tempfile.TemporaryDirectory(prefix="cairn-scale-") as folder:
        server = cairn.Server(cairn.binary(profile), os.path.join(folder, "data"))
        try:
            server.start()
            prove(server, folder, count, SLOWER.get(profile, 1))
            server.stop()
        except (cairn.Failed, subprocess.CalledProcessError) as failure:
            print(f"scale: FAILED: {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
