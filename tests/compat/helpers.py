"""What the compatibility tests share: a client, waiting, and steps that many tests begin with.

Nothing in here knows how the server under test is built: only HTTP is used.
"""

import copy
import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import quote, urlsplit

import requests

# Tests import everything from here, the bodies as well.
from payloads import DROP, community_payload, full, minimal, org, person, review_body, uniq

BASE = os.environ.get("BASE", "http://127.0.0.1:5000").rstrip("/")
VERIFY = os.environ.get("VERIFY", "1") not in ("0", "false", "no", "")
POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "10"))
TIMEOUT = float(os.environ.get("HTTP_TIMEOUT", "60"))

if not VERIFY:
    import urllib3

    urllib3.disable_warnings()

UI_JSON = "application/vnd.inveniordm.v1+json"


def q(key):
    """Path-quote a file key."""
    return quote(key, safe="")


def foreign(url):
    """True for an absolute URL that is not under the API (or OAI-PMH) of this site."""
    if not url.startswith(("http://", "https://")) or url.startswith(BASE + "/"):
        return False
    tail = urlsplit(url).path.removeprefix(urlsplit(BASE).path)
    return not tail.startswith(("/api/", "/oai2d"))


class Client:
    """Thin wrapper over requests: api prefix, token, 429 patience, expectations."""

    def __init__(self, token=None, accept="application/json", name="anon"):
        self.token = token
        self.name = name
        self.s = requests.Session()
        self.s.verify = VERIFY
        # Tokens only: with no cookies kept, no CSRF hand-shake is ever due.
        self.s.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.s.headers["Accept"] = accept
        self.s.headers["User-Agent"] = "cairn-compat/1"
        if token:
            self.s.headers["Authorization"] = f"Bearer {token}"

    # -- URLs -----------------------------------------------------------
    @staticmethod
    def url(path):
        """Links into the API are re-based on BASE (a server may be told another site name).

        Other absolute links (presigned object storage) are left as they are.
        """
        if path.startswith(("http://", "https://")):
            if foreign(path):
                return path
            parts = urlsplit(path)
            tail = parts.path.removeprefix(urlsplit(BASE).path)
            return BASE + tail + (f"?{parts.query}" if parts.query else "")
        if path.startswith("/api/") or path.startswith("~"):
            return BASE + path.lstrip("~")
        return BASE + "/api" + path

    # -- requests -------------------------------------------------------
    def req(self, method, path, expect=None, **kw):
        kw.setdefault("timeout", TIMEOUT)
        kw.setdefault("allow_redirects", True)
        url = self.url(path)
        if foreign(url) and self.token:  # a presigned URL carries its own authority
            kw["headers"] = {**(kw.get("headers") or {}), "Authorization": None}
        for attempt in range(8):
            r = self.s.request(method, url, **kw)
            if r.status_code != 429:
                break
            wait = r.headers.get("Retry-After", "")
            time.sleep(min(float(wait) if wait.isdigit() else 5.0, 30.0) + 0.5)
        if expect is not None:
            ok = (expect,) if isinstance(expect, int) else tuple(expect)
            assert r.status_code in ok, (
                f"{method} {url} as {self.name}: got {r.status_code}, wanted {ok}: "
                f"{r.text[:600]}"
            )
        return r

    def get(self, path, expect=None, **kw):
        return self.req("GET", path, expect, **kw)

    def post(self, path, expect=None, **kw):
        return self.req("POST", path, expect, **kw)

    def put(self, path, expect=None, **kw):
        return self.req("PUT", path, expect, **kw)

    def patch(self, path, expect=None, **kw):
        return self.req("PATCH", path, expect, **kw)

    def delete(self, path, expect=None, **kw):
        return self.req("DELETE", path, expect, **kw)

    def head(self, path, expect=None, **kw):
        return self.req("HEAD", path, expect, **kw)

    def options(self, path, expect=None, **kw):
        return self.req("OPTIONS", path, expect, **kw)

    def fork(self):
        """A client with the same identity and its own connection (for threads)."""
        c = Client(self.token, self.s.headers["Accept"], self.name)
        return c


# ---------------------------------------------------------------------------
# Waiting
# ---------------------------------------------------------------------------
def poll(fn, timeout=None, every=0.4):
    """Call fn until it returns something truthy; the last value otherwise."""
    end = time.time() + (POLL_SECONDS if timeout is None else timeout)
    last = None
    while True:
        last = fn()
        if last or time.time() > end:
            return last
        time.sleep(every)


def hits(client, path, n=1, timeout=None, **params):
    """Search `path` until at least n hits are visible; returns the JSON body."""
    box = {}

    def go():
        r = client.get(path, params=params, expect=200)
        box["j"] = r.json()
        return box["j"]["hits"]["total"] >= n

    poll(go, timeout)
    j = box["j"]
    assert j["hits"]["total"] >= n, f"{path} {params}: {j['hits']['total']} hits, wanted {n}"
    return j


