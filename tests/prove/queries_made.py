"""Makes search strings over a corpus: what people type, what programs ask for, and some that hardly anybody would.

Every generator draws from the corpus, so that most of what it makes finds something. Same seed, same strings.
"""

import re

# Fields of records, with where their values stand in the JSON of a record.
WORDS = {
    "metadata.title": ["metadata", "title"],
    "metadata.description": ["metadata", "description"],
    "metadata.creators.person_or_org.name": ["metadata", "creators", "person_or_org", "name"],
    "metadata.creators.person_or_org.family_name": ["metadata", "creators", "person_or_org", "family_name"],
    "metadata.contributors.person_or_org.name": ["metadata", "contributors", "person_or_org", "name"],
    "metadata.publisher": ["metadata", "publisher"],
    "metadata.subjects.subject": ["metadata", "subjects", "subject"],
    "metadata.additional_titles.title": ["metadata", "additional_titles", "title"],
    "metadata.references.reference": ["metadata", "references", "reference"],
    "metadata.resource_type.title.en": ["metadata", "resource_type", "title", "en"],
    "metadata.rights.title": ["metadata", "rights", "title", "en"],
}
WHOLE = {
    "id": ["id"],
    "parent.id": ["parent", "id"],
    "metadata.resource_type.id": ["metadata", "resource_type", "id"],
    "metadata.languages.id": ["metadata", "languages", "id"],
    "metadata.rights.id": ["metadata", "rights", "id"],
    "metadata.subjects.subject.keyword": ["metadata", "subjects", "subject"],
    "metadata.publication_date": ["metadata", "publication_date"],
    "metadata.identifiers.identifier": ["metadata", "identifiers", "identifier"],
    "metadata.related_identifiers.identifier": ["metadata", "related_identifiers", "identifier"],
    "pids.doi.identifier": ["pids", "doi", "identifier"],
    "access.status": ["access", "status"],
    "metadata.version": ["metadata", "version"],
}
SHORT = ["title", "creator", "subject", "description", "doi", "type", "year", "license", "publisher"]
SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/]|&&|\|\|)')
FACETS = ["resource_type", "publication_date", "access_status", "file_type"]
SORTS = ["newest", "oldest", "updated-desc", "updated-asc", "version"]


def values(node, path):
    if isinstance(node, list):
        return [value for one in node for value in values(one, path)]
    if not path:
        return [node] if isinstance(node, str) else []
    return values(node.get(path[0]), path[1:]) if isinstance(node, dict) else []


