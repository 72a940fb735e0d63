"""Reads an SQLite write-ahead log: where its valid frames and its committed transactions end.

The format is documented by SQLite ("WAL-mode File Format"): a header of 32 bytes, then frames of 24 bytes and a page.
"""

import struct

HEADER, FRAME = 32, 24


def checksum(words, first, second):
    for index in range(0, len(words), 2):
        first = (first + words[index] + second) & 0xFFFFFFFF
        second = (second + words[index + 1] + first) & 0xFFFFFFFF
    return first, second


def commits(data):
    """The offsets at which a committed transaction ends, in order; empty where the log holds none."""
    if len(data) < HEADER:
        return []
    magic, _, page_size, _ = struct.unpack(">4I", data[:16])
    if magic not in (0x377F0682, 0x377F0683):
        return []
    order = ">" if magic == 0x377F0683 else "<"
    salts = data[16:24]
    sums = checksum(struct.unpack(f"{order}6I", data[:24]), 0, 0)
    if sums != struct.unpack(">2I", data[24:32]):
        return []
    found, offset = [], HEADER
    while offset + FRAME + page_size <= len(data):
        head, page = data[offset:offset + FRAME], data[offset + FRAME:offset + FRAME + page_size]
        if head[8:16] != salts:
            break
        sums = checksum(struct.unpack(f"{order}2I", head[:8]), *sums)
        sums = checksum(struct.unpack(f"{order}{page_size // 4}I", page), *sums)
        if sums != struct.unpack(">2I", head[16:24]):
            break
        offset += FRAME + page_size
        if struct.unpack(">I", head[4:8])[0]:
            found.append(offset)
    return found
