//! Which schemes a field may carry: one table per field family. `InvenioRDM`: allowed schemes.

use super::agents::{is_gnd, is_ror};
use super::archives::{is_ads, is_arxiv, is_cstr, is_pmid, is_rrid, is_wikidata};
use super::detect::{Holds, detect};
use super::digits::{is_ean13, is_isbn, is_isni, is_issn, is_istc, is_orcid};
use super::links::{is_ark, is_doi, is_handle, is_lsid, is_purl, is_url, is_urn};
use super::scan::{after, is_digits, is_digits_of};

/// One scheme of a field.
#[derive(Debug, Clone, Copy)]
pub struct Scheme {
    /// The stored value of `scheme`.
    pub id: &'static str,
    /// How messages call it.
    pub label: &'static str,
    /// How `DataCite` calls it.
    pub datacite: &'static str,
    /// Whether a value is one.
    pub holds: Holds,
}

const fn scheme(id: &'static str, label: &'static str, datacite: &'static str, holds: Holds) -> Scheme {
    Scheme { id, label, datacite, holds }
}

/// Schemes without a rule of their own.
fn anything(_: &str) -> bool {
    true
}

/// Participant identification code: nine digits.
fn is_pic(value: &str) -> bool {
    is_digits_of(value, 9..=9)
}

fn is_edmo(value: &str) -> bool {
    after(value, "https://edmo.seadatanet.org/report/").is_some_and(is_digits)
}

const ORCID: Scheme = scheme("orcid", "ORCID", "ORCID", is_orcid);
const ISNI: Scheme = scheme("isni", "ISNI", "ISNI", is_isni);
const GND: Scheme = scheme("gnd", "GND", "GND", is_gnd);
const ROR: Scheme = scheme("ror", "ROR", "ROR", is_ror);
const GRID: Scheme = scheme("grid", "GRID", "GRID", anything);
const DOI: Scheme = scheme("doi", "DOI", "DOI", is_doi);
const URL: Scheme = scheme("url", "URL", "URL", is_url);
const WIKIDATA: Scheme = scheme("wikidata", "Wikidata", "Other", is_wikidata);

/// People and organisations in a record.
pub static PERSON_OR_ORG: &[Scheme] = &[ORCID, ISNI, GND, ROR];

/// Alternate and related identifiers, references, meetings.
pub static RECORD: &[Scheme] = &[
    scheme("ark", "ARK", "ARK", is_ark),
    scheme("arxiv", "arXiv", "arXiv", is_arxiv),
    scheme("ads", "Bibcode", "bibcode", is_ads),
    scheme("crossreffunderid", "Crossref Funder ID", "Crossref Funder ID", anything),
    scheme("cstr", "CSTR", "CSTR", is_cstr),
    DOI,
    scheme("ean13", "EAN13", "EAN13", is_ean13),
    scheme("eissn", "EISSN", "EISSN", is_issn),
    GRID,
    scheme("handle", "Handle", "Handle", is_handle),
    scheme("igsn", "IGSN", "IGSN", anything),
    scheme("isbn", "ISBN", "ISBN", is_isbn),
    ISNI,
    scheme("issn", "ISSN", "ISSN", is_issn),
    scheme("istc", "ISTC", "ISTC", is_istc),
    scheme("lissn", "LISSN", "LISSN", is_issn),
    scheme("lsid", "LSID", "LSID", is_lsid),
    scheme("pmid", "PMID", "PMID", is_pmid),
    scheme("purl", "PURL", "PURL", is_purl),
    scheme("rrid", "RRID", "RRID", is_rrid),
    scheme("upc", "UPC", "UPC", anything),
    URL,
    scheme("urn", "URN", "URN", is_urn),
    WIKIDATA,
    scheme("w3id", "W3ID", "w3id", anything),
    scheme("other", "Other", "Other", anything),
];

/// Places.
pub static LOCATION: &[Scheme] = &[WIKIDATA, scheme("geonames", "GeoNames", "Other", anything)];

/// Entries of the names vocabulary.
pub static NAME: &[Scheme] = &[ORCID, ISNI, GND];

/// Entries of the affiliations vocabulary.
pub static AFFILIATION: &[Scheme] = &[
    GRID,
    GND,
    ISNI,
    ROR,
    scheme("pic", "PIC", "Other", is_pic),
    scheme("edmo", "EDMO", "Other", is_edmo),
    DOI,
];

/// Entries of the funders vocabulary.
pub static FUNDER: &[Scheme] = &[GRID, GND, ISNI, ROR, DOI];

/// Awards, in records and as vocabulary entries.
pub static AWARD: &[Scheme] = &[URL, DOI];

/// Entries of the subjects vocabulary.
pub static SUBJECT: &[Scheme] = &[GND, URL];

/// The scheme called `id` in `allowed`.
pub fn find(allowed: &'static [Scheme], id: &str) -> Option<&'static Scheme> {
    allowed.iter().find(|scheme| scheme.id == id)
}

/// The likeliest scheme of a bare identifier among `allowed`.
pub fn guess(allowed: &'static [Scheme], value: &str) -> Option<&'static Scheme> {
    detect(value).into_iter().find_map(|id| find(allowed, id))
}
