"""The records of the golden set as an index of sets: what a condition finds, by the rules of the search reference.

Written without a look at Cairn's analysis or parser, so that it can be compared with them. The rules:
- markup goes (tags between words are blanks, tags within words are nothing, entities are characters);
- a word is a run of letters, marks and digits; an ideograph or kana is a word of its own; words are lower case,
  without the diacritics of European scripts;
- what punctuation joins is also one word, without the punctuation, at the place of its first part;
- a keyword is the whole value as it is.
"""

import calendar
import gzip
import html
import json
import os
import re
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
INLINE = "a abbr b cite code del em font i ins kbd mark s small span strong sub sup tt u var wbr".split()
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"}
PERSON = ["person_or_org.name", "person_or_org.family_name", "person_or_org.given_name", "affiliations.name"]
TEXTS = (
    ["title", "description", "publisher", "subjects.subject", "identifiers.identifier", "funding.award.number"]
    + [f"{kind}.{path}" for kind in ("creators", "contributors") for path in PERSON]
    + ["funding.funder.name", "funding.award.acronym", "locations.features.place", "locations.features.description"]
    + ["dates.description", "additional_descriptions.description", "references.reference", "additional_titles.title"]
)
KEYWORDS = ["publication_date", "version", "formats", "funding.award.identifiers.identifier"]
DEFAULTS = [f"metadata.{path}" for path in TEXTS + KEYWORDS]


