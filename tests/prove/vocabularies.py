#!/usr/bin/env python3
"""Imports a dump of ROR's size and shape, again, and with changes; then asks for suggestions.

All of it is in within 3 minutes, the server holds at most 250 MB meanwhile and the next two times, what is faulty is told one by one, the same dump
again changes nothing, and a suggestion takes 3 ms of CPU in half of the cases. Times are those of a machine of the usual pace; a
debug build has longer. Environment: SCALE (1: 112,000 organisations), SEED, PROFILE, CAIRN_BIN.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import unicodedata
from urllib.parse import quote

import pace
import registry
import server as cairn
from queries import SLOWER
from scale import Times, rest

SECONDS, MEGABYTES, SUGGEST = 180, 250, 3
SUGGESTIONS = 400


def run(server, path, kind="affiliations"):
    """Imports a dump: what became of it, what was said of faults, and the seconds it took."""
    command = [server.program, "--json", "--url", server.url, "--token", server.admin_token(), "vocabularies", "import",
               path, "--kind", kind, "--format", "ror"]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    if done.returncode not in (0, 1) or not done.stdout:
        raise cairn.Failed(f"the import of {path} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout), [json.loads(line)["message"] for line in done.stderr.splitlines()], took


def expect(counts, **wanted):
    found = {key: counts[key] for key in wanted}
    if found != wanted:
        raise cairn.Failed(f"{wanted} were expected: {counts}")


def check_faults(made, faulty, told):
    """Each faulty organisation is told once, with its place and its reason; nothing else is."""
    if len(told) != len(faulty):
        raise cairn.Failed(f"{len(faulty)} are faulty, {len(told)} are told: {told[:5]}")
    for number in faulty:
        place, reason = f"ror-data.json, entry {number + 1}", made.faulty(number)[1]
        if not any(f"{place}: " in line or f"{place} (" in line for line in told if reason in line):
            raise cairn.Failed(f"nobody is told that of {place} {reason!r} is wrong: {told[:5]}")


def check_entry(client, made, number):
    """An entry is what the dump says of it."""
    organisation = made.organisation(number)
    entry = client.want(200, "GET", f"/api/affiliations/{organisation['id'].rsplit('/', 1)[1]}").json()
    names = {name["value"] for name in organisation["names"]}
    shown = {entry["name"], *entry["title"].values(), *entry.get("aliases", [])} | {entry.get("acronym")} - {None}
    if shown != names or entry["country"] != organisation["locations"][0]["geonames_details"]["country_code"]:
        raise cairn.Failed(f"of {organisation} came {entry}")


def plain(text):
    """The text as it is typed on a keyboard without accents."""
    letters = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return "".join(letters).replace("ł", "l").replace("Ł", "L")


def suggestions(made, numbers, rng):
    """What people type who look for these organisations, and which entry they mean, where that is one."""
    for number in numbers:
        organisation = made.organisation(number)
        display = next(name["value"] for name in organisation["names"] if "ror_display" in name["types"])
        acronym = next((name["value"] for name in organisation["names"] if "acronym" in name["types"]), None)
        id = organisation["id"].rsplit("/", 1)[1]
        words = display.split()
        yield "beginning", words[0][:5], None
        yield "words", f"{words[0]} {words[-1][:4]}", None
        yield "name", display, id
        yield "accents", plain(display), id
        yield "identifier", id[:7], id
        if acronym:
            yield "acronym", acronym, id
        long = max((word for word in words if word.isascii() and word.isalpha()), key=len, default="")
        if len(long) > 6:
            at = rng.randrange(2, len(long) - 2)
            yield "typing error", long[:at] + long[at + 1] + long[at] + long[at + 2:], None


def ask(server, made, count, faulty, rng):
    """Asks for suggestions one after the other; half the time is what the goal is about."""
    times = Times(server)
    numbers = [number for number in rng.sample(range(count), min(count, SUGGESTIONS // 6)) if number not in faulty]
    asked = list(suggestions(made, numbers, rng))
    rng.shuffle(asked)
    for kind, text, id in asked:
        path = f"/api/affiliations?suggest={quote(text)}"
        times.ask(kind, path)
        if id is not None:
            hits = times.client.want(200, "GET", path).json()["hits"]["hits"]
            if id not in [hit["id"] for hit in hits]:
                raise cairn.Failed(f"{text!r} does not suggest {id} on its first page")
    kinds = sorted({kind for kind, _, _ in asked})
    for kind in kinds:
        times.show(f"  suggest: {kind}", [kind])
    times.show("suggest", kinds)
    return times.of(kinds, 1, 0.5), times.pace.of_cpu()


def prove(server, folder, count, seed, slower, scale):
    made, rng = registry.Registry(seed), random.Random(seed)
    faulty = sorted(rng.sample(range(count), 10))
    renamed = set(rng.sample([number for number in range(count) if number not in faulty], count // 100))
    dump, later = os.path.join(folder, "ror.zip"), os.path.join(folder, "ror-later.zip")
    made.write(dump, count, faulty)
    made.write(later, count, faulty, renamed)
    before = cairn.memory(server.pid()) >> 10
    used, importing = cairn.cpu(server.pid()), pace.Pace()
    counts, told, took = run(server, dump)
    slow = slower * importing.of_time()
    expect(counts, created=count - 10, updated=0, unchanged=0, faulty=10)
    check_faults(made, faulty, told)
    used = cairn.cpu(server.pid()) - used
    print(f"{count} organisations ({os.path.getsize(dump) >> 20} MB) in {took:.0f} s, {count / took:.0f} a second, {1000 * used / count:.2f} ms of CPU each; memory {before} MB before, {cairn.memory(server.pid(), 'VmHWM') >> 10} MB at most", flush=True)
    cairn.settle(server, 600)
    client = server.admin()
    for number in rng.sample([number for number in range(count) if number not in faulty], 50):
        check_entry(client, made, number)
    total = client.want(200, "GET", "/api/affiliations?size=1").json()["hits"]["total"]
    if total != count - 10:
        raise cairn.Failed(f"{count - 10} entries are there, and {total} are found")
    rest(server)
    typed, asking = ask(server, made, count, faulty, rng)
    counts, _, again = run(server, dump)
    expect(counts, created=0, updated=0, unchanged=count - 10, faulty=10)
    counts, _, changed = run(server, later)
    expect(counts, created=0, updated=len(renamed), unchanged=count - 10 - len(renamed), faulty=10)
    cairn.settle(server, 600)
    found = client.want(200, "GET", "/api/affiliations?size=1&q=name:renamed").json()["hits"]["total"]
    if found != len(renamed):
        raise cairn.Failed(f"{len(renamed)} have another name, and {found} are found by it")
    most = cairn.memory(server.pid(), "VmHWM") >> 10
    counts, _, _ = run(server, dump, "funders")
    funders = sum("funder" in made.organisation(number)["types"] for number in range(count) if number not in faulty)
    expect(counts, created=funders, updated=0, unchanged=0)
    print(f"the same again: {again:.0f} s; with {len(renamed)} changes: {changed:.0f} s; memory {most} MB at most; {funders} of them as funders too: {cairn.memory(server.pid(), 'VmHWM') >> 10} MB at most")
    print(f"vocabularies: the machine and the build took {slow:.2f} times as long as usual, and {slower * asking:.2f} times as much CPU")
    if took > SECONDS * slow * max(scale, 0.1) or most > MEGABYTES or typed > SUGGEST * slower * asking:
        raise cairn.Failed(f"more than {SECONDS} s, {MEGABYTES} MB or {SUGGEST} ms: {took:.0f} s, {most} MB, {typed:.2f} ms")


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", "1"))
    profile, count = os.environ.get("PROFILE", "debug"), max(1_000, round(112_000 * scale))
    print(f"vocabularies: {count} organisations, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-vocabularies-") as folder:
        server = cairn.Server(cairn.binary(profile), os.path.join(folder, "data"))
        try:
            server.start()
            prove(server, folder, count, seed, SLOWER.get(profile, 1), scale)
            server.stop()
        except cairn.Failed as failure:
            print(f"vocabularies: FAILED (SEED={seed}): {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
