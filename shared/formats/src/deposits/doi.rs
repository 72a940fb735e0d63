//! `doi`: one of the depositor's own, or the one that the site gives the record.

use serde_json::{Map, Value, json};

use super::{Ground, problems::Problems, read::given};

/// What records call it where somebody else looks after a DOI.
const EXTERNAL: &str = "external";

/// The DOI that a draft or record has.
pub(super) fn of(document: &Map<String, Value>) -> Option<&Value> {
    document
        .get("pids")?
        .get("doi")?
        .get("identifier")
        .filter(|doi| doi.as_str().is_some_and(|doi| !doi.is_empty()))
}

/// Puts the identifiers that are meant into the body, if they are not those that are there.
pub(super) fn read(
    sent: &Map<String, Value>,
    before: Option<&Map<String, Value>>,
    ground: Ground<'_>,
    body: &mut Map<String, Value>,
    problems: &mut Problems,
) {
    let present = before.and_then(|before| before.get("pids"));
    let has_own = present.is_some_and(|pids| pids["doi"]["provider"] == EXTERNAL);
    let doi = match given(sent, "doi") {
        Some(doi) if before.and_then(of) == Some(doi) => return,
        Some(doi) => match problems.at("doi", |problems| problems.text(doi)) {
            Some(doi) => Some(match ground.minted {
                Some((minted, provider)) if minted.eq_ignore_ascii_case(&doi) => {
                    json!({"identifier": minted, "provider": provider})
                }
                _ => json!({"identifier": doi, "provider": EXTERNAL}),
            }),
            None => return,
        },
        // The site's own stays.
        None if has_own => None,
        None => return,
    };
    let mut pids = present.and_then(Value::as_object).cloned().unwrap_or_default();
    match doi {
        Some(doi) => pids.insert("doi".into(), doi),
        None => pids.shift_remove("doi"),
    };
    body.insert("pids".into(), Value::Object(pids));
}