def lines(name):
    opened = gzip.open if name.endswith(".gz") else open
    with opened(os.path.join(HERE, name), "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def load():
    """Every record by its first identifier, as it is once published."""
    records = {}
    for record in lines("../records.jsonl.gz") + lines("records.jsonl"):
        metadata = record["metadata"]
        for person in metadata.get("creators", []) + metadata.get("contributors", []):
            person = person["person_or_org"]
            if "family_name" in person and "name" not in person:
                names = [person["family_name"], person.get("given_name")]
                person["name"] = ", ".join(name for name in names if name)
        record["access"]["status"] = "metadata-only"
        record["is_published"] = True
        key = metadata["identifiers"][0]["identifier"]
        assert key not in records, key
        records[key] = record
    return records


RECORDS = load()
ALL = frozenset(RECORDS)


def at(value, path):
    """The scalars at a dotted path, walking lists."""
    if isinstance(value, list):
        return [found for element in value for found in at(element, path)]
    if not path:
        return [] if isinstance(value, dict) or value is None else [value if isinstance(value, str) else json.dumps(value)]
    head, _, rest = path.partition(".")
    return at(value[head], rest) if isinstance(value, dict) and head in value else []


def plain(text):
    text = re.sub(r"</?(\w+)[^<>]*>", lambda tag: "" if tag[1].lower() in INLINE else " ", text)
    return html.unescape(text)


def fold(text):
    kept = []
    for letter in unicodedata.normalize("NFKD", text.lower()):
        if not "\u0300" <= letter <= "\u036f":
            kept.append(LETTERS.get(letter, letter))
    return unicodedata.normalize("NFC", "".join(kept))


def is_letter(letter):
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"


def stands_alone(letter):
    name = unicodedata.name(letter, "")
    return name.startswith(("CJK UNIFIED", "HIRAGANA LETTER"))


def runs(text):
    """Lists of words that punctuation joins."""
    found = []
    for chunk in text.split():
        joined, word = False, ""
        run = []

        def end():
            nonlocal word
            if word:
                run.append(fold(word))
                word = ""

        for letter in chunk:
            if is_letter(letter) and not stands_alone(letter):
                if word == "" and run and not joined:
                    found.append(list(run))
                    run.clear()
                word += letter
                joined = False
                continue
            end()
            if stands_alone(letter):
                if run and not joined:
                    found.append(list(run))
                    run.clear()
                run.append(fold(letter))
                joined = False
            else:
                joined = True
        end()
        if run:
            found.append(list(run))
    return found


def positions(text):
    """For each place in a text the words that stand there."""
    places = []
    for run in runs(plain(text)):
        first = len(places)
        places.extend({word} for word in run)
        if 2 <= len(run) <= 24:
            places[first].add("".join(run))
    return places


def is_text(path):
    return path.removeprefix("metadata.") in TEXTS


INDEX = {}


def indexed(path):
    """For each record the places of each text at a path."""
    if path not in INDEX:
        INDEX[path] = {key: [positions(text) for text in at(record, path)] for key, record in RECORDS.items()}
    return INDEX[path]


def where(path, texts, keywords):
    """The records where one of the texts, or of the keywords, at a path passes."""
    if is_text(path):
        return {key for key, values in indexed(path).items() if any(texts(places) for places in values)}
    return {key for key, record in RECORDS.items() if any(keywords(value) for value in at(record, path))}


def anywhere(fields, texts, keywords):
    fields = DEFAULTS if fields is None else [fields] if isinstance(fields, str) else fields
    return set().union(*(where(path, texts, keywords) for path in fields))


def in_order(words, places, slop):
    if not words:
        return False
    held = [[at for at, found in enumerate(places) if word in found] for word in words]

    def extend(index, low, high):
        if index == len(words):
            return True
        for place in held[index]:
            shifted = place - index
            if max(high, shifted) - min(low, shifted) <= slop and extend(index + 1, min(low, shifted), max(high, shifted)):
                return True
        return False

    return any(extend(1, place, place) for place in held[0])


def phrase(text, field=None, slop=0):
    words = [word for run in runs(text) for word in run]
    return anywhere(field, lambda places: in_order(words, places, slop), lambda value: value == text)


def word(text, field=None):
    """One word as it is typed: its parts side by side, or as one."""
    split = runs(text)
    words = [part for run in split for part in run]
    glued = "".join(words) if len(split) == 1 else None
    return anywhere(
        field,
        lambda places: in_order(words, places, 0) or any(glued in found for found in places),
        lambda value: value == text,
    )


def wild(pattern, field=None):
    """`*` and `?`; in texts the pattern has no punctuation either."""

    def expression(fixed):
        parts = re.split(r"([*?])", pattern)
        return re.compile("".join({"*": ".*", "?": "."}.get(part) or re.escape(fixed(part)) for part in parts), re.S)

    text = expression(lambda part: "".join(word for run in runs(part) for word in run))
    whole = expression(lambda part: part)
    return anywhere(
        field,
        lambda places: any(text.fullmatch(word) for found in places for word in found),
        lambda value: bool(whole.fullmatch(value)),
    )


def edits(a, b):
    """Insertions, deletions, substitutions and swaps of neighbours."""
    rows = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            same = a[i - 1] == b[j - 1]
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (not same))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def fuzzy(text, most, field=None):
    folded = "".join(word for run in runs(text) for word in run)
    near = lambda a, b: abs(len(a) - len(b)) <= most and edits(a, b) <= most
    return anywhere(
        field,
        lambda places: any(near(folded, word) for found in places for word in found),
        lambda value: near(text, value),
    )


def term(field, *values):
    """The whole value."""
    return {key for key, record in RECORDS.items() if any(value in values for value in at(record, field))}


def has(field):
    return {key for key, record in RECORDS.items() if at(record, field)}


def days(date):
    """First and last day of an EDTF date or interval."""
    first, _, last = date.partition("/")
    parts = [int(part) for part in (last or first).split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return first + "-01-01"[len(first) - 4 :] if len(first) < 10 else first, f"{year:04}-{month:02}-{day:02}"


def spans(field, low=None, high=None):
    """Dates that have a day from `low` to `high`, both included, both YYYY-MM-DD."""
    return {
        key
        for key, record in RECORDS.items()
        for first, last in map(days, at(record, field))
        if (low is None or last >= low) and (high is None or first <= high)
    }


def between(field, low, high, included="[]"):
    """Keywords in the order of their characters, or words of texts."""
    above = lambda value: low is None or value > low or (value == low and included[0] == "[")
    below = lambda value: high is None or value < high or (value == high and included[1] == "]")
    inside = lambda value: above(value) and below(value)
    return where(field, lambda places: any(inside(word) for found in places for word in found), inside)


NOTHING = frozenset()


def any_of(*words):
    return set().union(*map(word, words))
