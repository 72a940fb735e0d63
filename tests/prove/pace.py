"""How fast this machine is while something is measured: others on the same hardware may slow it down for minutes.

What is taken is the CPU time of reading and writing JSON, which fills and walks memory as a server does.
"""

import json
import statistics
import time

# Milliseconds that it takes on a machine of the usual pace: the quiet one on which the goals were first met.
USUAL = 2.5
DOCUMENT = json.dumps([{"id": str(n), "title": {"en": f"word {n * 7919 % 1_000_003}"}, "numbers": [n / 7, n / 11, n / 13]}
                       for n in range(1_000)])


def stolen():
    """What the hypervisor kept from this machine, and all time there was; in its own ticks."""
    with open("/proc/stat", encoding="ascii") as stat:
        ticks = [int(number) for number in stat.readline().split()[1:9]]
    return ticks[7], sum(ticks)


class Pace:
    """Of the time from here on; taken again and again by whoever measures."""

    def __init__(self):
        self.taken, self.begun = [], stolen()
        self.take()

    def take(self):
        began = time.thread_time()
        json.loads(DOCUMENT)
        self.taken.append(1000 * (time.thread_time() - began))

    def of_cpu(self):
        """How many times as much CPU as usual things take; at least 1."""
        return max(1.0, statistics.median(self.taken) / USUAL)

    def of_time(self):
        """The same of time, of which others may have taken some."""
        kept, all_time = (now - then for now, then in zip(stolen(), self.begun))
        return self.of_cpu() / (1 - min(0.9, kept / max(1, all_time)))
