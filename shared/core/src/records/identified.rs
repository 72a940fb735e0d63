//! Whole identifiers as search strings. InvenioRDM: search reference, what to do: a DOI, ORCID or URL typed without
//! quotes finds its record.

use cairn_model::{Query, identifiers};

/// Schemes that are looked for.
const SCHEMES: &[&str] = &["doi", "orcid", "url"];

/// Where they may stand.
const FIELDS: &[&str] = &[
    "pids.doi.identifier",
    "parent.pids.doi.identifier",
    "metadata.identifiers.identifier.keyword",
    "metadata.creators.person_or_org.identifiers.identifier",
    "metadata.contributors.person_or_org.identifiers.identifier",
];

/// What `asked` finds, and what the identifier names that the search string is, if it is one.
pub(super) fn or_identified(asked: Query, text: &str) -> Query {
    let text = text.trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if text.is_empty() || text.contains(char::is_whitespace) {
        return asked;
    }
    let schemes = identifiers::detect(text).into_iter().filter(|scheme| SCHEMES.contains(scheme));
    let mut values: Vec<String> = schemes.map(|scheme| identifiers::normalize(scheme, text)).collect();
    if values.is_empty() {
        return asked;
    }
    values.push(text.to_owned());
    let named = FIELDS.iter().map(|field| Query::Terms { field: (*field).into(), values: values.clone() });
    Query::any_of(std::iter::once(asked).chain(named))
}
