"""Makes a dump of ROR's size and shape (schema 2): the same seed makes the same organisations.

https://ror.readme.io/docs/data-structure tells the fields; how often each is there follows what ROR says of its data:
nine in ten have one location, a third an acronym, most a GRID and a Wikidata id, one in seven is a funder.
"""

import json
import random
import zipfile

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PLACES = [
    ("US", "United States", "en", ["Springfield", "Portland", "Houston", "Boston", "Ann Arbor", "Santa Fe"]),
    ("DE", "Germany", "de", ["München", "Köln", "Göttingen", "Jülich", "Tübingen", "Halle"]),
    ("FR", "France", "fr", ["Orléans", "Besançon", "Paris", "Saint-Étienne", "Nîmes", "Évry"]),
    ("ES", "Spain", "es", ["Málaga", "Córdoba", "A Coruña", "Cádiz", "León", "Sevilla"]),
    ("PL", "Poland", "pl", ["Łódź", "Kraków", "Poznań", "Gdańsk", "Wrocław", "Toruń"]),
    ("CZ", "Czechia", "cs", ["Plzeň", "Brno", "České Budějovice", "Ústí nad Labem", "Zlín", "Praha"]),
    ("JP", "Japan", "ja", ["東京", "京都", "大阪", "札幌", "名古屋", "仙台"]),
    ("SE", "Sweden", "sv", ["Malmö", "Göteborg", "Umeå", "Västerås", "Örebro", "Lund"]),
    ("BR", "Brazil", "pt", ["São Paulo", "Brasília", "Goiânia", "Belém", "Florianópolis", "Niterói"]),
    ("GB", "United Kingdom", "en", ["Leeds", "Dundee", "Cardiff", "Belfast", "York", "Exeter"]),
]
SORTS = {
    "en": ["University of {0}", "{0} Institute of {1}", "{0} Hospital for {1}", "Centre for {1} Research {0}", "{1} Foundation of {0}"],
    "de": ["Universität {0}", "Institut für {1} {0}", "Klinikum {0}", "Forschungszentrum {1} {0}", "{1}-Stiftung {0}"],
    "fr": ["Université de {0}", "Institut de {1} de {0}", "Hôpital de {0}", "Centre d'Études {1} {0}", "Fondation {1} {0}"],
    "es": ["Universidad de {0}", "Instituto de {1} de {0}", "Hospital de {0}", "Centro de Investigación {1} {0}", "Fundación {1} {0}"],
    "pl": ["Uniwersytet {0}", "Instytut {1} w {0}", "Szpital {0}", "Centrum Badań {1} {0}", "Fundacja {1} {0}"],
    "cs": ["Univerzita {0}", "Ústav {1} {0}", "Nemocnice {0}", "Výzkumné centrum {1} {0}", "Nadace {1} {0}"],
    "ja": ["{0}大学", "{0}{1}研究所", "{0}病院", "{1}研究センター{0}", "{0}{1}財団"],
    "sv": ["{0}s universitet", "Institutet för {1} {0}", "{0} sjukhus", "Forskningscentrum {1} {0}", "{1}stiftelsen {0}"],
    "pt": ["Universidade de {0}", "Instituto de {1} de {0}", "Hospital de {0}", "Centro de Pesquisa {1} {0}", "Fundação {1} {0}"],
}
TYPES = ["education", "facility", "healthcare", "facility", "funder", "government", "nonprofit", "company", "archive", "other"]
FIELDS = """Physics Chemistry Geology Oncology Cardiology Robotics Ecology Linguistics Archaeology Genomics Astronomy Hydrology
Neurology Virology Botany Metallurgy Acoustics Optics Economics Statistics Nutrition Forestry Oceanography Immunology""".split()
SYLLABLES = "ka ri mo ten sul var dor mi an be lo rut gal nor fis hol wen tar su ve pol ir bas cor del".split()


