"""Reads later.txt: which tests wait for a capability that is not built yet."""

import os

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "later.txt")


class Waiting:
    """Capability by `file.py`, `file.py::test` or `file.py::test[case]`."""

    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def read(cls, path=PATH):
        rows = {}
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                line = line.split("#", 1)[0].strip()
                if not line:
                    continue
                capability, _, tests = line.partition(": ")
                if not tests.strip() or not tests.strip().startswith("test_"):
                    raise ValueError(f"later.txt:{number}: wanted `capability: test`, got {line!r}")
                rows[tests.strip()] = capability
        return cls(rows)

    def for_file(self, node):
        """The capability that the whole file of a node waits for, if any."""
        return self.rows.get(node.split("::", 1)[0])

    def for_test(self, node):
        """The capability that one test waits for: named with its case, or all cases of it at once."""
        return self.rows.get(node) or self.rows.get(node.split("[", 1)[0])

    def on(self, capability):
        """Whether anything still waits for this capability."""
        return capability in self.rows.values()
