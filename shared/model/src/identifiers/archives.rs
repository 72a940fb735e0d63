//! Identifiers given by archives and registries of works: arXiv, ADS, HAL, ASCL, SWH, PMID, CSTR, RRID, …

use unicode_normalization::UnicodeNormalization;

use super::scan::{
    after, after_any, after_site, after_url, is_digits, is_digits_of, is_token, without_version,
};

/// The parts of an arXiv identifier without its prefix: `class[.XX]/` (may be empty) and the number.
fn arxiv_parts(value: &str) -> (Option<&str>, &str) {
    let bare = after(value, "arxiv:").unwrap_or(value);
    match bare.split_once('/') {
        Some((class, number)) => (Some(class), number),
        None => (None, bare),
    }
}

/// `name` or `name.XX`; gives the name without the sub-class.
fn arxiv_class(class: &str) -> Option<&str> {
    let named =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    match class.split_once('.') {
        Some((name, sub)) => (named(name) && sub.len() == 2 && named(sub)).then_some(name),
        None => named(class).then_some(class),
    }
}

/// `dddd.dddd[d]` with an optional version.
fn is_arxiv_new_number(number: &str) -> bool {
    let Some((month, serial)) = without_version(number).split_once('.') else { return false };
    is_digits_of(month, 4..=4) && is_digits_of(serial, 4..=5)
}

/// Four digits and more, with an optional version.
fn is_arxiv_old_number(number: &str) -> bool {
    is_digits_of(without_version(number), 5..=usize::MAX)
}

pub(super) fn is_arxiv(value: &str) -> bool {
    match arxiv_parts(value) {
        (None, number) => is_arxiv_new_number(number),
        (Some(class), number) => {
            arxiv_class(class).is_some() && (is_arxiv_new_number(number) || is_arxiv_old_number(number))
        }
    }
}

/// `arXiv:` before the identifier; the sub-class of an old one is dropped.
pub(super) fn normalize_arxiv(value: &str) -> String {
    match arxiv_parts(value) {
        (Some(class), number) if is_arxiv_old_number(number) => {
            format!("arXiv:{}/{number}", arxiv_class(class).unwrap_or(class))
        }
        _ => format!("arXiv:{}", after(value, "arxiv:").unwrap_or(value)),
    }
}

/// A bibcode: four digits, a letter, 13 characters, and a letter, dot or colon.
pub(super) fn is_ads(value: &str) -> bool {
    let code: Vec<char> = after(value, "ads:").unwrap_or(value).nfkd().take(20).collect();
    code.len() == 19
        && code[..4].iter().all(char::is_ascii_digit)
        && code[4].is_ascii_alphabetic()
        && !code.iter().any(|character| character.is_whitespace())
        && (code[18].is_ascii_alphabetic() || matches!(code[18], '.' | ':'))
}

pub(super) fn normalize_ads(value: &str) -> String {
    after(value, "ads:").unwrap_or(value).to_owned()
}

pub(super) fn is_ascl(value: &str) -> bool {
    let parts = after(value, "ascl:").and_then(|code| code.split_once('.'));
    parts.is_some_and(|(month, serial)| is_digits_of(month, 4..=4) && is_digits_of(serial, 3..=4))
}

/// Letters and a hyphen, or one of three short names, then eight digits.
pub(super) fn is_hal(value: &str) -> bool {
    let code = without_version(after(value, "hal:").unwrap_or(value));
    let Some((name, number)) = code.len().checked_sub(8).and_then(|at| code.split_at_checked(at)) else {
        return false;
    };
    let portal = |name: &str| name.len() >= 3 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let named = name.strip_suffix('-').is_some_and(portal)
        || ["sic_", "mem_", "ijn_"].iter().any(|known| name.eq_ignore_ascii_case(known));
    named && is_digits(number)
}

pub(super) fn normalize_hal(value: &str) -> String {
    after(value, "hal:").unwrap_or(value).to_ascii_lowercase()
}

fn pmid_number(value: &str) -> &str {
    let bare = after(value, "pmid:").map(str::trim_start);
    let bare = bare.or_else(|| after_url(value, "pubmed.ncbi.nlm.nih.gov/")).unwrap_or(value);
    bare.strip_suffix('/').unwrap_or(bare)
}

pub(super) fn is_pmid(value: &str) -> bool {
    is_digits(pmid_number(value))
}

pub(super) fn normalize_pmid(value: &str) -> String {
    pmid_number(value).to_owned()
}

pub(super) fn is_pmcid(value: &str) -> bool {
    after(value, "PMC").is_some_and(is_digits)
}

fn wikidata_item(value: &str) -> &str {
    after(value, "wikidata:").or_else(|| after_url(value, "www.wikidata.org/entity/")).unwrap_or(value)
}

pub(super) fn is_wikidata(value: &str) -> bool {
    after(wikidata_item(value), "Q").is_some_and(is_digits)
}