class Registry:
    """Organisations by number."""

    def __init__(self, seed=1):
        self.seed = seed

    def id(self, number):
        digits, rest = "", number * 7919 + 1_000_003
        for _ in range(6):
            rest, digit = divmod(rest, 32)
            digits = ALPHABET[digit] + digits
        return f"https://ror.org/0{digits}{(number * 13) % 90 + 10}"

    def name(self, number):
        """What it is called, in its language and in English, and its type."""
        rng = random.Random(f"{self.seed} {number}")
        code, country, language, cities = rng.choice(PLACES)
        own = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))).title()
        city, field, sort = rng.choice(cities), rng.choice(FIELDS), rng.randrange(5)
        place = f"{city} {own}" if language != "ja" else f"{city}{own}"
        return (code, country, language, city), SORTS[language][sort].format(place, field), SORTS["en"][sort].format(place, field), sort

    def isni(self, number):
        digits = f"{number + 12_150_000:015}"
        total = 0
        for digit in digits:
            total = (total + int(digit)) * 2
        check = (12 - total % 11) % 11
        text = digits + ("X" if check == 10 else str(check))
        return " ".join(text[at:at + 4] for at in range(0, 16, 4))

    def organisation(self, number, renamed=False):
        (code, country, language, city), own, english, sort = self.name(number)
        rng = random.Random(f"{self.seed} {number} more")
        own += " (renamed)" if renamed else ""
        names = [{"value": own, "types": ["ror_display", "label"], "lang": language}]
        if language != "en":
            names.append({"value": english, "types": ["label"], "lang": "en"})
        if rng.random() < 0.35:
            names.append({"value": "".join(word[0] for word in english.split() if word[0].isupper()) + str(number), "types": ["acronym"], "lang": None})
        for alias in range(rng.choice([0, 0, 1, 2])):
            names.append({"value": f"{rng.choice(FIELDS)} {city} {alias}", "types": ["alias"], "lang": None})
        rng.shuffle(names)
        kinds = [TYPES[sort]] + (["funder"] if rng.random() < 0.1 and TYPES[sort] != "funder" else [])
        ids = [{"type": "isni", "all": [self.isni(number)], "preferred": None}]
        if rng.random() < 0.9:
            ids.append({"type": "grid", "all": [f"grid.{number + 1000}.{number % 16:x}"], "preferred": f"grid.{number + 1000}.{number % 16:x}"})
        if "funder" in kinds:
            ids.append({"type": "fundref", "all": [str(100_000_000 + number), str(501_100_000_000 + number)], "preferred": str(100_000_000 + number)})
        ids.append({"type": "wikidata", "all": [f"Q{number + 100}"], "preferred": None})
        site = f"https://www.org{number}.example.org"
        return {
            "id": self.id(number), "status": "active" if rng.random() < 0.97 else "inactive", "types": kinds, "names": names,
            "admin": {"created": {"date": "2018-11-14", "schema_version": "1.0"}, "last_modified": {"date": "2026-06-01", "schema_version": "2.1"}},
            "domains": [f"org{number}.example.org"] if rng.random() < 0.3 else [], "established": rng.randint(1200, 2020),
            "external_ids": ids, "links": [{"type": "website", "value": site}, {"type": "wikipedia", "value": f"{site}/wiki"}],
            "locations": [{"geonames_id": 2_000_000 + number, "geonames_details": {
                "continent_code": "EU", "continent_name": "Europe", "country_code": code, "country_name": country,
                "country_subdivision_code": "X", "country_subdivision_name": "X", "lat": rng.uniform(-60, 70), "lng": rng.uniform(-180, 180), "name": city}}],
            "relationships": [{"id": self.id(rng.randrange(number + 1)), "label": "Parent", "type": "parent"}] if rng.random() < 0.2 else [],
        }

    def faulty(self, number):
        """Organisations that cannot be entries, with the reason."""
        broken = self.organisation(number)
        if number % 2:
            return {**broken, "names": []}, "it has no name of the type ror_display"
        return {**broken, "external_ids": [{"type": "isni", "all": ["0000 0000 0000 0000 0"], "preferred": None}]}, "identifiers"

    def write(self, path, count, faulty=(), renamed=()):
        """A dump as ROR publishes it: a ZIP file with one long list."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as dump:
            with dump.open("v2.0-2026-10-15-ror-data.json", "w", force_zip64=True) as out:
                for number in range(count):
                    one = self.faulty(number)[0] if number in faulty else self.organisation(number, number in renamed)
                    out.write((b"[" if number == 0 else b",\n") + json.dumps(one, ensure_ascii=False).encode())
                out.write(b"]")
            dump.writestr("v2.0-2026-10-15-ror-data.csv", "id,name\n")
