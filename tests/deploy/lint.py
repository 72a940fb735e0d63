#!/usr/bin/env python3
"""Are the templates clean? cfn-lint over all of them, then SAM over the root."""

import os
import subprocess
import sys

from environments import REPOSITORY, tools


def main():
    programs = tools()
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    for command in (["cfn-lint"], ["sam", "validate", "--lint"]):
        command[0] = os.path.join(programs, command[0])
        if subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
