//! Identifiers that resolve: DOI, handle, ARK, PURL, URL, URN, LSID, `RAiD`.

use super::archives::is_swh;
use super::scan::{after, after_any, after_http, after_site, is_digits};

/// The part of a DOI from `10.` on, whatever prefix or resolver stands before it.
fn doi_name(value: &str) -> Option<&str> {
    let prefixed = after(value, "doi:").map(str::trim_start);
    let name = prefixed
        .or_else(|| after_site(value, "doi.org/"))
        .or_else(|| after_site(value, "dx.doi.org/"))
        .unwrap_or(value);
    is_doi_name(name).then_some(name)
}

/// `10.`, digits in groups parted by dots, `/`, and at least one character, none of them blank.
fn is_doi_name(name: &str) -> bool {
    let Some((prefix, suffix)) = name.strip_prefix("10.").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    prefix.split('.').all(is_digits) && !suffix.is_empty() && !suffix.contains(char::is_whitespace)
}

pub(super) fn is_doi(value: &str) -> bool {
    doi_name(value).is_some()
}

/// From `10.` on, case kept.
pub(super) fn normalize_doi(value: &str) -> String {
    doi_name(value).unwrap_or(value).to_owned()
}

/// A handle without `hdl:` and resolver.
fn handle_name(value: &str) -> &str {
    let prefixed = after(value, "hdl:").map(str::trim_start);
    prefixed.or_else(|| after_site(value, "hdl.handle.net/")).unwrap_or(value)
}

/// Very loose, as the rule is: an authority of segments joined by dots, a slash, anything.
pub(super) fn is_handle(value: &str) -> bool {
    let authority = handle_name(value).split_once('/').map(|(authority, _)| authority);
    !is_swh(value) && authority.is_some_and(|authority| authority.split('.').all(|part| !part.is_empty()))
}

pub(super) fn normalize_handle(value: &str) -> String {
    handle_name(value).to_owned()
}

/// `ark:`, an optional slash, the naming authority, a slash, a name.
fn is_ark_name(text: &str) -> bool {
    let Some((authority, name)) = after(text, "ark:")
        .map(|rest| rest.strip_prefix('/').unwrap_or(rest))
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let allowed = |byte: u8| b"0123456789bcdfghjkmnpqrstvwxz".contains(&byte.to_ascii_lowercase());
    !authority.is_empty() && authority.bytes().all(allowed) && !name.is_empty()
}

/// An ARK, or an `http` URL whose path is one.
pub(super) fn is_ark(value: &str) -> bool {
    let path = after(value, "http://").and_then(|rest| rest.split_once('/'));
    is_ark_name(value) || path.is_some_and(|(host, path)| !host.is_empty() && is_ark_name(path))
}

const PURL_HOSTS: [&str; 5] = ["purl.org/", "purl.oclc.org/", "purl.net/", "purl.com/", "purl.fdlp.gov/"];

pub(super) fn is_purl(value: &str) -> bool {
    after_http(value).and_then(|rest| after_any(rest, &PURL_HOSTS)).is_some_and(|path| !path.is_empty())
}

/// Any scheme with a host: `scheme://host`.
pub(super) fn is_url(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    named && scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && !host.is_empty()
}

/// The part of a URN behind `urn:`.
fn urn_path(value: &str) -> Option<&str> {
    after(value, "urn:").filter(|path| !path.is_empty() && !path.starts_with("//"))
}

pub(super) fn is_urn(value: &str) -> bool {
    urn_path(value).is_some_and(|path| !path.starts_with(['?', '#']))
}

/// `urn:` and the rest, without a resolver before it.
pub(super) fn normalize_urn(value: &str) -> String {
    let value = after_site(value, "nbn-resolving.org/").unwrap_or(value);
    format!("urn:{}", after(value, "urn:").unwrap_or(value))
}

/// `urn:lsid:` and three or four parts.
pub(super) fn is_lsid(value: &str) -> bool {
    let parts = || after(value, "urn:lsid:").into_iter().flat_map(|rest| rest.split(':'));
    (3..=4).contains(&parts().count()) && parts().all(|part| !part.is_empty())
}

/// A research activity identifier without its site.
fn raid_name(value: &str) -> &str {
    after_site(value, "raid.org/").unwrap_or(value)
}

pub(super) fn is_raid(value: &str) -> bool {
    is_doi_name(raid_name(value))
}

pub(super) fn normalize_raid(value: &str) -> String {
    raid_name(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doi_forms() {
        for value in [
            "10.1234/foo.bar",
            "doi:10.1234/foo.bar",
            "DOI: 10.1234/foo.bar",
            "https://doi.org/10.1234/foo.bar",
            "http://dx.doi.org/10.1234/foo.bar",
            "doi.org/10.1234/foo.bar",
        ] {
            assert!(is_doi(value), "{value}");
            assert_eq!(normalize_doi(value), "10.1234/foo.bar");
        }
        for value in ["10.1234", "10.1234/", "10.12.34.5", "11.1234/x", "10.a/x", "not-a-doi", "10.1/a b"] {
            assert!(!is_doi(value), "{value}");
        }
        assert!(is_doi("10.1000.10/123456"));
    }

    #[test]
    fn web_forms() {
        assert!(is_url("https://example.org/x") && is_url("ftp://h") && !is_url("example.org/x"));
        assert!(!is_url("http:///x") && !is_url("1a://x") && !is_url("://x"));
        assert!(is_purl("http://purl.org/dc/terms") && !is_purl("http://purl.org/"));
        assert!(is_ark("ark:/13030/tqb3kh97gh8w") && is_ark("http://n2t.net/ark:/13030/x"));
        assert!(is_ark("ark:13030/x") && !is_ark("ark:/13030/") && !is_ark("ark:/aeiou/x"));
        assert!(is_urn("urn:nbn:de:101:1-201102033592") && !is_urn("urn:") && !is_urn("urn://a"));
        assert_eq!(normalize_urn("http://nbn-resolving.org/urn:nbn:de:101"), "urn:nbn:de:101");
        assert!(is_lsid("urn:lsid:ubio.org:namebank:11815") && !is_lsid("urn:lsid:a:b"));
        assert!(
            is_handle("hdl:2027/loc.ark") && is_handle("a/b") && !is_handle("a..b/c") && !is_handle("ab")
        );
        assert_eq!(normalize_handle("https://hdl.handle.net/2027/x"), "2027/x");
    }
}
