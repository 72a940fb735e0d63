"""What a deployment has to do, step by step, through the deployed functions only."""

import json
import os
import subprocess

from site_under_test import Failed, fetch, minimal, send, until
from stand_in import ACCOUNT

PART = 5 * 1024 * 1024
# Where fields of the site's own are declared, and which.
FIELDS = "/cairn/custom-fields/1"
DECLARED = ["journal", {"name": "astro:band", "type": "keyword", "multiple": True, "facet": "Band"}]
# Programs are not counted as people are.
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def operations(site):
    """Every operation of the table has its route to its function, and answers there; nothing else has one."""
    api = site.stand_in.client("apigatewayv2")
    routes = api.get_routes(ApiId=site.outputs["ApiId"], MaxResults="1000")["Items"]
    integrations = api.get_integrations(ApiId=site.outputs["ApiId"], MaxResults="1000")["Items"]
    functions = {one["IntegrationId"]: one["IntegrationUri"].rsplit(":", 1)[1] for one in integrations}
    leads = {route["RouteKey"]: functions[route["Target"].split("/")[1]] for route in routes}
    table = site.nobody.want(200, "GET", "/api/operations").json()["operations"]
    if set(leads.values()) != {"cairn-" + one["name"].replace(".", "-") for one in table}:
        raise Failed(f"functions and operations differ: {sorted(leads.values())}")
    for one in table:
        if one["path"] == "$default":
            continue
        key = f"{one['method']} {one['path']}"
        function = leads.get(key) or leads.get(f"ANY {one['path']}")
        if function != "cairn-" + one["name"].replace(".", "-"):
            raise Failed(f"{key} leads to {function}, not to {one['name']}")
        path = one["path"].replace("+}", "}")
        path = "".join("x" + part.partition("}")[2] if at else part for at, part in enumerate(path.split("{")))
        answer = site.nobody.ask(one["method"], path)
        if answer.status >= 500 and one["name"] != "records.delete":
            raise Failed(f"{key} as nobody: {answer}")
        if "x-request-id" not in answer.headers:
            raise Failed(f"{key} was not answered by its function: {answer} {answer.headers}")
    site.nobody.want(404, "GET", "/nowhere")
    return f"{len(table)} operations, {len(leads)} routes"


def files(site, ada):
    """A large file goes to signed addresses, a small one through its function, a third is dropped in."""
    draft = ada.want(201, "POST", "/api/records", minimal("Analytical engines")).json()
    list_of_files = f"/api/records/{draft['id']}/draft/files"
    large, small = os.urandom(PART + 1_000), b"a,b\n1,2\n"
    transfer = {"type": "M", "parts": 2, "part_size": PART}
    wanted = [{"key": "large.bin", "size": len(large), "transfer": transfer}, {"key": "small.csv", "size": len(small)}]
    started = ada.want(201, "POST", list_of_files, wanted).json()["entries"]
    parts = next(one for one in started if one["key"] == "large.bin")["links"]["parts"]
    for part in parts:
        if part["url"].startswith(f"http://127.0.0.1:{site.port}/"):
            raise Failed(f"a large file is to be sent through a function: {part}")
        first = PART * (part["part"] - 1)
        send(part["url"], large[first:first + PART])
    headers = {"Content-Type": "application/octet-stream"}
    ada.want(200, "PUT", f"{list_of_files}/small.csv/content", small, headers)
    for key in ("large.bin", "small.csv"):
        ada.want(200, "POST", f"{list_of_files}/{key}/commit")
    site.stand_in.client("s3").put_object(Bucket=site.bucket, Key=f"inbox/{draft['id']}/dropped.txt", Body=b"dropped")

    def all_there():
        entries = ada.want(200, "GET", list_of_files).json()["entries"]
        return {one["key"] for one in entries if one["status"] == "completed"} == {"large.bin", "small.csv", "dropped.txt"}

    until("the dropped file is taken", all_there)
    return draft["id"], {"large.bin": large, "small.csv": small, "dropped.txt": b"dropped"}


def publication(site, ada, draft, contents):
    """Published, found by anybody, downloaded; the events of it have gone all the way."""
    record = ada.want(202, "POST", f"/api/records/{draft}/draft/actions/publish").json()
    if record["files"]["count"] != len(contents):
        raise Failed(f"files of the record: {record['files']}")
    until("the record is found", lambda: site.nobody.want(
        200, "GET", f"/api/records?q=id:{draft}").json()["hits"]["total"] == 1)
    for key, data in contents.items():
        answer = site.nobody.ask("GET", f"/api/records/{draft}/files/{key}/content", headers=BROWSER)
        body = fetch(answer.headers["location"]) if answer.status == 302 else answer.body
        if body != data:
            raise Failed(f"{key} is not what was sent: {answer}")
    until("events and messages are dealt with", lambda: site.waiting() == 0, 180)
    if not site.stand_in.logged("consume_index"):
        raise Failed("consume_index was never started")

    def counted():
        stats = site.nobody.want(200, "GET", f"/api/records/{draft}").json()["stats"]
        return stats["this_version"]["downloads"] >= 1 and stats

    return until("downloads are counted", counted)


