#!/usr/bin/env python3
"""Imports real records and compares what the repository says of them with what this program reads from the file.

Each record must come back as it was deposited, normalised as InvenioRDM does; totals and facet counts must equal those
counted here. Environment: CAIRN_RECORDS (drafts, .jsonl or .jsonl.gz; tests/data/records.jsonl.gz), PROFILE, CAIRN_BIN.
"""

import collections
import gzip
import html.parser
import json
import os
import subprocess
import sys
import tempfile
from urllib.parse import quote

import server as cairn

RECORDS = os.path.join(cairn.REPOSITORY, "tests", "data", "records.jsonl.gz")
# What a reference to a vocabulary is shown with.
SHOWN_WITH_ID = {"title", "description", "icon", "props"}
MOST = 20


class Text(html.parser.HTMLParser):
    """The text of some HTML: sanitising may take tags and attributes away, never text."""

    def __init__(self, source):
        super().__init__()
        self.parts = []
        self.feed(source)
        self.close()

    def handle_data(self, data):
        self.parts.append(data)

    @classmethod
    def of(cls, source):
        return "".join("".join(cls(source).parts).split())


def read(path):
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def differences(sent, shown, path):
    """Where what is shown is not what was sent."""
    if isinstance(sent, dict) and isinstance(shown, dict):
        missing, more = sent.keys() - shown.keys(), shown.keys() - sent.keys()
        if "id" in sent:
            more -= SHOWN_WITH_ID
        if sent.get("type") == "personal":
            more -= {"name"}
            names = [sent.get("family_name"), sent.get("given_name")]
            if shown.get("name") != ", ".join(name for name in names if name):
                yield f"{path}.name: {shown.get('name')!r}"
        yield from (f"{path}.{key} is missing" for key in sorted(missing))
        yield from (f"{path}.{key} was never sent" for key in sorted(more))
        for key in sent.keys() & shown.keys():
            yield from differences(sent[key], shown[key], f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(shown, list):
        if len(sent) != len(shown):
            yield f"{path}: {len(shown)} of {len(sent)}"
        for at, (one, other) in enumerate(zip(sent, shown)):
            yield from differences(one, other, f"{path}[{at}]")
    elif path.endswith("description"):
        if Text.of(sent) != Text.of(shown):
            yield f"{path}: another text"
    elif (sent.strip() if isinstance(sent, str) else sent) != shown:
        yield f"{path}: {shown!r} for {sent!r}"


def years(draft):
    """First and last year of a publication date or interval (EDTF level 0)."""
    edges = [int(edge[:4]) for edge in draft["metadata"]["publication_date"].split("/")]
    return range(edges[0], edges[-1] + 1)


def counted(drafts):
    """The facets as they must be: counts by value, most frequent first, at most ten; years without gaps."""
    types, inner, by_year = collections.Counter(), collections.defaultdict(collections.Counter), collections.Counter()
    for draft in drafts:
        kind = draft["metadata"]["resource_type"]["id"]
        types[kind.split("-")[0]] += 1
        if "-" in kind:
            inner[kind.split("-")[0]][kind] += 1
        by_year.update(years(draft))
    first = lambda counter: sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:10]
    return {
        "resource_type": [(key, count, first(inner[key])) for key, count in first(types)],
        "publication_date": [(str(year), by_year[year]) for year in range(min(by_year), max(by_year) + 1)] if by_year else [],
        "access_status": [("metadata-only", len(drafts))] if drafts else [],
        "file_type": [],
    }


def told(aggregations):
    """The facets of an answer in the same shape."""
    pairs = lambda buckets: [(bucket["key"], bucket["doc_count"]) for bucket in buckets]
    facets = {name: pairs(facet["buckets"]) for name, facet in aggregations.items()}
    facets["resource_type"] = [
        (bucket["key"], bucket["doc_count"], pairs(bucket["inner"]["buckets"]))
        for bucket in aggregations["resource_type"]["buckets"]
    ]
    return facets


