#!/usr/bin/env python3
"""Has real records exported in every form, prints what each costs, and has the exports judged by programs of others.

The records are imported and published, one with a file and all fields is made by hand; every form is asked for by its export
path, else by `Accept`. exports_judge.py, in a virtual environment of its own, then reads every file. Environment:
CAIRN_RECORDS (drafts, .jsonl or .jsonl.gz; tests/data/records.jsonl.gz), SCALE (share of them, 20 at least), PROFILE,
CAIRN_BIN, CAIRN_EXPORTS_VENV, CAIRN_SCHEMAS (a folder with the schemas of DataCite and of OAI; without it XML is only parsed).
"""

import json
import os
import subprocess
import sys
import tempfile
from urllib.parse import quote

import records
import server as cairn

sys.path.insert(0, os.path.join(cairn.REPOSITORY, "tests", "compat"))

import run as compat  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.environ.get("CAIRN_EXPORTS_VENV", os.path.join(cairn.REPOSITORY, ".services", "venv-exports"))
WANTED = os.path.join(HERE, "exports.txt")
MANUAL = os.path.join(cairn.REPOSITORY, "docs", "exports.md")
# What an export may cost on average, in ms of CPU, where the program was built for speed.
GOAL = 0.7
DESCRIBED = os.path.join(cairn.REPOSITORY, "tests", "data", "described.json")


def forms():
    """Names and media types of every form, as the manual lists them."""
    with open(MANUAL, encoding="utf-8") as manual:
        lines = manual.read().split("| name |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = [[cell.replace("`", "").strip() for cell in line.split("|")] for line in lines]
    return [(row[1] or None, row[2] or None) for row in cells]


def whole_record(client):
    with open(DESCRIBED, encoding="utf-8") as file:
        draft = client.want(201, "POST", "/api/records", json.load(file)).json()
    if draft.get("errors"):
        raise cairn.Failed(f"the made record has errors: {draft['errors']}")
    files = f"/api/records/{draft['id']}/draft/files"
    client.want(201, "POST", files, [{"key": "a b.csv"}])
    client.want(200, "PUT", f"{files}/{quote('a b.csv')}/content", b"a,b\n1,2\n", {"Content-Type": "application/octet-stream"})
    client.want(200, "POST", f"{files}/{quote('a b.csv')}/commit")
    client.want(202, "POST", f"/api/records/{draft['id']}/draft/actions/publish")


def every_id(client):
    found, path = [], "/api/records?size=200&after=&sort=oldest"
    while path:
        page = client.want(200, "GET", path).json()
        found += [hit["id"] for hit in page["hits"]["hits"]]
        path = page["links"].get("next")
    return found


def ask(client, server, ids, request, keep):
    """Asks once for each record; gives the milliseconds of CPU that one took."""
    client.want(200, "GET", *request(ids[0]))
    before = cairn.cpu(server.pid())
    for number in ids:
        keep(number, client.want(200, "GET", *request(number)).body)
    return 1000 * (cairn.cpu(server.pid()) - before) / len(ids)


def collect(server, ids, folder):
    """Exports every record in every form into `folder/<form>/<id>`; prints what each form costs."""
    client, costs = cairn.Client(server.port), {}
    asked = []
    for name, media in forms():
        here = name or media.split(".")[-1].split("/")[-1]
        if name:
            asked.append((here, lambda number, name=name: (f"/records/{number}/export/{name}", None)))
        else:
            asked.append((here, lambda number, media=media: (f"/api/records/{number}", None, {"Accept": media})))
    for form, request in asked:
        os.makedirs(os.path.join(folder, form))

        def keep(number, body, form=form):
            with open(os.path.join(folder, form, number), "wb") as file:
                file.write(body)

        costs[form] = ask(client, server, ids, request, keep)
    return costs


def main():
    path = os.environ.get("CAIRN_RECORDS") or records.RECORDS
    profile = os.environ.get("PROFILE", "debug")
    drafts = records.read(path)
    drafts = drafts[: max(20, int(len(drafts) * float(os.environ.get("SCALE", "1"))))]
    with tempfile.TemporaryDirectory(prefix="cairn-exports-") as folder:
        server = cairn.Server(cairn.binary(profile), os.path.join(folder, "data"))
        try:
            interpreter = compat.python(VENV, WANTED)
            some = os.path.join(folder, "records.jsonl")
            with open(some, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(draft) + "\n" for draft in drafts)
            server.start()
            command = [server.program, "--url", server.url, "--token", server.admin_token(), "import", some, "--publish"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise cairn.Failed(f"the import failed: {done.stdout}{done.stderr}")
            whole_record(server.admin())
            cairn.settle(server)
            ids = every_id(server.admin())
            if len(ids) != len(drafts) + 1:
                raise cairn.Failed(f"{len(ids)} records of {len(drafts) + 1}")
            exports = os.path.join(folder, "exports")
            costs = collect(server, ids, exports)
            for form, cost in costs.items():
                print(f"exports: {form:30} {cost:6.2f} ms of CPU, the request included")
            mean = sum(costs.values()) / len(costs)
            print(f"exports: {mean:.2f} ms on average of {len(costs)} forms and {len(ids)} records ({profile})")
            server.stop()
            subprocess.run([interpreter, os.path.join(HERE, "exports_judge.py"), exports], check=True)
        except (cairn.Failed, subprocess.CalledProcessError) as failure:
            print(f"exports: {failure}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    if profile == "release" and mean > GOAL:
        print(f"exports: above {GOAL} ms on average", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