def declare(stand_in):
    """What a site that has fields of its own keeps before it is deployed."""
    stand_in.client("ssm").put_parameter(Name=FIELDS, Value=json.dumps(DECLARED), Type="String")


def own_fields(site, ada):
    """Fields that the site declares are kept, published and counted; only functions that need them may read which there are."""
    body = {**minimal("Seen in two bands"), "files": {"enabled": False}}
    body["custom_fields"] = {"journal:journal": {"title": "Kiln Letters"}, "astro:band": ["H", "K"]}
    draft = ada.want(201, "POST", "/api/records", body).json()
    if draft.get("errors") or draft["custom_fields"] != body["custom_fields"]:
        raise Failed(f"fields of the site's own: {draft['custom_fields']} {draft.get('errors')}")
    ada.want(202, "POST", f"/api/records/{draft['id']}/draft/actions/publish")

    def counted():
        found = site.nobody.want(200, "GET", "/api/records?q=custom_fields.journal%5C:journal.title:letters&astro:band=K").json()
        buckets = found["hits"]["total"] == 1 and found["aggregations"]["astro:band"]["buckets"]
        return buckets and [bucket["key"] for bucket in buckets]

    bands = until("the record is found by them", counted)
    if sorted(bands) != ["H", "K"]:
        raise Failed(f"bands are counted as {bands}")
    may = {name for name, statements in site.stand_in.roles().items() if FIELDS in json.dumps(statements)}
    table = site.nobody.want(200, "GET", "/api/operations").json()["operations"]
    declared = [one["name"] for one in table if "custom-fields" in one["needs"]]
    consumers = ["ConsumeIndex", "ConsumeJobs", "ConsumeLowPriority", "ConsumePids", "SetUp"]
    if len(may) != len(declared) + len(consumers) or not all(any(f"-{one}Role" in name for name in may) for one in consumers):
        raise Failed(f"{sorted(may)} may read which fields there are; {declared} and {consumers} need to")
    return f"{len(may)} of {len(site.stand_in.roles())} functions read which there are"


def rights(site, ada):
    """A function whose role lacks one of its rights cannot do its work; with it, it can again."""
    iam = site.stand_in.client("iam")
    wanted = "dynamodb:UpdateItem"
    function = site.stand_in.client("lambda").get_function(FunctionName="cairn-drafts-create")["Configuration"]
    role = {"RoleName": function["Role"].rsplit("/", 1)[1], "PolicyName": "needs"}
    policy = iam.get_role_policy(**role)["PolicyDocument"]
    broken = json.loads(json.dumps(policy))
    for statement in broken["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action != wanted]
    try:
        iam.put_role_policy(**role, PolicyDocument=json.dumps(broken))
        refused = ada.ask("POST", "/api/records", minimal("Without the right to write"))
    finally:
        iam.put_role_policy(**role, PolicyDocument=json.dumps(policy))
    if refused.status < 500:
        raise Failed(f"a draft was stored without {wanted}: {refused}")
    ada.want(201, "POST", "/api/records", minimal("With it"))
    return f"{refused.status} without {wanted}"


def jobs(site, user):
    """A message of another machine imports records, step by step; a schedule starts a job by itself."""
    records = [minimal(f"Sent by a machine {number}") for number in range(3)]
    for record in records:
        record["files"] = {"enabled": False}
    site.admin.want(200, "PUT", f"/api/senders/{ACCOUNT}", {"user": user})
    site.tell("jobs", {"version": "1", "id": "m-1", "task": "import", "args": {"records": records}})

    def imported():
        found = [job for job in site.admin.want(200, "GET", "/api/jobs").json()["hits"]["hits"] if job["task"] == "import"]
        runs = found and site.admin.want(200, "GET", found[0]["links"]["runs"]).json()["hits"]["hits"]
        return runs and runs[0]["status"] == "SUCCESS" and runs[0]

    run = until("the import is done", imported, 120)
    schedule = {"type": "interval", "seconds": 10}
    job = {"title": "Often", "task": "archive_events", "schedule": schedule}
    often = site.admin.want(201, "POST", "/api/jobs", job).json()
    until("the clock starts a job", lambda: site.admin.want(
        200, "GET", often["links"]["runs"]).json()["hits"]["total"] > 0, 150)
    site.admin.want(204, "DELETE", often["links"]["self"])
    return run["inserted_entries"]


def poison(site, program):
    """A message that nobody can act on ends among the dead letters with its error; it can be sent again."""
    site.tell("index", "poison")
    environment = {**os.environ, "CAIRN_URL": f"http://127.0.0.1:{site.port}", "CAIRN_TOKEN": site.token}

    def command(*arguments):
        done = subprocess.run([program, *arguments, "--json"], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"cairn {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)

    def dead():
        letters = site.admin.want(200, "GET", "/api/deadletters").json()["hits"]["hits"]
        return [one for one in letters if one["message"] == "poison" and "cannot be read" in one["error"]]

    until("the poison message dies", dead, 180)
    if "poison" not in json.dumps(command("deadletters", "list")):
        raise Failed("cairn deadletters does not show the message")
    command("deadletters", "replay", "index", "--all")
    if dead():
        raise Failed("the message was not sent again")
    until("it dies again", dead, 180)
    return command("status")["queues"]["index"]
