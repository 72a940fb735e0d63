//! Which schemes a bare identifier may belong to. `InvenioRDM`: identifier schemes, detection.

use super::agents::{is_email, is_gnd, is_ror, is_viaf};
use super::archives::{
    is_ads, is_arxiv, is_ascl, is_cstr, is_hal, is_openalex, is_pmcid, is_pmid, is_rrid, is_sha1, is_swh,
    is_wikidata,
};
use super::biology::{
    is_arrayexpress_array, is_arrayexpress_experiment, is_bioproject, is_biosample, is_ensembl, is_genome,
    is_geo, is_refseq, is_sra, is_uniprot,
};
use super::digits::{is_ean8, is_ean13, is_isbn, is_isni, is_issn, is_istc, is_orcid};
use super::links::{is_ark, is_doi, is_handle, is_lsid, is_purl, is_raid, is_url, is_urn};
use super::scan::{after, after_url};

/// A test for one scheme.
pub(super) type Holds = fn(&str) -> bool;

/// Every scheme with its test, in the order in which the first one wins.
pub(super) static TESTS: [(&str, Holds); 41] = [
    ("doi", is_doi),
    ("ark", is_ark),
    ("handle", is_handle),
    ("purl", is_purl),
    ("lsid", is_lsid),
    ("urn", is_urn),
    ("ads", is_ads),
    ("arxiv", is_arxiv),
    ("ascl", is_ascl),
    ("hal", is_hal),
    ("pmcid", is_pmcid),
    ("isbn", is_isbn),
    ("issn", is_issn),
    ("orcid", is_orcid),
    ("isni", is_isni),
    ("ean13", is_ean13),
    ("ean8", is_ean8),
    ("istc", is_istc),
    ("gnd", is_gnd),
    ("ror", is_ror),
    ("pmid", is_pmid),
    ("url", is_url),
    ("sra", is_sra),
    ("bioproject", is_bioproject),
    ("biosample", is_biosample),
    ("ensembl", is_ensembl),
    ("uniprot", is_uniprot),
    ("refseq", is_refseq),
    ("genome", is_genome),
    ("geo", is_geo),
    ("arrayexpress_array", is_arrayexpress_array),
    ("arrayexpress_experiment", is_arrayexpress_experiment),
    ("swh", is_swh),
    ("viaf", is_viaf),
    ("email", is_email),
    ("sha1", is_sha1),
    ("wikidata", is_wikidata),
    ("openalex", is_openalex),
    ("cstr", is_cstr),
    ("rrid", is_rrid),
    ("raid", is_raid),
];

/// Where the first is found, the others are not meant. In this order.
static FILTERS: [(&str, &[&str]); 10] = [
    ("url", &["isbn", "istc", "urn", "lsid", "issn", "ean8", "viaf", "wikidata", "cstr"]),
    ("ean8", &["gnd", "pmid", "viaf"]),
    ("ean13", &["gnd", "pmid"]),
    ("isbn", &["gnd", "pmid"]),
    ("orcid", &["gnd", "pmid"]),
    ("isni", &["gnd", "pmid"]),
    ("issn", &["gnd", "viaf"]),
    ("pmid", &["viaf"]),
    ("wikidata", &["gnd", "viaf"]),
    ("doi", &["raid"]),
];

/// The schemes `value` may belong to, the likeliest first. Empty when none fits.
pub fn detect(value: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> =
        TESTS.iter().filter(|(_, holds)| holds(value)).map(|(scheme, _)| *scheme).collect();
    drop_by_prefix(value, &mut found);
    for (present, others) in &FILTERS {
        if found.contains(present) {
            found.retain(|scheme| !others.contains(scheme));
        }
    }
    drop_handle(value, &mut found);
    found
}

/// A prefix or site that says what is meant beats a looser reading.
fn drop_by_prefix(value: &str, found: &mut Vec<&'static str>) {
    if found.contains(&"gnd") && after(value, "gnd:").is_some() {
        found.retain(|scheme| *scheme != "isbn");
    }
    for (scheme, site) in [("viaf", "viaf.org/"), ("isni", "isni.org/")] {
        if found.contains(&scheme) && after_url(value, site).is_some() {
            found.retain(|other| !["url", "handle"].contains(other));
        }
    }
}

/// Nearly everything with a slash looks like a handle; most of it is something else.
fn drop_handle(value: &str, found: &mut Vec<&'static str>) {
    let other = if found.contains(&"url") {
        after_url(value, "hdl.handle.net/").is_none()
    } else {
        found.contains(&"ark") || found.contains(&"arxiv")
    };
    if other {
        found.retain(|scheme| *scheme != "handle");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_scheme_detected_is_the_one_meant() {
        for (value, schemes) in [
            ("10.1234/x", &["doi", "handle"] as &[_]),
            ("https://doi.org/10.1234/x", &["doi", "url"]),
            ("https://example.org/x", &["url"]),
            ("https://hdl.handle.net/2027/x", &["handle", "url"]),
            ("0000-0002-1825-0097", &["orcid", "isni"]),
            ("0000 0001 1456 7559", &["isni"]),
            ("https://isni.org/isni/0000000114567559", &["isni"]),
            ("arXiv:math.GT/0309136", &["arxiv"]),
            ("1924MNRAS..84..308E", &["ads"]),
            ("978-3-16-148410-0", &["isbn"]),
            ("urn:nbn:de:101:1-201102033592", &["urn"]),
            ("gnd:4079154-3", &["gnd"]),
            ("03yrm5c26", &["ror"]),
            ("Q52140", &["uniprot", "wikidata"]),
            ("ark:/13030/tqb3kh97gh8w", &["ark"]),
            ("nonsense", &[]),
            ("", &[]),
            ("1234", &["pmid"]),
        ] {
            assert_eq!(detect(value), schemes, "{value}");
        }
    }
}
