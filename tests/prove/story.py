"""The life of one record as the kill test writes it: steps, what each makes of the state, and what may be found."""

from dataclasses import dataclass

import server as cairn


@dataclass(frozen=True)
class State:
    """The `version` that the draft and the published record carry; None where there is none."""

    draft: str | None = None
    record: str | None = None


@dataclass(frozen=True)
class Step:
    """One write: `create`, `save`, `publish`, `edit` or `discard`; `mark` is the version that a save writes."""

    what: str
    mark: str | None = None

    def after(self, before):
        """The state that this step makes."""
        if self.what == "create":
            return State("w0")
        if self.what == "save":
            return State(self.mark, before.record)
        if self.what == "publish":
            return State(None, before.draft)
        if self.what == "edit":
            return State(before.record, before.record)
        return State(None, before.record)


def story(rng):
    """The steps of one item: most are created and published, some are saved, edited or discarded on the way."""
    steps = [Step("create")]
    if rng.random() < 0.3:
        steps.append(Step("save", "w1"))
    if rng.random() < 0.05:
        return [*steps, Step("discard")]
    steps.append(Step("publish"))
    if rng.random() < 0.2:
        steps += [Step("edit"), Step("save", "w2"), Step("discard" if rng.random() < 0.3 else "publish")]
    return steps


class Item:
    """One record on its way through its steps."""

    def __init__(self, number, draft, steps):
        self.number, self.draft, self.steps = number, draft, steps
        self.id = None
        self.taken = 0
        self.state = State()
        self.under_way = None
        self.touched = False
        self.draft["metadata"]["version"] = "w0"

    def done(self):
        return self.taken == len(self.steps)

    def take_step(self, client):
        """Sends the next step; on a broken connection it stays under way."""
        step = self.steps[self.taken]
        self.under_way, self.touched = step, True
        answer = self.send(client, step)
        if step.what == "create":
            self.id = answer.json()["id"]
        self.advance()

    def advance(self):
        self.state = self.under_way.after(self.state)
        self.under_way = None
        self.taken += 1

    def send(self, client, step):
        path = f"/api/records/{self.id}/draft"
        # The same key when the step is repeated after a kill: it must not happen twice.
        key = {"Idempotency-Key": f"kill-{self.number}-{self.taken}"}
        if step.what == "create":
            return client.want(201, "POST", "/api/records", self.draft, key)
        if step.what == "publish":
            return client.want(202, "POST", f"{path}/actions/publish", headers=key)
        if step.what == "edit":
            return client.want(201, "POST", path, headers=key)
        if step.what == "discard":
            return client.want(204, "DELETE", path)
        body = {**self.draft, "metadata": {**self.draft["metadata"], "version": step.mark}}
        return client.want(200, "PUT", path, body)

    def verify(self, client):
        """Compares what the server holds with what it acknowledged, and learns whether the step under way happened."""
        self.touched = False
        if self.id is None:
            return
        found = State(version(client, f"/api/records/{self.id}/draft"), version(client, f"/api/records/{self.id}"))
        if found == self.state:
            return
        if self.under_way is not None and found == self.under_way.after(self.state):
            self.advance()
            return
        raise cairn.Failed(f"{self.id}: acknowledged {self.state}, under way {self.under_way}, found {found}")


def version(client, path):
    """The version mark of a draft or record, None where there is none (404)."""
    answer = client.ask("GET", path)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise cairn.Failed(f"GET {path}: {answer}")
    return answer.json()["metadata"]["version"]
