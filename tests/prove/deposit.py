"""The life of one deposit with files as the proof `files.py` writes it: what each step makes of it, and what may be found.

A deposit goes through phases. The chains of one phase are worked on at the same time by different clients: one chain per
file, or the single chain that publishes, discards or begins a new version.
"""

import hashlib
import random
import time
from dataclasses import dataclass, field

import server as cairn

PENDING = "pending"
SMALL_PART, LARGE_PART = 20_000, 5 * 1024 * 1024


@dataclass(frozen=True)
class Content:
    """Random bytes that need not be kept: the same seed makes them again."""

    seed: int
    size: int

    def bytes(self):
        return random.Random(self.seed).randbytes(self.size)


@dataclass(frozen=True)
class Step:
    """`create`, `publish`, `version`, `import`, `discard`; of a file `start`, `put`, `part`, `commit`, `delete`, or `drop`
    (into the inbox) and `await` (until it was taken in)."""

    what: str
    content: Content | None = None
    number: int = 0
    part_size: int = 0


@dataclass(frozen=True)
class Dropped:
    """A file that was sent to the inbox: it may or may not have been taken in yet."""

    content: Content


@dataclass
class Chain:
    """Steps of one file (`key`), or of the deposit itself (`key` is None), and how many are acknowledged."""

    key: str | None
    steps: list
    taken: int = 0
    under_way: Step | None = None

    def done(self):
        return self.taken == len(self.steps)


@dataclass
class Version:
    """What was acknowledged of one version: the state of each file, None for what is not there at all."""

    id: str
    draft: dict | None = field(default_factory=dict)
    record: dict | None = None


def send(rng, content):
    """The steps that make a file of this content."""
    draw = rng.random()
    if draw < 0.1:
        return [Step("drop", content), Step("await", content)]
    if draw < 0.75:
        again = [Step("put", Content(content.seed + 1, content.size + 3))] if draw < 0.2 else []
        return [Step("start"), *again, Step("put", content), Step("commit", content)]
    part_size = LARGE_PART if draw > 0.96 else SMALL_PART
    content = Content(content.seed, part_size * 2 + content.size % part_size + 1)
    parts = [Step("part", content, number, part_size) for number in (1, 2, 3)]
    rng.shuffle(parts)
    return [Step("start", content, 3, part_size), *parts, Step("commit", content)]


def chain(rng, key):
    """What happens to one file until it is there, or gone."""
    def content():
        return Content(rng.getrandbits(48), rng.choice([0, rng.randint(1, 5_000), rng.randint(1, 60_000), rng.randint(1, 800_000)]))
    steps, draw = send(rng, content()), rng.random()
    if draw < 0.2:
        steps += [Step("delete"), *(send(rng, content()) if draw < 0.12 else [])]
    return Chain(key, steps)


def phases(rng):
    """The phases of one deposit: most are published, half of those get a new version, some are discarded or left."""
    keys = [f"{'d/' if rng.random() < 0.3 else ''}file {number}.bin" for number in range(rng.randint(2, 6))]
    first = [chain(rng, key) for key in keys]
    # One file stays: what is published has to have one.
    first[0].steps = send(rng, Content(rng.getrandbits(48), rng.randint(1, 50_000)))
    made, draw = [[Chain(None, [Step("create")])], first], rng.random()
    if draw < 0.15:
        return [*made, [Chain(None, [Step("discard")])]]
    if draw < 0.4:
        left = Chain("left.bin", rng.choice([
            [Step("start")], [Step("start"), Step("put", Content(1, 9_000))],
            [Step("start", Content(2, 50_000), 3, SMALL_PART), Step("part", Content(2, 50_000), 2, SMALL_PART)],
            [Step("start", Content(3, LARGE_PART + 9), 2, LARGE_PART), Step("part", Content(3, LARGE_PART + 9), 2, LARGE_PART)],
        ]))
        return [*made, [left]]
    made.append([Chain(None, [Step("publish")])])
    if draw < 0.7:
        made.append([Chain(None, [Step("version"), Step("import")])])
        made.append([Chain(keys[0], [Step("delete"), *send(rng, Content(rng.getrandbits(48), 7_000))]), chain(rng, "new.bin")])
        made.append([Chain(None, [Step("discard" if draw < 0.47 else "publish")])])
    return made


