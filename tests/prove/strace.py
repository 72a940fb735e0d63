"""Reads what `strace -f -yy` wrote and finds acknowledged writes with the syncs before them.

The clock is the number of the line: a thread that answers after another has synced is seen to do so in this order.
"""

import re
from dataclasses import dataclass

LINE = re.compile(r"^(?P<thread>\d+)\s+(?P<rest>.*)$")
CALL = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)$")
RESUMED = re.compile(r"^<\.\.\. (?P<name>\w+) resumed>(?P<arguments>.*)$")
RESULT = re.compile(r"\)\s+= (?P<result>-?\d+)")
UNFINISHED = " <unfinished ...>"
SOCKET = re.compile(r"^\d+<(?P<socket>TCP(?:v6)?:\[[^\]]*->[^\]]*\])>")
LOG = re.compile(r"^\d+<[^>]*/primary\.db-wal>")
REQUEST = re.compile(r'"(?P<request>(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^\\" ]*)')
REPLY = re.compile(r'"HTTP/1\.1 (?P<status>\d\d\d)')
READS = {"read", "recvfrom", "recvmsg", "readv"}
WRITES = {"write", "writev", "sendto", "sendmsg", "pwrite64", "pwritev", "pwritev2"}
SYNCS = {"fsync", "fdatasync"}


@dataclass
class Call:
    """One system call, from the line where it began to the line where it ended."""

    name: str
    arguments: str
    began: int
    ended: int
    result: int


@dataclass
class Write:
    """A request that writes, its 2xx reply, and whether the log was written and synced in between."""

    request: str
    status: int
    received: int
    answered: int
    synced: bool


def calls(lines):
    """The finished calls in the order in which they ended. A call cut in two by another thread is put together."""
    halves = {}
    found = []
    for number, line in enumerate(lines, 1):
        match = LINE.match(line.rstrip("\n"))
        if not match:
            continue
        thread, rest = match["thread"], match["rest"]
        resumed = RESUMED.match(rest)
        if resumed:
            name, began, head = halves.pop(thread, (resumed["name"], number, ""))
            arguments = head + resumed["arguments"]
        else:
            call = CALL.match(rest)
            if not call:
                continue
            name, began, arguments = call["name"], number, call["arguments"]
            if arguments.endswith(UNFINISHED):
                halves[thread] = (name, began, arguments.removesuffix(UNFINISHED))
                continue
        results = RESULT.findall(arguments)
        if results:
            found.append(Call(name, arguments, began, number, int(results[-1])))
    return found


def acknowledged_writes(found):
    """Every 2xx reply to POST, PUT, PATCH or DELETE, each with its verdict."""
    logged = [call for call in found if call.name in WRITES and LOG.match(call.arguments) and call.result > 0]
    syncs = [call for call in found if call.name in SYNCS and LOG.match(call.arguments) and call.result == 0]
    requests, writes = {}, []
    for call in found:
        socket = SOCKET.match(call.arguments)
        if not socket or call.result <= 0:
            continue
        socket = socket["socket"]
        if call.name in READS:
            request = REQUEST.search(call.arguments)
            if request:
                requests[socket] = [request["request"], call.ended]
            elif socket in requests:
                requests[socket][1] = call.ended  # more of the same request
        elif call.name in WRITES and socket in requests:
            reply = REPLY.search(call.arguments)
            if not reply or reply["status"] == "100":
                continue
            request, received = requests.pop(socket)
            if reply["status"].startswith("2") and not request.startswith(("GET ", "HEAD ", "OPTIONS ")):
                verdict = was_synced(logged, syncs, received, call.began)
                writes.append(Write(request, int(reply["status"]), received, call.began, verdict))
    return writes


def was_synced(logged, syncs, received, answered):
    """Whether a sync of the log that ended before the answer began after a write to it that followed the request."""
    written = [call.ended for call in logged if received <= call.began and call.ended <= answered]
    return bool(written) and any(min(written) <= sync.began and sync.ended <= answered for sync in syncs)
