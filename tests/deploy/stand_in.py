"""MiniStack, which stands in for AWS: started, deployed to by SAM itself, and asked by botocore's clients.

What it cannot do, and what is done about it here and nowhere else:
- Alarms that compute with several figures: `Watch=off`.
- `sqs:SendMessageBatch` and `sqs:DeleteMessageBatch`, which AWS allows whoever may send and delete, are rights of their own:
  roles that may the one get the other.
- It speaks HTTP only, which the policy of the bucket refuses: the policy is removed.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request

import environments

ACCOUNT, REGION, NAME = "000000000000", "us-east-1", "cairn"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
BATCHES = {"sqs:SendMessage": "sqs:SendMessageBatch", "sqs:DeleteMessage": "sqs:DeleteMessageBatch"}


class StandIn:
    """A MiniStack of its own, which asks every caller for the rights of their role and notes every call."""

    def __init__(self, port, folder):
        self.port, self.folder = port, folder
        self.url = f"http://127.0.0.1:{port}"
        self.log = os.path.join(folder, "ministack.log")
        self.process = None

    def start(self, seconds=120):
        environment = {
            **os.environ, **KEYS, "AWS_ENDPOINT_URL": self.url, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port),
            "AUTH": "true", "CLOUDTRAIL_RECORDING": "1", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0",
        }
        program = os.path.join(environments.ministack(), "ministack")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5).read()
                return
            except OSError:
                time.sleep(0.5)
        raise RuntimeError(f"MiniStack does not answer; see {self.log}")

    def client(self, service):
        import botocore.session

        return botocore.session.get_session().create_client(
            service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")

    def deploy(self, **parameters):
        """`sam deploy` of the template as it is, of a new site or of one that is there: what is not named stays. Returns its outputs."""
        self.client("s3").create_bucket(Bucket="artifacts")
        command = [
            os.path.join(environments.tools(), "sam"), "deploy", "--template-file", "template.yaml", "--stack-name", NAME,
            "--s3-bucket", "artifacts", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar",
            "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items()),
        ]
        environment = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": self.url, "SAM_CLI_TELEMETRY": "0"}
        with open(os.path.join(self.folder, "sam.log"), "wb") as log:
            failed = subprocess.run(
                command, cwd=environments.REPOSITORY, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
        if failed.returncode:
            with open(log.name, encoding="utf-8") as log:
                print(log.read()[-6000:], file=sys.stderr)
            raise RuntimeError("sam deploy failed")
        stack = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.bend(outputs["Bucket"])
        return outputs

    def bend(self, bucket):
        """What only the stand-in asks for."""
        iam = self.client("iam")
        for role, statements in self.roles().items():
            further = [
                {**statement, "Action": [BATCHES[action] for action in statement["Action"] if action in BATCHES]}
                for statement in statements if set(statement["Action"]) & set(BATCHES)
            ]
            if further:
                policy = json.dumps({"Version": "2012-10-17", "Statement": further})
                iam.put_role_policy(RoleName=role, PolicyName="stand-in", PolicyDocument=policy)
        self.client("s3").delete_bucket_policy(Bucket=bucket)

    def roles(self):
        """The statements of each role's policy of needs."""
        iam, roles, marker = self.client("iam"), {}, {}
        while True:
            page = iam.list_roles(**marker)
            for role in page["Roles"]:
                name = role["RoleName"]
                if "needs" in iam.list_role_policies(RoleName=name)["PolicyNames"]:
                    policy = iam.get_role_policy(RoleName=name, PolicyName="needs")["PolicyDocument"]
                    roles[name] = policy["Statement"]
            if not page.get("IsTruncated"):
                return roles
            marker = {"Marker": page["Marker"]}

    def logged(self, function):
        """What a function has logged."""
        logs, lines = self.client("logs"), []
        page = logs.filter_log_events(logGroupName=f"/aws/lambda/{NAME}-{function}")
        lines += [event["message"] for event in page["events"]]
        return lines

    def errors(self):
        """The last error that each function has logged."""
        prefix = f"/aws/lambda/{NAME}-"
        for page in self.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
            for group in page["logGroups"]:
                function = group["logGroupName"].removeprefix(prefix)
                yield from [line for line in self.logged(function) if '"level":"ERROR"' in line][-1:]

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
