#!/usr/bin/env python3
"""The same answers from both engines: generated searches over real records, asked of a site that searches in its folder and
of the same site on a real OpenSearch, whose index it makes itself.

Hits, totals, facets and links must be equal, and the order but for relevance. At least 60 % of the searches must find
something. Environment: CAIRN_OPENSEARCH (or one is started), CAIRN_RECORDS (drafts), SCALE (1 is 5,000 searches), SEED,
PROFILE, CAIRN_BIN.
"""

import collections
import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from urllib.parse import urlencode

import server as cairn
from queries_made import Maker
from records import RECORDS, read

SEARCHES = 5_000
# Most differences that are shown.
SHOWN = 15
SERVICE = os.path.join(cairn.REPOSITORY, "tests", "services", "opensearch-start.sh")
PORT = os.environ.get("OPENSEARCH_PORT", "19200")
# Vocabularies and what somebody may type for a suggestion.
SUGGESTED = [("languages", ["eng", "Germ", "fren", "Deutch", "zh"]), ("licenses", ["cc", "Creative", "mit", "apach"]),
             ("resourcetypes", ["data", "artcle", "soft"]), ("subjects", ["a", "phys"])]


@contextlib.contextmanager
def service():
    """The address of an OpenSearch: the one that is named, the one that is there, or one for the while."""
    if "CAIRN_OPENSEARCH" in os.environ:
        yield os.environ.pop("CAIRN_OPENSEARCH")
        return
    with socket.socket() as probe:
        was_there = probe.connect_ex(("127.0.0.1", int(PORT))) == 0
    subprocess.run([SERVICE, PORT], check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{PORT}"
    finally:
        if not was_there:
            subprocess.run([SERVICE, "stop", PORT], check=True, stdout=subprocess.DEVNULL)


def process_of(name, port):
    """The process of a service of tests/services."""
    services = os.environ.get("CAIRN_SERVICES", os.path.join(cairn.REPOSITORY, ".services"))
    with open(os.path.join(services, f"{name}-{port}.pid"), encoding="ascii") as file:
        return int(file.read())


def clear(address):
    """Removes what an earlier run left: the indices of a site are called cairn-…"""
    request = urllib.request.Request(f"{address}/cairn-*", method="DELETE")
    urllib.request.urlopen(request, timeout=60).read()


def shape(answer, exact):
    """What must be equal. Relevance has no order that two engines share."""
    if answer.status != 200:
        return answer.status, answer.json()
    body = answer.json()
    if not exact:
        whole = body["hits"]["total"] <= len(body["hits"]["hits"])
        body["hits"]["hits"] = sorted(hit["id"] for hit in body["hits"]["hits"]) if whole else None
    return 200, body


def difference(one, other, path=""):
    """The first place where two answers differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if one.get(key) != other.get(key):
                return difference(one.get(key), other.get(key), f"{path}.{key}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, pair in enumerate(zip(one, other)):
            if pair[0] != pair[1]:
                return difference(*pair, f"{path}[{at}]")
    return f"{path}: {json.dumps(one)[:160]} and {json.dumps(other)[:160]}"


def compare(embedded, opensearch, records, count, seed):
    maker = Maker(records, random.Random(seed))
    clients = [cairn.Client(server.port) for server in (embedded, opensearch)]
    finding, kinds, wrong = 0, collections.Counter(), collections.Counter()
    for number in range(count):
        if number % 10 == 9:
            vocabulary, typed = maker.random.choice(SUGGESTED)
            kind, path, exact = "suggestion", f"/api/{vocabulary}?" if vocabulary == "subjects" else f"/api/vocabularies/{vocabulary}?", False
            path += urlencode({"suggest": maker.random.choice(typed), "size": 100})
        else:
            kind, params = maker.search()
            path, exact = "/api/records?" + urlencode(params), ("sort", "bestmatch") not in params
        one, other = (shape(client.ask("GET", path), exact) for client in clients)
        kinds[kind] += 1
        finding += one[0] == 200 and one[1]["hits"]["total"] > 0
        if one != other:
            wrong[kind] += 1
            if sum(wrong.values()) <= SHOWN:
                print(f"  {path}\n    {difference({'status': one[0], 'body': one[1]}, {'status': other[0], 'body': other[1]})}")
    print(f"seed {seed}: {count} searches, {finding} ({100 * finding / count:.0f} %) find something")
    print("  " + ", ".join(f"{kind} {total}" + (f" ({wrong[kind]} differ)" if wrong[kind] else "") for kind, total in kinds.most_common()))
    if wrong:
        raise cairn.Failed(f"{sum(wrong.values())} of {count} answers differ")
    if finding < 0.6 * count:
        raise cairn.Failed("fewer than 60 % of the searches find something")


def main():
    count = max(250, int(SEARCHES * float(os.environ.get("SCALE", "1"))))
    seed = int(os.environ.get("SEED", "6"))
    path = os.environ.get("CAIRN_RECORDS", RECORDS)
    with service() as address, tempfile.TemporaryDirectory(prefix="cairn-same-") as folder:
        clear(address)
        site = {"SITE_URL": "https://cairn.test"}
        embedded = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "a"), site)
        servers = [embedded]
        try:
            embedded.start()
            command = [embedded.program, "--url", embedded.url, "--token", embedded.admin_token(), "import", path, "--publish"]
            subprocess.run(command, check=True, capture_output=True)
            cairn.settle(embedded)
            embedded.stop()
            shutil.copytree(os.path.join(folder, "a"), os.path.join(folder, "b"))
            shutil.rmtree(os.path.join(folder, "b", "index"))
            site = {**site, "CAIRN_OPENSEARCH": address}
            servers.append(cairn.Server(embedded.program, os.path.join(folder, "b"), site))
            print("OpenSearch was filled and ready after {1:.1f} s, the folder after {0:.1f} s".format(*[one.start(600) for one in servers]))
            compare(*servers, read(path), count, seed)
        finally:
            for one in servers:
                one.kill()


if __name__ == "__main__":
    try:
        main()
    except cairn.Failed as failure:
        sys.exit(f"FAILED: {failure}")