class Deposit:
    """One deposit on its way through its phases."""

    def __init__(self, number, rng, storage):
        self.number, self.phases, self.phase, self.storage = number, phases(rng), 0, storage
        self.versions, self.touched = [], False

    def done(self):
        return self.phase == len(self.phases)

    def open_chains(self):
        return [] if self.done() else [chain for chain in self.phases[self.phase] if not chain.done()]

    def move_on(self):
        """Begins the next phase if this one is done; tells whether it did. Not for several threads at once."""
        if self.done() or self.open_chains():
            return False
        self.phase += 1
        return True

    def total_steps(self):
        return sum(len(chain.steps) for phase in self.phases for chain in phase)

    @property
    def path(self):
        return f"/api/records/{self.versions[-1].id}/draft"

    def take_step(self, client, chain):
        """Sends the next step of a chain; on a broken connection it stays under way."""
        chain.under_way, self.touched = chain.steps[chain.taken], True
        if chain.key is None:
            self.act(client, chain)
        else:
            self.act_on_file(client, chain)
        self.advance(chain)

    def act(self, client, chain):
        step = chain.under_way
        # The same key when the step is repeated after a kill: it must not happen twice.
        headers = {"Idempotency-Key": f"files-{self.number}-{self.phase}-{chain.taken}"}
        if step.what == "create":
            body = {"files": {"enabled": True}, "metadata": {
                "title": f"Files {self.number}", "resource_type": {"id": "dataset"}, "publication_date": "2026",
                "creators": [{"person_or_org": {"type": "organizational", "name": "Cairn"}}], "publisher": "Cairn"}}
            made = client.want(201, "POST", "/api/records", body, headers).json()
            self.versions.append(Version(made["id"]))
        elif step.what == "version":
            made = client.want(201, "POST", f"/api/records/{self.versions[0].id}/versions", headers=headers).json()
            if made["id"] != self.versions[-1].id:
                self.versions.append(Version(made["id"]))
            client.want(200, "PUT", self.path, {**made, "metadata": {**made["metadata"], "publication_date": "2027"}})
        elif step.what == "import":
            client.want(201, "POST", f"{self.path}/actions/files-import", headers=headers)
        elif step.what == "publish":
            client.want(202, "POST", f"{self.path}/actions/publish", headers=headers)
        else:
            client.want(204, "DELETE", self.path)

    def act_on_file(self, client, chain):
        step, files = chain.under_way, f"{self.path}/files"
        file = f"{files}/{chain.key.replace(' ', '%20')}"
        if step.what == "start":
            parts = {"type": "M", "parts": step.number, "part_size": step.part_size}
            more = {"size": step.content.size, "transfer": parts} if step.content else {}
            client.want(201, "POST", files, [{"key": chain.key, **more}])
        elif step.what == "put":
            client.want(200, "PUT", f"{file}/content", step.content.bytes(), {"Content-Type": "application/octet-stream"})
        elif step.what == "part":
            begin = (step.number - 1) * step.part_size
            send_part(client, file, step.number, step.content.bytes()[begin:begin + step.part_size])
        elif step.what == "commit":
            client.want(200, "POST", f"{file}/commit")
        elif step.what == "drop":
            self.versions[-1].draft[chain.key] = Dropped(step.content)
            self.storage.put(f"inbox/{self.versions[-1].id}/{chain.key}", step.content.bytes())
        elif step.what == "await":
            await_file(client, file)
        else:
            client.want(204, "DELETE", file)

    def advance(self, chain):
        """What was under way has happened."""
        step, current = chain.under_way, self.versions[-1]
        if step.what in ("publish", "discard", "import"):
            current.draft, current.record = self.after(step)
        elif chain.key is not None:
            current.draft[chain.key] = state_after(step)
        chain.under_way = None
        chain.taken += 1

    def after(self, step):
        """Draft and record of the newest version after this step."""
        current = self.versions[-1]
        if step.what == "publish":
            return None, current.draft
        if step.what == "import":
            return dict(self.versions[-2].record), current.record
        return None, current.record

    def verify(self, client, seen):
        """Compares what there is with what was acknowledged, and learns whether the steps under way have happened."""
        self.touched = False
        for version in self.versions:
            found = {
                "draft": files_of(client, f"/api/records/{version.id}/draft", seen),
                "record": files_of(client, f"/api/records/{version.id}", seen),
            }
            if version is self.versions[-1]:
                self.learn(found)
            told = {"draft": present(version.draft), "record": present(version.record)}
            leave_out_dropped(version.draft, found["draft"])
            if found != told:
                under_way = [(chain.key, chain.under_way) for chain in self.open_chains()]
                raise cairn.Failed(f"deposit {self.number}, {version.id}: acknowledged {told}, found {found}; under way {under_way}")

    def forget_pending(self):
        """What never came was swept."""
        for version in self.versions:
            if version.draft is not None:
                version.draft = {key: None if state == PENDING else state for key, state in version.draft.items()}

    def learn(self, found):
        for chain in self.open_chains():
            step = chain.under_way
            if step is None or step.what in ("create", "version", "put", "part", "drop", "await"):
                continue
            if chain.key is None:
                draft, record = self.after(step)
                happened = found == {"draft": present(draft), "record": present(record)}
            else:
                happened = found["draft"] is not None and told(state_after(step)) == found["draft"].get(chain.key)
            if happened:
                self.advance(chain)


