"""The deployed site as its users see it, and what all steps of the story need."""

import json
import os
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "prove"))

import server as cairn  # noqa: E402


class Failed(Exception):
    """The deployment did not do what it must; the message is for people."""


def until(what, condition, seconds=90):
    """Waits until `condition` gives something true, and gives that."""
    end, error = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            found = condition()
            if found:
                return found
        except (OSError, KeyError, cairn.Failed) as failure:
            error = failure
        time.sleep(0.5)
    raise Failed(f"{what}: not within {seconds} s" + (f" ({error})" if error else ""))


def minimal(title):
    """Metadata of a record, with files."""
    creator = {"person_or_org": {"type": "personal", "family_name": "Lovelace", "given_name": "Ada"}}
    metadata = {
        "title": title, "publication_date": "2026-11-21", "publisher": "Cairn", "creators": [creator],
        "resource_type": {"id": "dataset"},
    }
    return {"access": {"record": "public", "files": "public"}, "files": {"enabled": True}, "metadata": metadata}


def send(address, data):
    """Sends bytes to a signed address, as any client does."""
    request = urllib.request.Request(address, data=data, method="PUT")
    request.add_header("Content-Type", "application/octet-stream")
    with urllib.request.urlopen(request, timeout=60) as reply:
        return reply.status


def fetch(address):
    with urllib.request.urlopen(address, timeout=60) as reply:
        return reply.read()


class Site:
    """The site behind its gate, and the stand-in that it runs on."""

    def __init__(self, port, stand_in, outputs):
        self.port, self.stand_in, self.outputs = port, stand_in, outputs
        self.bucket = outputs["Bucket"]
        parameter = stand_in.client("ssm").get_parameter(Name="/cairn/admin-token", WithDecryption=True)["Parameter"]
        if parameter["Type"] != "SecureString":
            raise Failed(f"the administrator's token is kept as {parameter['Type']}")
        self.token = parameter["Value"]
        self.admin = self.as_user(self.token)
        self.nobody = self.as_user(None)

    def as_user(self, token):
        return cairn.Client(self.port, token)

    def person(self, name):
        """A new user with a public profile: id, email, token."""
        return cairn.create_user_as(self.admin, name)

    def user(self, name):
        """A new user, as whom requests are made."""
        person = self.person(name)
        return self.as_user(person["token"]), person["id"]

    def queue(self, name):
        return f"{self.stand_in.url}/000000000000/cairn-{name}"

    def tell(self, name, body):
        """Sends a message to a queue, as another machine does."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.stand_in.client("sqs").send_message(QueueUrl=self.queue(name), MessageBody=text)

    def waiting(self):
        """How many events and messages are under way."""
        status = self.admin.want(200, "GET", "/api/status").json()
        queues = status["queues"].values()
        return status["outbox"]["waiting"] + sum(queue["waiting"] + queue["hidden"] for queue in queues)