class Check:
    """One server with the records in it."""

    def __init__(self, server, path):
        self.client, self.drafts, self.wrong = cairn.Client(server.port, server.admin_token()), read(path), []
        command = [server.program, "--url", server.url, "--token", server.admin_token(), "import", path, "--publish"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise cairn.Failed(f"the import failed: {done.stdout}{done.stderr}")
        cairn.settle(server)

    def complain(self, problems):
        self.wrong.extend(problems)

    def ids(self):
        """Ids of all records by their first identifier, which tells them apart (else by title)."""
        found, path = collections.defaultdict(list), "/api/records?size=100&sort=oldest"
        while path:
            page = self.client.want(200, "GET", path).json()
            for hit in page["hits"]["hits"]:
                found[distinct(hit)].append(hit["id"])
            path = page["links"].get("next")
        return found

    def records(self):
        found = self.ids()
        for draft in self.drafts:
            same = found.get(distinct(draft))
            if not same:
                self.complain([f"not found: {distinct(draft)}"])
                continue
            shown = self.client.want(200, "GET", f"/api/records/{same.pop()}").json()
            for key in ("metadata", "access", "files"):
                part = {name: shown[key].get(name) for name in draft[key]} if key != "metadata" else shown[key]
                self.complain(f"{shown['id']} {line}" for line in differences(draft[key], part, key))
            if draft.get("pids", {}).get("doi", {}) != {
                key: value for key, value in shown["pids"].get("doi", {}).items() if key in draft.get("pids", {}).get("doi", {})
            }:
                self.complain([f"{shown['id']} pids: {shown['pids']}"])
        self.complain(f"there is more than was deposited: {ids}" for ids in found.values() if ids)

    def search(self, query, wanted):
        """A search finds what is wanted, and counts it as this program does."""
        chosen = [draft for draft in self.drafts if wanted(draft)]
        answer = self.client.want(200, "GET", f"/api/records?size=1&q={quote(query)}").json()
        if answer["hits"]["total"] != len(chosen):
            self.complain([f"`{query}` finds {answer['hits']['total']} of {len(chosen)}"])
        expected, facets = counted(chosen), told(answer["aggregations"])
        self.complain(f"`{query}`, facet {name}: {facets[name]}, not {expected[name]}" for name in expected if expected[name] != facets[name])

    def filtered(self, kind, number):
        """A chosen value of a facet narrows the hits, and leaves the counts as they are."""
        answer = self.client.want(200, "GET", f"/api/records?size=1&resource_type={kind}").json()
        if answer["hits"]["total"] != number or told(answer["aggregations"]) != counted(self.drafts):
            self.complain([f"resource_type={kind}: {answer['hits']['total']} of {number}, or other counts"])

    def searches(self):
        self.search("", lambda draft: True)
        kinds = collections.Counter(draft["metadata"]["resource_type"]["id"] for draft in self.drafts)
        for kind in kinds:
            self.search(f"metadata.resource_type.id:{kind}", lambda draft, kind=kind: draft["metadata"]["resource_type"]["id"] == kind)
        for first in sorted({years(draft)[0] for draft in self.drafts}):
            within = lambda draft, first=first: years(draft)[0] <= first + 1 and years(draft)[-1] >= first
            self.search(f"metadata.publication_date_range:[{first} TO {first + 1}]", within)
        subjects = collections.Counter(subject["subject"] for draft in self.drafts for subject in draft["metadata"].get("subjects", []))
        for subject, _ in subjects.most_common(10):
            has = lambda draft, subject=subject: subject in [one["subject"] for one in draft["metadata"].get("subjects", [])]
            self.search(f'metadata.subjects.subject.keyword:"{subject}"', has)
        families = collections.Counter()
        for kind, number in kinds.items():
            families[kind.split("-")[0]] += number
        for kind, number in families.items():
            self.filtered(kind, number)


def distinct(draft):
    metadata = draft["metadata"]
    named = metadata.get("identifiers") or [{"identifier": metadata["title"].strip()}]
    return named[0]["identifier"], metadata["title"].strip(), metadata["publication_date"]


def main():
    path = os.environ.get("CAIRN_RECORDS") or RECORDS
    with tempfile.TemporaryDirectory(prefix="cairn-records-") as folder:
        server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
        try:
            server.start()
            check = Check(server, path)
            check.records()
            check.searches()
            server.stop()
        except cairn.Failed as failure:
            print(f"records: {failure}\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    for line in check.wrong[:MOST]:
        print(f"records: {line}", file=sys.stderr)
    if check.wrong:
        print(f"records: {len(check.wrong)} differences", file=sys.stderr)
        return 1
    print(f"records: {len(check.drafts)} records came back as deposited, and all counts are right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
