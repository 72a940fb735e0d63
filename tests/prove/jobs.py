#!/usr/bin/env python3
"""Kills `cairn serve` at random moments while it does an import by itself, cancels the import half-way, starts it again.

At the end every record is there once, no step counted twice, nothing is left on the queues, and the index equals the
store. Environment: SCALE (1: 20 kills, 4,222 records), SEED, PROFILE, CAIRN_BIN.
"""

import http.client
import os
import random
import subprocess
import sys
import tempfile
import time

import generate
import server as cairn

PART = 100
FINAL = ("SUCCESS", "FAILED", "PARTIAL_SUCCESS", "CANCELLED", "WARNING")


def upload(admin, drafts):
    """Brings the drafts in parts; a part is smaller where its records are large."""
    part, number = [], 1
    for draft in [*drafts, None]:
        if part and (draft is None or len(part) == PART or len(str(draft)) > 100_000):
            admin.want(200, "PUT", f"/api/uploads/proof/parts/{number}", {"records": part})
            part, number = [], number + 1
        if draft is not None:
            part.append(draft)


def progress(server, run):
    """The run as it is now; nothing while the server is not there."""
    try:
        return server.admin().want(200, "GET", run["links"]["self"].replace(run["base"], server.url)).json()
    except (OSError, http.client.HTTPException):
        return None


def follow(server, run, until, seconds=180):
    """Waits until `until(run)` holds; the run as it was then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = progress(server, run)
        if now is not None and until(now):
            return now
        time.sleep(0.01)
    raise cairn.Failed(f"the run came to no end: {progress(server, run)}")


def done(run):
    return run["inserted_entries"] + run["updated_entries"] + run["errored_entries"]


def cancel_and_retry(server, run):
    """Stops the import, sees that nothing more happens, and starts it again."""
    admin, base = server.admin(), run["links"]["self"].replace(run["base"], "")
    answer = admin.ask("POST", f"{base}/actions/stop")
    if answer.status == 400:
        return  # It has just ended.
    stopped = follow(server, run, lambda now: now["status"] in FINAL)
    if stopped["status"] == "CANCELLED":
        cairn.settle(server)
        found = admin.want(200, "GET", "/api/records?size=1").json()["hits"]["total"]
        if found != done(stopped):
            raise cairn.Failed(f"{found} records after {done(stopped)} were counted: {stopped}")
        admin.want(202, "POST", f"{base}/actions/retry")
        print(f"  cancelled after {found} records, and started again", flush=True)


def errors(server, run):
    """What the log of the run has to complain of."""
    path = run["links"]["self"].replace(run["base"], "") + "/logs"
    lines = server.admin().want(200, "GET", path).json()["hits"]["hits"]
    return [line["message"] for line in lines if line["level"] != "INFO"]


def verify(server, drafts, run):
    """Each draft is one record, the counts are right, and the log tells of each step once."""
    ended = follow(server, run, lambda now: now["status"] in FINAL)
    if ended["status"] != "SUCCESS" or done(ended) != len(drafts) or ended["total_entries"] != len(drafts):
        raise cairn.Failed(f"{len(drafts)} records were to be imported: {ended}; {errors(server, run)}")
    cairn.settle(server)
    admin, titles, page = server.admin(), [], 1
    while True:
        hits = admin.want(200, "GET", f"/api/records?size=100&sort=oldest&page={page}").json()["hits"]
        for hit in hits["hits"]:
            titles.append(hit["metadata"]["title"])
            record = admin.want(200, "GET", f"/api/records/{hit['id']}").json()
            if record["revision_id"] != hit["revision_id"] or record["metadata"] != hit["metadata"]:
                raise cairn.Failed(f"{hit['id']}: the index holds another state than the store")
        if len(titles) >= hits["total"]:
            break
        page += 1
    if len(titles) != len(drafts) or len(set(titles)) != len(drafts):
        raise cairn.Failed(f"{len(drafts)} drafts became {len(titles)} records with {len(set(titles))} titles")
    left = admin.want(200, "GET", "/api/user/records?size=10&q=is_published:false").json()["hits"]
    if left["total"]:
        stored = [admin.ask("GET", f"/api/records/{hit['id']}/draft") for hit in left["hits"]]
        again = admin.want(200, "GET", "/api/user/records?size=1&q=is_published:false").json()["hits"]["total"]
        checked = subprocess.run([server.program, "--url", server.url, "--token", server.admin_token(), "verify"],
                                 capture_output=True, text=True, check=False)
        raise cairn.Failed(f"{left['total']} drafts were made and not published: {stored}; {errors(server, run)}; found once more: "
                           f"{again}, the hits were {left['hits']}; cairn verify: {checked.stdout}{checked.stderr}")
    mine = admin.want(200, "GET", "/api/user/records?size=1").json()["hits"]["total"]
    if mine != len(titles):
        raise cairn.Failed(f"the user has {len(titles)} records, and {mine} are found")
    return ended


def main():
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", time.time_ns() % 10**6))
    count, kills = max(300, round(4222 * scale)), max(3, round(20 * scale))
    rng = random.Random(seed)
    drafts = list(generate.drafts(count, seed))
    print(f"jobs: {count} records, {kills} kills, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cairn-jobs-") as folder:
        server = cairn.Server(cairn.binary(os.environ.get("PROFILE", "debug")), os.path.join(folder, "data"))
        try:
            server.start()
            upload(server.admin(), drafts)
            message = {"version": "1", "id": "proof", "task": "import", "args": {"upload": "proof", "publish": True}}
            run = server.admin().want(202, "POST", "/api/jobs/messages", message).json()
            run["base"] = server.url
            cancelled = False
            for kill in range(kills):
                # So far it may come, and then a moment more: into the middle of a step.
                so_far = round(count * (kill + 0.5) / (kills + 1))
                follow(server, run, lambda now: done(now) >= so_far or now["status"] in FINAL)
                if not cancelled and so_far * 2 >= count:
                    cancelled = True
                    cancel_and_retry(server, run)
                time.sleep(rng.uniform(0, 0.15))
                server.kill()
                server.start()
                again = server.admin().want(202, "POST", "/api/jobs/messages", message).json()
                if again["id"] != run["id"]:
                    raise cairn.Failed("the same message started another run")
            ended = verify(server, drafts, run)
            server.stop()
        except cairn.Failed as failure:
            print(f"jobs: FAILED (SEED={seed}): {failure}\nThe end of the server's log:\n{server.tail()}", file=sys.stderr)
            return 1
        finally:
            server.kill()
    print(f"jobs: {count} records imported once through {kills} kills ({ended['message']})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
