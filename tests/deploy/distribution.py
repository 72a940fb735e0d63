"""CloudFront, which the stand-in keeps but does not run: a distribution as it was deployed, with its functions run by node.

This follows AWS's documentation, not AWS: what is shown with it is that templates, functions and API fit together.
"""

import fnmatch
import json
import os
import subprocess
import threading
from urllib.parse import parse_qsl

from gate import Reply, Request

HERE = os.path.dirname(os.path.abspath(__file__))
# The answers that a distribution gives by itself.
REFUSED = Reply(403, [("Content-Type", "text/html")], b"The method is not allowed for this distribution.")
UNREACHED = Reply(502, [("Content-Type", "text/html")], b"The origin cannot be reached.")


class Functions:
    """The published functions, in one process of node."""

    def __init__(self, client):
        self.client, self.codes, self.lock = client, {}, threading.Lock()
        program = ["node", os.path.join(HERE, "edge.mjs")]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def code(self, arn):
        if arn not in self.codes:
            name = arn.rsplit("/", 1)[1]
            self.codes[arn] = self.client.get_function(Name=name, Stage="LIVE")["FunctionCode"].read().decode()
        return self.codes[arn]

    def run(self, arn, request):
        """The request as the function passes it on, or the reply that it gives instead."""
        path, _, query = request.target.partition("?")
        cookies = [pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";") if pair.strip()]
        asked = {
            "method": request.method, "uri": path,
            "headers": {name: {"value": value} for name, value in request.headers.items() if name != "cookie"},
            "querystring": {name: {"value": value} for name, value in parse_qsl(query, keep_blank_values=True)},
            "cookies": {name: {"value": value} for name, _, value in cookies},
        }
        event = {"version": "1.0", "context": {}, "viewer": {"ip": request.ip}, "request": asked}
        with self.lock:
            self.process.stdin.write(json.dumps({"code": self.code(arn), "event": event}) + "\n")
            self.process.stdin.flush()
            made = json.loads(self.process.stdout.readline())
        if "statusCode" in made:
            headers = [(name, one["value"]) for name, one in made["headers"].items()]
            return Reply(made["statusCode"], headers, made["body"].encode())
        if made["querystring"] != asked["querystring"]:
            raise RuntimeError(f"{arn} changes queries, which this does not follow")
        headers = {name: one["value"] for name, one in made["headers"].items()}
        if made["cookies"]:
            headers["cookie"] = "; ".join(f"{name}={one['value']}" for name, one in made["cookies"].items())
        target = made["uri"] + (f"?{query}" if query else "")
        return Request(made["method"], target, headers, request.body, request.ip)

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


class Distribution:
    """A distribution; `origins` answer requests by the ids that it calls them, or raise OSError where they cannot be reached."""

    def __init__(self, client, comment, functions, origins):
        known = client.list_distributions()["DistributionList"]["Items"]
        found = next(one for one in known if one["Comment"] == comment)
        self.config = client.get_distribution_config(Id=found["Id"])["DistributionConfig"]
        self.client, self.functions, self.origins, self.passed = client, functions, dict(origins), None
        if set(self.origins) != {origin["Id"] for origin in self.items("Origins")}:
            raise RuntimeError(f"{comment} has other origins: {self.config['Origins']}")

    def items(self, name):
        return self.config.get(name, {}).get("Items", [])

    def behavior(self, path):
        fits = (one for one in self.items("CacheBehaviors") if fnmatch.fnmatchcase(path, one["PathPattern"]))
        return next(fits, self.config["DefaultCacheBehavior"])

    def answer(self, request):
        behavior = self.behavior(request.target.partition("?")[0])
        if request.method not in behavior["AllowedMethods"]["Items"]:
            return REFUSED
        for function in behavior["FunctionAssociations"]["Items"]:
            request = self.functions.run(function["FunctionARN"], request)
            if isinstance(request, Reply):
                return request
        # As the managed policy has it: everything but the host goes to the origin.
        request.headers.pop("host", None)
        reply = self.replaced(self.fetched(behavior["TargetOriginId"], request), request)
        return self.secured(reply, behavior)

    def fetched(self, origin, request):
        """What an origin says, or of a group of them the first that does not fail."""
        group = next((one for one in self.items("OriginGroups") if one["Id"] == origin), None)
        if group is None:
            return self.asked(origin, request)
        for member in group["Members"]["Items"]:
            reply = self.asked(member["OriginId"], request)
            if reply.status not in group["FailoverCriteria"]["StatusCodes"]["Items"]:
                return reply
        return reply

    def asked(self, origin, request):
        self.passed = request
        try:
            return self.origins[origin](request)
        except OSError:
            return UNREACHED

    def replaced(self, reply, request):
        """What takes the place of an error."""
        error = next((one for one in self.items("CustomErrorResponses") if one["ErrorCode"] == reply.status), {})
        page = error.get("ResponsePagePath")
        if not page:
            return reply
        told = self.fetched(self.behavior(page)["TargetOriginId"], Request("GET", page, request.headers, ip=request.ip))
        return Reply(int(error["ResponseCode"]), told.headers, told.body) if told.status == 200 else reply

    def secured(self, reply, behavior):
        """With the headers that a policy adds."""
        policy = behavior.get("ResponseHeadersPolicyId")
        if not policy:
            return reply
        found = self.client.get_response_headers_policy(Id=policy)["ResponseHeadersPolicy"]
        said = found["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        added = {
            "Content-Security-Policy": said["ContentSecurityPolicy"]["ContentSecurityPolicy"],
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": said["FrameOptions"]["FrameOption"],
            "Strict-Transport-Security": f"max-age={said['StrictTransportSecurity']['AccessControlMaxAgeSec']}",
        }
        known = {name.lower() for name in added}
        kept = [(name, value) for name, value in reply.headers if name.lower() not in known]
        return Reply(reply.status, kept + list(added.items()), reply.body)
