"""The API that answers while the other is down, as it was deployed: integrations of API Gateway without a program (`MOCK`).

Their templates are Velocity's, which the stand-in does not evaluate. What AWS does with them: the request template chooses a
status, the answer whose pattern fits is given, and what its template sets in `context.responseOverride` counts.
"""

import json
import re

import airspeed
from gate import Reply


class Text(str):
    """A text with the method of Java's that the template asks for."""

    def contains(self, part):
        return part in self


class Input:
    """`$input`: what the request says."""

    def __init__(self, request):
        self.request = request

    def params(self, name):
        return Text(self.request.headers.get(name.lower(), ""))


class Backup:
    """Answers as the methods of the deployed API say."""

    def __init__(self, client, name):
        api = next(one["id"] for one in client.get_rest_apis(limit=500)["items"] if one["name"] == name)
        self.methods = {}
        for resource in client.get_resources(restApiId=api, limit=500)["items"]:
            for verb in resource.get("resourceMethods", {}):
                method = client.get_method(restApiId=api, resourceId=resource["id"], httpMethod=verb)
                self.methods[resource["path"]] = verb, method

    def answer(self, request):
        path = request.target.split("?")[0]
        verb, method = self.methods[path if path in self.methods else "/{proxy+}"]
        if verb not in ("ANY", request.method):
            return Reply(403, [("Content-Type", "application/json")], b'{"message":"Missing Authentication Token"}')
        integration = method["methodIntegration"]
        chosen = airspeed.Template(integration["requestTemplates"]["application/json"]).merge({"input": Input(request)})
        status = str(json.loads(chosen)["statusCode"])
        answers = integration["integrationResponses"].values()
        one = next(answer for answer in answers if re.fullmatch(answer["selectionPattern"], status))
        if one["statusCode"] not in method["methodResponses"]:
            return Reply(500, [("Content-Type", "application/json")], b'{"message":"Internal server error"}')
        context = {"responseOverride": {}}
        body = airspeed.Template(one["responseTemplates"]["application/json"]).merge({"context": context})
        prefix = "method.response.header."
        headers = [(name.removeprefix(prefix), value.strip("'")) for name, value in one["responseParameters"].items()]
        return Reply(int(context["responseOverride"].get("status", one["statusCode"])), headers, body.encode())
