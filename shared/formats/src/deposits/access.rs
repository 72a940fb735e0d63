//! `access_right`: who may see the files. Depositions never hide the record itself: that stays as it is.

use serde_json::{Map, Value, json};

use super::{
    problems::{MISSING, Problems},
    read::given,
};

/// What a deposition says of it.
pub(super) const NAMES: [&str; 2] = ["access_right", "embargo_date"];

/// What a deposition says of the access to a record.
pub(super) fn show(document: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let Some(access) = document.get("access") else { return Vec::new() };
    if access["embargo"]["active"] == true {
        return vec![
            ("access_right", json!("embargoed")),
            ("embargo_date", access["embargo"]["until"].clone()),
        ];
    }
    let is_open = access["record"] == "public" && access["files"] == "public";
    vec![("access_right", json!(if is_open { "open" } else { "restricted" }))]
}

/// The access that is meant, put into the body. What says nothing of it opens nothing.
pub(super) fn read(sent: &Map<String, Value>, body: &mut Map<String, Value>, problems: &mut Problems) {
    let Some(right) = given(sent, "access_right") else { return };
    let shown = show(body);
    let is_shown = |name: &str, value: Option<&Value>| {
        shown.iter().find(|(known, _)| *known == name).map(|(_, value)| value) == value
    };
    let is_same = is_shown("access_right", Some(right));
    let record = body.get("access").map_or(json!("public"), |access| access["record"].clone());
    let access = match right.as_str() {
        Some("embargoed") => {
            let Some(until) = given(sent, "embargo_date") else {
                return problems.at("embargo_date", |problems| problems.report(MISSING));
            };
            if is_same && is_shown("embargo_date", Some(until)) {
                return;
            }
            json!({"record": record, "files": "restricted", "embargo": {"active": true, "until": until}})
        }
        Some("open") if is_same => return,
        Some("open") => json!({"record": "public", "files": "public"}),
        Some("restricted" | "closed") if is_shown("access_right", Some(&json!("restricted"))) => return,
        Some("restricted" | "closed") => json!({"record": record, "files": "restricted"}),
        _ => return problems.at("access_right", |problems| problems.report("Not a valid choice.")),
    };
    body.insert("access".into(), access);
}
