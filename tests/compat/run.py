#!/usr/bin/env python3
"""Runs the compatibility tests: run.py [pytest arguments].

Without CAIRN_URL it starts `cairn serve` (CAIRN_BIN, or target/debug/cairn) on a free port over an empty
folder and makes the users. With CAIRN_URL and TOKENS it tests that site. LATER=0 expects everything to pass.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "prove"))

import server as cairn  # noqa: E402

VENV = os.environ.get("CAIRN_VENV", os.path.join(cairn.REPOSITORY, ".services", "venv"))


WANTED = os.path.join(HERE, "requirements.txt")


def python(venv=VENV, requirements=WANTED):
    """The interpreter of a virtual environment that holds exactly what a list of requirements names.

    What stands below a line `# ---` is installed without what it wants.
    """
    with open(requirements, encoding="ascii") as file:
        wanted = file.read()
    interpreter, stamp = os.path.join(venv, "bin", "python"), os.path.join(venv, "requirements.txt")
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == wanted:
                return interpreter
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    whole, _, alone = wanted.partition("# ---")
    for options, lines in (([], whole), (["--no-deps"], alone)):
        names = [line for line in lines.splitlines() if line and not line.startswith("#")]
        if names:
            subprocess.run([interpreter, "-m", "pip", "install", "-q", "--retries", "10", *options, *names], check=True)
    with open(stamp, "w", encoding="ascii") as file:
        file.write(wanted)
    return interpreter


def pytest(url, tokens, arguments):
    environment = {**os.environ, "BASE": url, "TOKENS": tokens}
    command = [python(), "-m", "pytest", "-q", "--tb=short", "--timeout", "180", "-n", "4", "--dist", "loadfile", *arguments]
    return subprocess.run(command, cwd=HERE, env=environment, check=False).returncode


def main(arguments):
    if os.environ.get("CAIRN_URL"):
        return pytest(os.environ["CAIRN_URL"], os.path.abspath(os.environ["TOKENS"]), arguments)
    with tempfile.TemporaryDirectory(prefix="cairn-compat-") as folder:
        server = cairn.Server(cairn.binary(), os.path.join(folder, "data"))
        try:
            server.start()
            tokens = cairn.write_tokens(server.admin(), folder)
            failed = pytest(server.url, tokens, arguments)
            if failed:
                print(f"The end of the server's log:\n{server.tail()}", file=sys.stderr)
            server.stop()
            return failed
        except cairn.Failed as failure:
            print(f"compat: {failure}", file=sys.stderr)
            return 1
        finally:
            server.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