pub(super) fn normalize_wikidata(value: &str) -> String {
    wikidata_item(value).to_ascii_uppercase()
}

pub(super) fn is_cstr(value: &str) -> bool {
    let code = after(value, "cstr:").unwrap_or(value);
    code.split('.').count() == 4 && code.split('.').all(is_token)
}

/// Who may give research resource identifiers.
const RRID_AUTHORITIES: [&str; 15] = [
    "AB",
    "CVCL",
    "SCR",
    "IMSR",
    "Addgene",
    "DGRC",
    "Flybase",
    "NCBITaxon",
    "MGI",
    "BDSC",
    "WB-STRAIN",
    "ZFIN",
    "ZIRC",
    "DGGR",
    "RRRC",
];

pub(super) fn is_rrid(value: &str) -> bool {
    let code = after(value, "rrid:").unwrap_or(value);
    let known = |authority: &&str| after(code, authority).and_then(|rest| rest.strip_prefix('_'));
    RRID_AUTHORITIES.iter().find_map(known).is_some_and(|number| {
        // The strain repositories have sub-codes: IMSR_JAX:000664.
        number.split(':').count() <= 2 && number.split(':').all(is_token)
    })
}

const SWH_OBJECTS: [&str; 5] = ["swh:1:snp:", "swh:1:rel:", "swh:1:rev:", "swh:1:dir:", "swh:1:cnt:"];

fn is_swh_core(value: &str) -> bool {
    after_any(value, &SWH_OBJECTS).is_some_and(is_sha1)
}

fn is_swh_qualifier(qualifier: &str) -> bool {
    let Some((key, value)) = qualifier.split_once('=') else { return false };
    match key {
        "origin" => value.contains(':') && !value.contains(char::is_whitespace),
        "visit" | "anchor" => is_swh_core(value),
        "path" => value.starts_with('/'),
        "lines" => value.splitn(2, '-').all(is_digits),
        _ => false,
    }
}

/// A Software Heritage identifier with its optional qualifiers.
pub(super) fn is_swh(value: &str) -> bool {
    let mut parts = value.split(';');
    parts.next().is_some_and(is_swh_core) && parts.all(is_swh_qualifier)
}

pub(super) fn is_sha1(value: &str) -> bool {
    value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn openalex_key(value: &str) -> &str {
    after(value, "openalex:").or_else(|| after_site(value, "openalex.org/")).unwrap_or(value)
}

pub(super) fn is_openalex(value: &str) -> bool {
    let key = openalex_key(value);
    key.starts_with(|first: char| "WASICPFwasicpf".contains(first)) && is_digits_of(&key[1..], 6..=10)
}

pub(super) fn normalize_openalex(value: &str) -> String {
    openalex_key(value).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arxiv_forms() {
        for (value, normal) in [
            ("1501.00001", "arXiv:1501.00001"),
            ("ARXIV:1501.00001v2", "arXiv:1501.00001v2"),
            ("math.GT/0309136", "arXiv:math/0309136"),
            ("hep-th/9901001v27", "arXiv:hep-th/9901001v27"),
            ("arXiv:cs.AI/1501.00001", "arXiv:cs.AI/1501.00001"),
        ] {
            assert!(is_arxiv(value), "{value}");
            assert_eq!(normalize_arxiv(value), normal);
            assert_eq!(normalize_arxiv(normal), normal);
        }
        for value in ["150.00001", "1501.1", "math/", "/0309136", "math.GTX/0309136"] {
            assert!(!is_arxiv(value), "{value}");
        }
    }

    #[test]
    fn archives_are_told_apart() {
        assert!(is_ads("1924MNRAS..84..308E") && is_ads("ads:2011ApJS..192...18K") && !is_ads("1924MNRAS"));
        assert!(is_hal("hal-00000001") && is_hal("sic_00000001v2") && !is_hal("ha-00000001") && !is_hal("é"));
        assert!(is_swh("swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2;origin=https://a.b;lines=1-2"));
        assert!(!is_swh("swh:1:xyz:94a9ed024d3859793618152ea559a168bbcbb5e2"));
        assert!(is_rrid("RRID:AB_262044") && is_rrid("IMSR_JAX:000664") && !is_rrid("RRID:XX_1"));
        assert!(is_pmid("https://pubmed.ncbi.nlm.nih.gov/12082125/") && is_pmid("pmid:1") && !is_pmid("1a"));
        assert!(
            is_wikidata("Q52140") && is_wikidata("https://www.wikidata.org/entity/Q1") && !is_wikidata("Q")
        );
        assert!(is_cstr("CSTR:31253.11.sciencedb.j00001") && !is_cstr("31253.11"));
        assert!(is_openalex("W2741809807") && is_ascl("ascl:1908.011") && is_pmcid("PMC2631623"));
    }
}