def send_part(client, file, number, part):
    """Sends a part where the server says: to itself, or to a signed address of the storage."""
    links = client.want(200, "GET", file).json()["links"]["parts"]
    address = next(link["url"] for link in links if link["part"] == number)
    if "X-Amz-Signature" not in address:
        client.want(200, "PUT", address, part, {"Content-Type": "application/octet-stream"})
        return
    storage = cairn.Client(int(address.split("/")[2].split(":")[1]))
    try:
        storage.want(200, "PUT", address, part, {"Content-Type": "application/octet-stream"})
    finally:
        storage.close()


def state_after(step):
    """What a step makes of its file."""
    if step.what in ("commit", "await"):
        return step.content
    if step.what == "drop":
        return Dropped(step.content)
    return None if step.what == "delete" else PENDING


def told(state):
    """A file's state as it can be found: its MD5 and size."""
    if not isinstance(state, Content):
        return state
    return hashlib.md5(state.bytes()).hexdigest(), state.size


def present(files):
    if files is None:
        return None
    return {key: told(state) for key, state in files.items() if state is not None and not isinstance(state, Dropped)}


def leave_out_dropped(files, found):
    """Takes files out of what was found that are on their way through the inbox, and are what was sent."""
    for key, state in (files or {}).items():
        if isinstance(state, Dropped) and found is not None and found.get(key) == told(state.content):
            del found[key]


def await_file(client, file, seconds=60):
    """Waits until a file is there."""
    until = time.monotonic() + seconds
    while (answer := client.ask("GET", file)).status != 200:
        if time.monotonic() > until:
            raise cairn.Failed(f"{file} was not taken in: {answer}")
        time.sleep(0.05)


def files_of(client, path, seen):
    """Every file of a draft or record, downloaded: {name: (MD5, bytes) or PENDING}; None where there is no such thing."""
    answer = client.ask("GET", path)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise cairn.Failed(f"GET {path}: {answer}")
    found = {}
    for entry in client.want(200, "GET", f"{path}/files").json()["entries"]:
        if entry["status"] != "completed":
            found[entry["key"]] = PENDING
            continue
        content = client.want(200, "GET", entry["links"]["content"]).body
        md5, said = hashlib.md5(content).hexdigest(), entry["checksum"]
        # The checksum of a file that came in parts is computed in a moment.
        if said not in (None, f"md5:{md5}") or entry["size"] != len(content):
            raise cairn.Failed(f"{path}: {entry['key']} is said to be {said} and {entry['size']} bytes, and is {md5} and {len(content)}")
        found[entry["key"]] = (md5, len(content))
        seen["files"] += 1
        seen["unsummed"] += said is None
    return found
