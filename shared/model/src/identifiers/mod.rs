//! Persistent identifiers: which scheme a value belongs to, whether it is valid, its normal form, its link.
//!
//! A new scheme is a test in the file of its family, a line in `detect`, and one in the field's table in `allowed`.

mod agents;
pub mod allowed;
mod archives;
mod biology;
mod detect;
mod digits;
mod links;
mod scan;

pub use detect::detect;

/// Whether `value` is valid in `scheme`. Schemes without a rule of their own accept every value.
pub fn is_valid(scheme: &str, value: &str) -> bool {
    let scheme = match scheme {
        "eissn" | "lissn" => "issn",
        other => other,
    };
    detect::TESTS.iter().find(|(id, _)| *id == scheme).is_none_or(|(_, holds)| holds(value))
}

/// Brings a value into its normal form.
type Normalize = fn(&str) -> String;

/// Schemes with a normal form of their own; the others are kept as they came.
static NORMAL_FORMS: [(&str, Normalize); 16] = [
    ("doi", links::normalize_doi),
    ("handle", links::normalize_handle),
    ("ads", archives::normalize_ads),
    ("pmid", archives::normalize_pmid),
    ("orcid", digits::normalize_orcid),
    ("gnd", agents::normalize_gnd),
    ("ror", agents::normalize_ror),
    ("isbn", digits::normalize_isbn),
    ("issn", digits::normalize_issn),
    ("arxiv", archives::normalize_arxiv),
    ("urn", links::normalize_urn),
    ("wikidata", archives::normalize_wikidata),
    ("viaf", agents::normalize_viaf),
    ("openalex", archives::normalize_openalex),
    ("hal", archives::normalize_hal),
    ("raid", links::normalize_raid),
];

/// The form in which a valid `value` of `scheme` is stored. `InvenioRDM`: identifier schemes, normal form.
pub fn normalize(scheme: &str, value: &str) -> String {
    let form = NORMAL_FORMS.iter().find(|(id, _)| *id == scheme);
    form.map_or_else(|| value.to_owned(), |(_, normalize)| normalize(value))
}

/// How a normal form becomes a link: the prefix to drop, and what stands before and behind the rest.
struct Link {
    scheme: &'static str,
    drop: &'static str,
    before: &'static str,
    behind: &'static str,
}

const fn link(scheme: &'static str, drop: &'static str, before: &'static str) -> Link {
    Link { scheme, drop, before, behind: "" }
}

static LINKS: [Link; 20] = [
    link("doi", "", "https://doi.org/"),
    link("handle", "", "https://hdl.handle.net/"),
    link("arxiv", "", "https://arxiv.org/abs/"),
    link("ads", "", "https://ui.adsabs.harvard.edu/#abs/"),
    link("orcid", "", "https://orcid.org/"),
    Link { behind: "/", ..link("pmid", "", "https://pubmed.ncbi.nlm.nih.gov/") },
    Link { behind: "/", ..link("pmcid", "", "https://pmc.ncbi.nlm.nih.gov/articles/") },
    link("gnd", "gnd:", "https://d-nb.info/gnd/"),
    link("urn", "", "https://nbn-resolving.org/"),
    link("ror", "", "https://ror.org/"),
    link("wikidata", "", "https://www.wikidata.org/entity/"),
    link("swh", "", "https://archive.softwareheritage.org/"),
    link("hal", "", "https://hal.archives-ouvertes.fr/"),
    link("ascl", "ascl:", "https://ascl.net/"),
    link("rrid", "", "https://scicrunch.org/resolver/"),
    link("raid", "", "https://raid.org/"),
    link("viaf", "viaf:", "https://viaf.org/viaf/"),
    link("openalex", "", "https://openalex.org/"),
    link("url", "", ""),
    link("purl", "", ""),
];

/// Where `value` of `scheme` can be looked up; `None` where no resolver is known.
pub fn url(scheme: &str, value: &str) -> Option<String> {
    let Link { drop, before, behind, .. } = LINKS.iter().find(|link| link.scheme == scheme)?;
    let normal = normalize(scheme, value);
    if scheme == "urn" && scan::after(&normal, "urn:nbn:").is_none() {
        return None;
    }
    let bare = scan::after(&normal, drop).unwrap_or(&normal);
    Some(format!("{before}{bare}{behind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowed_scheme_is_valid_by_its_own_rule() {
        assert!(is_valid("eissn", "0317-8471") && !is_valid("lissn", "0317-8470"));
        assert!(is_valid("geonames", "anything") && is_valid("other", "x") && !is_valid("orcid", "1234"));
    }

    #[test]
    fn links_are_built_from_the_normal_form() {
        for (scheme, value, link) in [
            ("doi", "doi:10.1/x", Some("https://doi.org/10.1/x")),
            ("orcid", "0000-0002-1825-0097", Some("https://orcid.org/0000-0002-1825-0097")),
            ("gnd", "gnd:4079154-3", Some("https://d-nb.info/gnd/4079154-3")),
            ("pmid", "pmid:12", Some("https://pubmed.ncbi.nlm.nih.gov/12/")),
            ("urn", "urn:nbn:de:101", Some("https://nbn-resolving.org/urn:nbn:de:101")),
            ("urn", "urn:isbn:1", None),
            ("url", "https://example.org", Some("https://example.org")),
            ("issn", "0317-8471", None),
        ] {
            assert_eq!(url(scheme, value).as_deref(), link, "{scheme}:{value}");
        }
    }

    #[test]
    fn normal_forms_are_stable() {
        for (scheme, value) in [
            ("doi", "https://doi.org/10.1/x"),
            ("gnd", "gnd:4079154-3"),
            ("wikidata", "wikidata:q1"),
            ("hal", "HAL:hal-00000001"),
            ("urn", "URN:nbn:de:1"),
            ("isni", "https://isni.org/isni/0000000114567559"),
        ] {
            let normal = normalize(scheme, value);
            assert!(is_valid(scheme, &normal), "{normal}");
            assert_eq!(normalize(scheme, &normal), normal);
        }
    }
}
