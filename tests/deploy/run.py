#!/usr/bin/env python3
"""The deployment test: run.py. From nothing to a published, found, downloaded record through the deployed functions.

It makes the archives of the programs that `make build` left (PROFILE=debug, without their symbols), starts OpenSearch and
MiniStack on free ports, has SAM deploy the template as it is, goes through the story, and stops everything. `run.py compat
[arguments of pytest]` asks the tests of tests/compat of it, `run.py story compat` both. `run.py edge` deploys it behind CloudFront,
and goes through what has to hold there; then the site goes back to a moment.
"""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time

import environments
from environments import REPOSITORY

if os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(environments.ministack())):
    # Again, with the interpreter that has botocore.
    python = os.path.join(environments.ministack(), "python")
    os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])

import compat  # noqa: E402
import edge as edges  # noqa: E402
import restore  # noqa: E402
import story  # noqa: E402
from gate import Gate, forward  # noqa: E402
from site_under_test import Failed, Site, cairn  # noqa: E402
from stand_in import StandIn  # noqa: E402

TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(REPOSITORY, "target"))
PACKAGES = os.path.join(REPOSITORY, "target", "package")
# What may be asked of a site, by name. One behind CloudFront is another site than one that is not.
ASKED = ("story", "compat", "edge")
OPENSEARCH = os.path.join(REPOSITORY, "tests", "services", "opensearch-start.sh")


def package(profile):
    """The two archives, for the processor of this machine."""
    for artifact in ("api", "events"):
        folder = os.path.join(PACKAGES, artifact)
        os.makedirs(folder, exist_ok=True)
        bootstrap = os.path.join(folder, "bootstrap")
        shutil.copy(os.path.join(TARGET, profile, f"cairn-{artifact}"), bootstrap)
        subprocess.run(["strip", bootstrap], check=True)
        archive = os.path.join(PACKAGES, f"{artifact}.zip")
        if os.path.exists(archive):
            os.remove(archive)
        subprocess.run([sys.executable, "-m", "zipfile", "-c", archive, "bootstrap"], cwd=folder, check=True)


def told(what, act):
    """Does one step, and tells what came of it."""
    began = time.monotonic()
    found = act()
    print(f"deploy: {what}, {time.monotonic() - began:.1f} s" + (f": {found}" if found else ""), flush=True)


def go(site, program, ada, user):
    told("every operation answers at its route", lambda: story.operations(site))
    contents = {}
    told("files are sent, signed and dropped in", lambda: contents.update([story.files(site, ada)]))
    (draft, files), = contents.items()
    told("a record is published, found, downloaded and counted", lambda: story.publication(site, ada, draft, files))
    told("fields of the site's own are kept and counted", lambda: story.own_fields(site, ada))
    told("messages and the clock start jobs", lambda: story.jobs(site, user))
    told("poison dies, and is replayed", lambda: story.poison(site, program))
    told("a right that is missing is missed", lambda: story.rights(site, ada))


def at_the_edge(site, gate, port, ada):
    edge = edges.Edge(port, site.stand_in, gate, site.bucket)
    try:
        told("files go through the edge", lambda: edges.files(edge, site, ada))
        told("what is too large or not signed is refused there", lambda: edges.refusals(edge, site, ada))
        told("an outage is told to people and to programs", lambda: edges.outage(edge, site))
    finally:
        edge.close()


def main(arguments):
    asked = list(itertools.takewhile(ASKED.__contains__, arguments))
    rest = arguments[len(asked):]
    asked = asked or ["story"]
    profile = os.environ.get("PROFILE", "debug")
    program = cairn.binary(profile)
    search, port, door, files = (cairn.free_port() for _ in range(4))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cairn-deploy-") as folder:
        stand_in, outputs = StandIn(port, folder), {}
        gate = Gate(door, lambda request: forward(request, port, f"{outputs['ApiId']}.execute-api.localhost:{port}"))
        try:
            package(profile)
            subprocess.run([OPENSEARCH, str(search)], check=True, env={**os.environ, "CAIRN_OPENSEARCH_HEAP": "512m"})
            stand_in.start()
            story.declare(stand_in)
            parameters = {
                "Administrator": "admin@example.org", "Architecture": "x86_64", "Search": "existing", "Protection": "off",
                "SearchEndpoint": f"http://127.0.0.1:{search}", "SiteUrl": f"http://127.0.0.1:{door}", "Watch": "off",
                "CustomFieldsParameter": story.FIELDS, "FileModificationDays": "7",
            }
            if "edge" in asked:
                parameters |= {"Edge": "on", "FilesUrl": f"http://127.0.0.1:{files}"}
            told("the template is deployed", lambda: outputs.update(stand_in.deploy(**parameters)))
            site = Site(door, stand_in, outputs)
            ada, user = site.user("ada")
            if "edge" in asked:
                at_the_edge(site, gate, files, ada)
                told("it goes back to a moment", lambda: restore.go_back(site, ada))
            if "story" in asked:
                go(site, program, ada, user)
            if "compat" in asked:
                told("it answers as InvenioRDM does", lambda: compat.suite(site, folder, rest))
            print(f"deploy: passed in {time.monotonic() - began:.0f} s")
            return 0
        except (Failed, cairn.Failed, RuntimeError) as failure:
            print(f"deploy: {failure}", file=sys.stderr)
            with open(stand_in.log, encoding="utf-8", errors="replace") as log:
                print(f"The end of MiniStack's log:\n{log.read()[-4000:]}", file=sys.stderr)
            return 1
        finally:
            gate.close()
            stand_in.stop()
            subprocess.run([OPENSEARCH, "stop", str(search)], check=False)
            # Its port was its own, and so were its files.
            shutil.rmtree(os.path.join(environments.SERVICES, f"opensearch-{search}.data"), ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
