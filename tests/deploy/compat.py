"""The black-box tests of tests/compat, asked of the deployed functions: what InvenioRDM answers, Cairn answers on AWS too."""

import os
import subprocess
import sys

from environments import HERE, REPOSITORY
from site_under_test import Failed, cairn

# What does not hold through the stand-in or on AWS, and why.
LATER = os.path.join(HERE, "compat-later.txt")
# The stand-in is one process of Python: more at once only wait for each other.
WORKERS = "3"
# Longest waits, in seconds: what is searched for comes by stream, relay, queue and consumer, each of which is polled.
PATIENCE = {"POLL_SECONDS": "45", "HTTP_TIMEOUT": "90"}


def suite(site, folder, arguments):
    """Runs the tests, or those that `arguments` of pytest name."""
    tokens = cairn.write_tokens(site.admin, folder)
    environment = {
        **os.environ, **PATIENCE, "ALSO_LATER": LATER, "TOKENS": tokens, "CAIRN_URL": f"http://127.0.0.1:{site.port}",
    }
    command = [sys.executable, os.path.join(REPOSITORY, "tests", "compat", "run.py"), "-n", WORKERS, *arguments]
    if subprocess.run(command, env=environment, check=False).returncode:
        raise Failed("tests of compatibility fail through the deployed functions, or pass though compat-later.txt says they do not")
