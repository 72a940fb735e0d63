#!/usr/bin/env python3
"""Reads exports as those read them for whom they are: exports_judge.py FOLDER, with a folder for each form.

Runs in the virtual environment that exports.txt describes. Nothing is fetched: contexts and schemas come with the packages,
those of XML from CAIRN_SCHEMAS.
"""

import csv
import email.message
import io
import json
import logging
import os
import re
import sys
import urllib.request
from importlib.util import find_spec
from urllib.response import addinfourl

import frictionless
import geojson
import jsonschema
import mlcroissant
import pybtex.database
import rdflib
import responses
import yaml
from lxml import etree
from pyld import jsonld
from rocrate_validator import services

# Judges that take seconds look at some records only: at the made one, which is the last, and at these many of the others.
SOME = 3
MOST = 20
SCHEMAS = os.environ.get("CAIRN_SCHEMAS")
CRATE_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


def inside(package, *path):
    """A file that comes with a package, which need not be importable."""
    return os.path.join(find_spec(package).submodule_search_locations[0], *path)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Local(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """The web, as far as it is on this machine: the context of RO-Crate."""

    def https_open(self, request):
        if request.full_url != CRATE_CONTEXT:
            raise OSError(f"{request.full_url} is not on this machine")
        with open(inside("rocrate", "data", "ro-crate.jsonld"), "rb") as file:
            body = io.BytesIO(file.read())
        headers = email.message.Message()
        headers["Content-Type"] = "application/ld+json"
        answer = addinfourl(body, headers, request.full_url, 200)
        answer.msg = "OK"
        return answer

    http_open = https_open


def context(url, _options):
    """The contexts of schema.org and CodeMeta, as one that takes every term; the terms themselves are not judged here."""
    document = {"@context": {"@vocab": "http://schema.org/", "id": "@id", "type": "@type"}}
    return {"contextUrl": None, "documentUrl": url, "contentType": "application/ld+json", "document": document}


def wanted(holds, what):
    if not holds:
        raise ValueError(what)


def expands(text):
    expanded = jsonld.expand(json.loads(text), {"documentLoader": context})
    wanted(len(expanded) == 1 and expanded[0].get("http://schema.org/name"), "no name in the expanded document")


def xml(schema):
    """A judge of XML: by its schema, if there is one, in which indicators may be capital letters as InvenioRDM's are."""
    parsed = None
    if SCHEMAS:
        path = os.path.join(SCHEMAS, schema)
        with open(path, encoding="utf-8") as file:
            text = file.read().replace(r'<xsd:pattern value="[\da-z ]{1}"/>', r'<xsd:pattern value="[\dA-Za-z ]{1}"/>')
        parsed = etree.XMLSchema(etree.fromstring(text.encode(), base_url=path))

    def judge(text):
        document = etree.fromstring(text.encode())
        if parsed is not None:
            parsed.assertValid(document)

    return judge


def bibtex(text):
    entries = pybtex.database.parse_string(text, "bibtex").entries
    wanted(len(entries) == 1, f"{len(entries)} entries")
    entry = next(iter(entries.values()))
    wanted(entry.fields.get("title") and entry.persons.get("author"), "no title, or no author")


def places(text):
    collection = geojson.loads(text)
    wanted(collection.is_valid, collection.errors())


def rdf(text):
    graph = rdflib.Graph().parse(data=text, format="xml")
    titled = set(graph.subjects(rdflib.DCTERMS.title)) & set(graph.subjects(rdflib.RDF.type, DCAT.Dataset))
    wanted(titled, "no dataset with a title")


def data_package(text):
    package = json.loads(text)
    if not package.get("resources"):
        # A record without files is no package of data; the rest of its descriptor is judged.
        package["resources"] = [{"name": "none", "data": []}]
    frictionless.Package.from_descriptor(package)


@responses.activate
def crate(text):
    with open(inside("rocrate", "data", "ro-crate.jsonld"), encoding="utf-8") as file:
        responses.get(CRATE_CONTEXT, body=file.read(), content_type="application/ld+json")
    settings = services.ValidationSettings(rocrate_uri=".", profile_identifier="ro-crate-1.1", metadata_only=True, skip_availability_check=True)
    result = services.validate_metadata_as_dict(json.loads(text), settings)
    wanted(not result.has_issues(), [issue.message for issue in result.get_issues()])


def croissant(text):
    mlcroissant.Dataset(jsonld=json.loads(text))


def citations(text):
    """The item has what every item has (CSL 1.0.2, appendix III); keys that InvenioRDM calls otherwise aside."""
    from citeproc.source.json import CiteProcJSON

    item = json.loads(text)
    for part in item.get("issued", {}).get("date-parts", []):
        wanted(part and part[0], "a date without a year")
    source = CiteProcJSON([{**item, "issued": {"date-parts": [[2020]]}}])
    wanted(item["id"].lower() in source, "the item is not found by its id")


def bibliography(items):
    """A judge of rendered citations: one line that names title, year and DOI of one of the items of CSL."""
    known = {item["DOI"]: item for item in items}

    def words(text):
        return re.sub(r"[\W_]+", " ", text).strip().casefold()

    def judge(text):
        doi = text.strip().removesuffix(".").partition(".org/")[2]
        wanted(doi in known, "no DOI of a record at its end")
        title, year = known[doi]["title"], known[doi]["issued"]["date-parts"][0][0]
        wanted(words(title) in words(text) and str(year) in text, f"not {title!r} of {year}")
        wanted(len(text.strip().splitlines()) == 1, "not one line")

    return judge


def linkset(text):
    for link in json.loads(text)["linkset"]:
        wanted(link.pop("anchor").startswith("http"), "no anchor")
        for relation, targets in link.items():
            wanted(targets and all(target["href"].startswith("http") for target in targets), relation)


def table(text):
    rows = list(csv.reader(io.StringIO(text, newline="")))
    wanted(len(rows) == 2 and len(rows[0]) == len(rows[1]) and "id" in rows[0], "not a row for each record")


def datacite(text):
    """InvenioRDM writes coordinates as texts, which the schema wants as numbers, and `awardURI`, which it calls `awardUri`."""
    item = json.loads(text)

    def numbers(value):
        if isinstance(value, dict):
            members = {"awardUri" if key == "awardURI" else key: each for key, each in value.items()}
            return {key: float(each) if key.endswith(("Longitude", "Latitude")) else numbers(each) for key, each in members.items()}
        return [numbers(each) for each in value] if isinstance(value, list) else value

    return numbers(item)


def by_schema(schema, parse):
    validator = jsonschema.validators.validator_for(schema)(schema)
    return lambda text: validator.validate(parse(text))


def judges(folder):
    items = os.path.join(folder, "csl")
    return {
        "json": lambda text: wanted(json.loads(text)["id"], "no id"),
        "json-ld": expands,
        "full+csv": table,
        "simple+csv": table,
        "marcxml": xml("oai/MARC21slim.xsd"),
        "v1+json": lambda text: wanted(json.loads(text)["ui"], "no texts"),
        "csl": citations,
        "x-bibliography": bibliography([read(os.path.join(items, name)) for name in os.listdir(items)]),
        "datacite-json": by_schema(read(inside("datacite", "schemas", "datacite-v4.5.json")), datacite),
        "geojson": places,
        "datacite-xml": xml("datacite-4.5/metadata.xsd"),
        "datapackage": data_package,
        "dublincore": xml("oai/oai_dc.xsd"),
        "bibtex": bibtex,
        "dcat-ap": rdf,
        "linkset+json": linkset,
        "codemeta": expands,
        "cff": by_schema(read(inside("cffconvert", "schemas", "1.2.0", "schema.json")), yaml.safe_load),
        "ro-crate": crate,
        "croissant": croissant,
    }


def main(folder):
    logging.disable(logging.WARNING)
    urllib.request.install_opener(urllib.request.build_opener(Local))
    known, wrong = judges(folder), 0
    for form in sorted(os.listdir(folder)):
        judge = known.pop(form)
        names = sorted(os.listdir(os.path.join(folder, form)), key=lambda name: os.path.getmtime(os.path.join(folder, form, name)))
        if judge in (crate, croissant):
            names = names[:SOME] + names[-1:]
        for name in names:
            with open(os.path.join(folder, form, name), encoding="utf-8", newline="") as file:
                text = file.read()
            try:
                judge(text)
            except Exception as error:  # pylint: disable=broad-except
                wrong += 1
                if wrong <= MOST:
                    print(f"exports: {form} of {name}: {type(error).__name__}: {str(error)[:400]}", file=sys.stderr)
        print(f"exports: {len(names)} of {form} were read")
    if known:
        print(f"exports: nobody made {sorted(known)}", file=sys.stderr)
        wrong += len(known)
    if not SCHEMAS:
        print("exports: XML was parsed, not validated: CAIRN_SCHEMAS is not set")
    if wrong:
        print(f"exports: {wrong} could not be read", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
