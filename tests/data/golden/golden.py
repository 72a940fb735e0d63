#!/usr/bin/env python3
"""The golden set: what each search string means, said by hand, worked out over the records without Cairn.

    python3 tests/data/golden/golden.py > tests/data/golden/queries.jsonl

Each line of the result is a search string and the first identifiers of the published records that it finds.
The records are `tests/data/records.jsonl.gz` and, beside this file, more real ones, and some made up for scripts and
signs that the real ones lack.
"""

import json

import documented
import grammar
import words


def main():
    groups = [words.PLAIN_WORDS, words.PUNCTUATION, words.QUOTES, words.IDENTIFIERS, words.SCRIPTS, grammar.BOOLEANS]
    groups += [grammar.FIELDS, grammar.RANGES, grammar.PATTERNS, grammar.ESCAPES, documented.DOCUMENTED]
    for text, found in (row for group in groups for row in group):
        print(json.dumps({"q": text, "finds": sorted(found)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
