"""Virtual environments of the tools that deployments need, each with exactly what its list names."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
SERVICES = os.environ.get("CAIRN_SERVICES", os.path.join(REPOSITORY, ".services"))


def environment(name, requirements):
    """The folder of programs of the environment `name`, made anew when its list has changed."""
    folder = os.path.join(SERVICES, name)
    stamp = os.path.join(folder, "requirements.txt")
    with open(os.path.join(HERE, requirements), encoding="ascii") as file:
        wanted = file.read()
    if not os.path.exists(stamp) or open(stamp, encoding="ascii").read() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "-q", "--retries", "10"]
        subprocess.run([*pip, "-r", os.path.join(HERE, requirements)], check=True)
        with open(stamp, "w", encoding="ascii") as file:
            file.write(wanted)
    return os.path.join(folder, "bin")


def tools():
    """SAM and cfn-lint."""
    return environment("deploy-tools", "tools.txt")


def ministack():
    """The stand-in for AWS, and botocore to speak with it."""
    return environment("ministack", "requirements.txt")
