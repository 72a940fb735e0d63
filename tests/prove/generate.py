#!/usr/bin/env python3
"""Makes drafts that look like those of a physics data portal: generate.py COUNT [SEED] > drafts.jsonl

The same seed gives the same drafts. Sizes follow a real portal: most about 1.3 KB, one in a hundred above 8 KB,
and among every 4,000 one of 453 KB, larger than one DynamoDB item may be.
"""

import json
import random
import sys

EXPERIMENTS = ["CMS collaboration", "ATLAS collaboration", "LHCb collaboration", "ALICE Collaboration", "DELPHI", "OPERA", "TOTEM"]
WORDS = """trigger path information dataset simulated collision muon electron jet luminosity reconstruction primary validated
runs configuration file step event release detector calibration energy beam hadron boson decay analysis sample tracker""".split()
FAMILIES = ["Müller", "O'Neill", "García-Pérez", "Łukasik", "van der Berg", "Nguyễn", "Ñandú", "李", "Söderström", "D’Angelo"]
GIVEN = ["Ada", "José", "Zoë", "Ivo", "Maria Laura", "Bjørn", "Xin", "Olga", "Jean-Luc", "Aïcha"]
TYPES = ["other"] * 71 + ["dataset"] * 27 + ["software", "publication-technicalnote"]
ODDITIES = ["$Z \\to \\mu^+\\mu^-$", "<em>in situ</em>", "α–β & γ < δ", "  two  spaces ", "naïve “quotes”", "\u202bעברית\u202c", "😀"]


def person(rng):
    family, given = rng.choice(FAMILIES), rng.choice(GIVEN)
    return {"person_or_org": {"type": "personal", "family_name": family, "given_name": given}}


def sentence(rng, words):
    return " ".join(rng.choice(WORDS) for _ in range(words)).capitalize() + "."


def description_words(rng):
    """How long: mostly short, with the long tail of a real portal."""
    draw = rng.random()
    if draw < 0.90:
        return rng.randint(40, 90)
    return rng.randint(200, 400) if draw < 0.99 else rng.randint(1000, 9000)


def draft(rng, number):
    """One draft; `number` makes its title, its DOI and its alternate identifier unique."""
    title = f"{sentence(rng, 4)[:-1]} {number}"
    if rng.random() < 0.1:
        title += f" {rng.choice(ODDITIES)}"
    metadata = {
        "title": title,
        "resource_type": {"id": rng.choice(TYPES)},
        "publisher": "Open Data Portal",
        "publication_date": str(rng.randint(2010, 2025)) + rng.choice(["", "", "-06", "-06-30"]),
        "creators": [{"person_or_org": {"type": "organizational", "name": rng.choice(EXPERIMENTS)}}],
        "description": f"<p>{sentence(rng, description_words(rng))}</p>",
        "subjects": [{"subject": word} for word in rng.sample(WORDS, rng.randint(1, 4))],
        "dates": [{"date": str(rng.randint(1990, 2018)), "type": {"id": "created"}}],
        "identifiers": [{"scheme": "other", "identifier": f"portal:{number}"}],
    }
    if rng.random() < 0.3:
        metadata["creators"] += [person(rng) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.27:
        metadata["rights"] = [{"id": "cc0-1.0"}]
    if rng.random() < 0.4:
        metadata["formats"] = [rng.choice(["root", "aod", "py", "text/csv"])]
        metadata["sizes"] = [f"{rng.randint(1, 10**9)} bytes"]
    if rng.random() < 0.1:
        url = f"https://example.org/{number}"
        metadata["related_identifiers"] = [{"identifier": url, "scheme": "url", "relation_type": {"id": "issupplementto"}}]
    made = {"access": {"record": "public", "files": "public"}, "files": {"enabled": False}, "metadata": metadata}
    if rng.random() < 0.5:
        made["pids"] = {"doi": {"identifier": f"10.9999/portal.{number}", "provider": "external"}}
    return made


def drafts(count, seed=1):
    """`count` drafts; the one in the middle of each 4,000 (or of fewer) is the large one."""
    rng = random.Random(seed)
    for number in range(count):
        made = draft(rng, f"{seed}.{number}")
        if number % 4000 == min(count, 4000) // 2:
            while len(json.dumps(made)) < 452_000:
                made["metadata"]["creators"] += [person(rng) for _ in range(100)]
        yield made


if __name__ == "__main__":
    for line in drafts(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(json.dumps(line, ensure_ascii=False))
