"""The searches of docs/search.md that the other groups lack: `&`, `|` and `-` are those of sets."""

from corpus import ALL, has, phrase, spans, term, wild, word
from paths import DATE, DOI, NAME, ORCID, SUBJECT, TITLE, TYPE

DOCUMENTED = [
    ("opera AND neutrino", word("opera") & word("neutrino")),
    ("trigger NOT muhad", word("trigger") - word("muhad")),
    ("title:trigger", word("trigger", TITLE)),
    ("title:(vispa OR kiln)", word("vispa", TITLE) | word("kiln", TITLE)),
    ('creator:"Carberry, Josiah"', phrase("carberry josiah", NAME)),
    ("orcid:0000-0002-1825-0097", term(ORCID, "0000-0002-1825-0097")),
    ("doi:10.7483*", wild("10.7483*", DOI)),
    ("type:software", term(TYPE, "software")),
    ("type:publication*", wild("publication*", TYPE)),
    ("subject:trigger", word("trigger", SUBJECT)),
    ("language:deu", term("metadata.languages.id", "deu")),
    ("license:cc*", wild("cc*", "metadata.rights.id")),
    ("NOT _exists_:doi", ALL - has(DOI)),
    ("date:2016", spans(DATE, "2016-01-01", "2016-12-31")),
    ("date:[2014 TO 2016-06]", spans(DATE, "2014-01-01", "2016-06-30")),
    ("date:{2014 TO 2017}", spans(DATE, "2015-01-01", "2016-12-31")),
    ("date:[2020 TO *]", spans(DATE, "2020-01-01")),
    ("date:>=2020", spans(DATE, "2020-01-01")),
    ("date:<1950", spans(DATE, None, "1949-12-31")),
    # The clock of the test stands at the first instants of 2026.
    ("created:[now-7d TO now]", ALL),
    ("created:>=now/M", ALL),
    ("date:2020-01-01||+5M/M", spans(DATE, "2020-06-01", "2020-06-30")),
]
