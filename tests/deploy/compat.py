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
    """Runs the tests, or those that `arguments` of pytest name. What fails is asked once more, alone: where much is asked of the
    stand-in at once, it may be later than the longest wait."""
    tokens = cairn.write_tokens(site.admin, folder)
    environment = {
        **os.environ, **PATIENCE, "ALSO_LATER": LATER, "TOKENS": tokens, "CAIRN_URL": f"http://127.0.0.1:{site.port}",
    }
    command = [sys.executable, os.path.join(REPOSITORY, "tests", "compat", "run.py"), "-o", f"cache_dir={folder}/pytest"]

    def fails(*how):
        return subprocess.run([*command, *how, *arguments], env=environment, check=False).returncode

    if fails("-n", WORKERS) and fails("-n", "1", "--last-failed"):
        for line in site.stand_in.errors():
            print(line[:2000], file=sys.stderr)
        raise Failed("tests of compatibility fail through the deployed functions, or pass though compat-later.txt says they do not")