def gone(client, path, timeout=None, **params):
    """Search `path` until nothing matches; returns the JSON body."""
    box = {}

    def go():
        box["j"] = client.get(path, params=params, expect=200).json()
        return box["j"]["hits"]["total"] == 0

    poll(go, timeout)
    assert box["j"]["hits"]["total"] == 0, f"{path} {params} still has hits"
    return box["j"]


def settled(client, path, want, timeout=None, **params):
    """Search until the total equals `want`; returns the JSON body (asserts)."""
    box = {}

    def go():
        box["j"] = client.get(path, params=params, expect=200).json()
        return box["j"]["hits"]["total"] == want

    poll(go, timeout)
    assert box["j"]["hits"]["total"] == want, (
        f"{path} {params}: {box['j']['hits']['total']} hits, wanted exactly {want}"
    )
    return box["j"]


# ---------------------------------------------------------------------------
# Actions
# ---------------------------------------------------------------------------
def new_draft(client, data=None, expect=201, **kw):
    return client.post("/records", json=data or minimal(**kw), expect=expect).json()


def publish(client, id_, expect=202):
    return client.post(f"/records/{id_}/draft/actions/publish", expect=expect).json()


def new_record(client, data=None, **kw):
    d = new_draft(client, data, **kw)
    return publish(client, d["id"])


def upload(client, id_, key="data.txt", content=b"hello world", where="files"):
    """The three-step upload; returns the committed entry."""
    base = f"/records/{id_}/draft/{where}"
    client.post(base, json=[{"key": key}], expect=201)
    client.put(
        f"{base}/{q(key)}/content",
        data=content,
        headers={"Content-Type": "application/octet-stream"},
        expect=200,
    )
    return client.post(f"{base}/{q(key)}/commit", expect=200).json()


def new_file_record(client, files=None, data=None, **kw):
    """Publish a record with files ({key: bytes})."""
    files = files or {"data.txt": b"hello world"}
    d = new_draft(client, data or minimal(files=True, **kw))
    for k, v in files.items():
        upload(client, d["id"], k, v)
    return publish(client, d["id"])


def md5(b):
    return "md5:" + hashlib.md5(b).hexdigest()


def new_community(client, expect=201, **kw):
    return client.post("/communities", json=community_payload(**kw), expect=expect).json()


def draft_in_review(client, community_id, submit=True, data=None, **kw):
    """A draft with a review for the community; returns (draft, request)."""
    d = new_draft(client, data, **kw)
    client.put(f"/records/{d['id']}/draft/review", json=review_body(community_id), expect=200)
    if not submit:
        return d, None
    r = client.post(
        f"/records/{d['id']}/draft/actions/submit-review",
        json={"payload": {"content": "Please review", "format": "html"}},
        expect=202,
    )
    return d, r.json()


def act(client, req_id, action, expect=200, **kw):
    return client.post(f"/requests/{req_id}/actions/{action}", expect=expect, **kw).json()


def errors_of(body):
    """{field: [messages]} of an error list (draft errors or 400 errors)."""
    out = {}
    for e in body.get("errors", []):
        out.setdefault(e["field"], []).extend(e["messages"])
    return out


def edited(obj, **meta):
    """A copy of a record/draft body with metadata changed, fit for PUT."""
    o = copy.deepcopy(obj)
    for k, v in meta.items():
        if v is DROP:
            o["metadata"].pop(k, None)
        else:
            o["metadata"][k] = v
    return o


def parallel(calls, workers=8):
    """Run callables at once; returns their results (exceptions are raised)."""
    with ThreadPoolExecutor(max_workers=workers) as ex:
        futs = [ex.submit(c) for c in calls]
        return [f.result() for f in futs]


def statuses(responses):
    return sorted(r.status_code for r in responses)


def is_json_error(r, status):
    """InvenioRDM's JSON error envelope."""
    assert r.status_code == status, f"{r.status_code}: {r.text[:300]}"
    j = r.json()
    assert j["status"] == status
    assert isinstance(j["message"], str) and j["message"]
    return j


def load_tokens():
    """TOKENS: {"user": token, "user_id": ..., ...}; {"user": {"token","id","email"}} works too."""
    path = os.environ.get("TOKENS")
    if not path:
        return {}
    with open(path) as f:
        raw = json.load(f)
    out = {}
    for k, v in raw.items():
        if isinstance(v, dict):
            for kk, vv in v.items():
                out[k if kk == "token" else f"{k}_{kk}"] = vv
        else:
            out[k] = v
    return out