class Maker:
    """Search strings over `records`, drawn by `random`."""

    def __init__(self, records, random):
        self.random = random
        held = lambda fields: {field: found for field, path in fields.items()
                               if (found := [value for record in records for value in values(record, path) if value.strip()])}
        self.texts, self.wholes = held(WORDS), held(WHOLE)
        self.years = sorted({value[:4] for value in self.wholes.get("metadata.publication_date", ["2020"])})
        self.kinds = [name for name in dir(self) if name.startswith("make_")]

    def text(self, field=None):
        return self.random.choice(self.texts[field or self.random.choice(list(self.texts))])

    def words(self, text):
        return re.findall(r"[^\W_]{2,}", re.sub(r"<[^>]*>|&\w+;", " ", text)) or ["data"]

    def word(self, field=None):
        word = self.random.choice(self.words(self.text(field)))
        return self.random.choice([word, word, word.lower(), word.upper()])

    def field(self):
        return self.random.choice(list(self.texts))

    def run(self, most, field=None):
        words = self.words(self.text(field))
        at = self.random.randrange(len(words))
        return words[at:at + self.random.randint(2, most)]

    def make_word(self):
        return self.word()

    def make_words(self):
        return " ".join(self.word() for _ in range(self.random.randint(2, 4)))

    def make_pasted(self):
        return SPECIAL.sub(r"\\\1", " ".join(re.sub(r"<[^>]*>", " ", self.text()).split()[:12]))

    def make_phrase(self):
        return '"' + " ".join(self.run(4)) + '"'

    def make_field_word(self):
        field = self.field()
        return f"{field}:{self.word(field)}"

    def make_field_phrase(self):
        field = self.field()
        return f'{field}:"{" ".join(self.run(3, field))}"'

    def make_whole(self):
        field = self.random.choice(list(self.wholes))
        return f'{field}:"{self.random.choice(self.wholes[field])}"'.replace("\\", "")

    def make_prefix(self):
        word = self.word().lower()
        return word[:max(2, len(word) // 2)] + "*"

    def make_pattern(self):
        word, field = self.word().lower(), self.field()
        at = self.random.randrange(len(word))
        return f"{field}:" + word[:at] + self.random.choice("*?") + word[at + 1:]

    def make_whole_pattern(self):
        field = self.random.choice(list(self.wholes))
        value = SPECIAL.sub(r"\\\1", self.random.choice(self.wholes[field]).split()[0])
        return f"{field}:{value[:self.random.randint(1, len(value))].rstrip(chr(92))}*"

    def make_fuzzy(self):
        word = list(self.word().lower())
        at = self.random.randrange(len(word))
        word[at:at + 1] = self.random.choice(["", "x", word[at] * 2])
        return f"{self.field()}:{''.join(word) or 'x'}~" + self.random.choice(["", "1", "2"])

    def make_near(self):
        words = self.run(3)
        return f'"{words[0]} {words[-1]}"~{self.random.randint(1, 4)}'

    def make_years(self):
        first, last = sorted([self.random.choice(self.years), self.random.choice(self.years)])
        edges = self.random.choice(["[{} TO {}]", "{{{} TO {}}}", "[{} TO *]", "[* TO {}]", "[{} TO {}}}"])
        field = self.random.choice(["metadata.publication_date_range", "metadata.publication_date", "year"])
        return f"{field}:" + edges.format(first, last)

    def make_dates(self):
        return self.random.choice(["created", "updated"]) + self.random.choice(
            [":[2020-01-01 TO *]", ":[now-1y TO now]", ":>=2025-06-01", ":<2001", ":[* TO 2026-11}"])

    def make_exists(self):
        return f"_exists_:{self.random.choice(list(self.texts) + list(self.wholes) + ['metadata.nothing', 'pids'])}"

    def make_short(self):
        return f"{self.random.choice(SHORT)}:{self.word()}"

    def make_below(self):
        return r"metadata.creators.\*:" + self.word("metadata.creators.person_or_org.name")

    def make_joined(self):
        joint = self.random.choice([" AND ", " OR ", " AND NOT ", " && ", " || ", " "])
        one, other = self.simple(), self.simple()
        return self.random.choice(["{}{}{}", "({}{}{})", "+{1}{0}{2}"]).format(one, joint, other)

    def make_required(self):
        return f"+{self.word()} -{self.word()} {self.word()}"

    def make_boosted(self):
        return f"{self.word()}^{self.random.randint(2, 5)} {self.word()}"

    def make_broken(self):
        word = self.word()
        return self.random.choice([f'"{word}', f"({word}", f"{word} AND", f"title:[{word}", f"/{word}/", f"{word}:", "((", f"{word}~~"])

    def make_all(self):
        return self.random.choice(["", "*", "*:*"])

    def simple(self):
        return getattr(self, self.random.choice(["make_word", "make_phrase", "make_field_word", "make_prefix", "make_years"]))()

    def search(self):
        """A kind, and the parameters of a search."""
        kind = self.random.choice(self.kinds)
        params = [("q", getattr(self, kind)()), ("size", "50")]
        params.append(("sort", self.random.choice(SORTS) if self.random.random() < 0.9 else "bestmatch"))
        if self.random.random() < 0.2:
            params.append(("page", "2"))
        if self.random.random() < 0.15:
            params.append(("allversions", "true"))
        if self.random.random() < 0.3:
            facet = self.random.choice(FACETS[:2])
            value = self.random.choice(self.years) if facet == "publication_date" else self.random.choice(self.wholes["metadata.resource_type.id"])
            params.append((facet, value))
        return kind[len("make_"):], params
