"""Reads later.txt, and what else ALSO_LATER names: which tests wait for a capability that is not built yet, or do not hold here."""

import os

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "later.txt")
# What a capability begins with where a test passes at some times, and not at others.
WAVERS = "wavers"


class Waiting:
    """Capability by `file.py`, `file.py::test` or `file.py::test[case]`."""

    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def read(cls, path=PATH):
        """What one list says, and the further ones that ALSO_LATER names, with `:` between them."""
        rows = {}
        for each in (path, *filter(None, os.environ.get("ALSO_LATER", "").split(os.pathsep))):
            rows |= entries(each)
        return cls(rows)

    def leaves_out(self, node):
        """Whether a test does not run at all: its whole file waits, or it passes at some times only."""
        return node.split("::", 1)[0] in self.rows or (self.for_test(node) or "").startswith(WAVERS)

    def for_test(self, node):
        """The capability that one test waits for: named with its case, or all cases of it at once."""
        return self.rows.get(node) or self.rows.get(node.split("[", 1)[0])

    def on(self, capability):
        """Whether anything still waits for this capability."""
        return capability in self.rows.values()


def entries(path):
    """Capability by test of one list."""
    rows, name = {}, os.path.basename(path)
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            capability, _, test = line.partition(": ")
            test = test.strip()
            if not test.startswith("test_"):
                raise ValueError(f"{name}:{number}: wanted `capability: test`, got {line!r}")
            rows[test] = capability
    return rows
