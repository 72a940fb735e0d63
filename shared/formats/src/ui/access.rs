//! `ui.access_status`: how open a record is, in words.

use serde_json::{Map, Value, json};

use super::dates::{self, Style};
use crate::links::encode;

/// Status, title, icon and the class of its message box. Only English titles exist.
const STATUSES: [(&str, &str, &str, &str); 4] = [
    ("open", "Open", "unlock", ""),
    ("embargoed", "Embargoed", "outline clock", "warning"),
    ("restricted", "Restricted", "ban", "negative"),
    ("metadata-only", "Metadata-only", "tag", ""),
];

/// What of a record its access rules close.
#[derive(Clone, Copy)]
enum Closed {
    Record,
    RecordAndFiles,
    Files,
}

/// The status of a record or draft, `None` where its JSON has no known `access.status`.
pub(crate) fn status(json: &Map<String, Value>, anonymous: bool) -> Option<Value> {
    let access = json.get("access")?;
    let id = access["status"].as_str()?;
    let (id, title, icon, message_class) = STATUSES.iter().find(|(known, ..)| *known == id)?;
    let embargo_date = access["embargo"]["until"].as_str().map(|until| dates::day(until, Style::Long));
    let has_files = json.get("files").is_some_and(|files| files["enabled"] == true);
    let closed = match (access["record"] == "restricted", has_files) {
        (true, true) => Closed::RecordAndFiles,
        (true, false) => Closed::Record,
        (false, _) => Closed::Files,
    };
    let description = match *id {
        "open" => "The record and files are publicly accessible.".to_owned(),
        "metadata-only" => "No files are available for this record.".to_owned(),
        "embargoed" => embargoed(closed, embargo_date.as_deref()),
        _ => restricted(closed, anonymous.then(|| json.get("id")?.as_str()).flatten()),
    };
    Some(json!({
        "id": id,
        "title_l10n": title,
        "description_l10n": description,
        "icon": icon,
        "embargo_date_l10n": embargo_date,
        "message_class": message_class,
    }))
}

fn embargoed(closed: Closed, until: Option<&str>) -> String {
    let what = match closed {
        Closed::Record => "The record becomes",
        Closed::RecordAndFiles => "The record and its files become",
        Closed::Files => "The record is public, its files become",
    };
    until.map_or_else(|| format!("{what} public later."), |until| format!("{what} public on {until}."))
}

/// `login_for`: the record to come back to after logging in, for someone who has not.
fn restricted(closed: Closed, login_for: Option<&str>) -> String {
    match (closed, login_for) {
        (Closed::Record, _) => "Only people with access can see the record.".to_owned(),
        (Closed::RecordAndFiles, _) => "Only people with access can see the record and its files.".to_owned(),
        (Closed::Files, None) => "The record is public, its files are for people with access.".to_owned(),
        (Closed::Files, Some(id)) => format!(
            "The record is public, its files are for people with access. \
             <a href=\"/login/?next=/records/{}\">Log in</a> to see whether you are one of them.",
            encode::segment(id)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(access: &Value, files: bool, anonymous: bool) -> Value {
        let json = json!({"id": "abc\"<x>", "access": access, "files": {"enabled": files}});
        status(json.as_object().unwrap(), anonymous).unwrap_or_default()
    }

    #[test]
    fn an_open_record_says_so() {
        let expected = json!({
            "id": "open", "title_l10n": "Open", "description_l10n": "The record and files are publicly accessible.",
            "icon": "unlock", "embargo_date_l10n": null, "message_class": ""
        });
        assert_eq!(
            of(&json!({"record": "public", "files": "public", "status": "open"}), true, true),
            expected
        );
    }

    #[test]
    fn an_embargo_names_its_end_and_what_it_closes() {
        let embargo = json!({"active": true, "until": "2031-05-01"});
        for (record, files, expected) in [
            ("restricted", true, "The record and its files become public on May 1, 2031."),
            ("restricted", false, "The record becomes public on May 1, 2031."),
            ("public", true, "The record is public, its files become public on May 1, 2031."),
        ] {
            let shown =
                of(&json!({"record": record, "status": "embargoed", "embargo": embargo}), files, false);
            assert_eq!(shown["description_l10n"], expected);
            assert_eq!(shown["embargo_date_l10n"], "May 1, 2031");
        }
    }

    #[test]
    fn only_someone_not_logged_in_is_asked_to_log_in() {
        let access = json!({"record": "public", "files": "restricted", "status": "restricted"});
        let guest = of(&access, true, true)["description_l10n"].to_string();
        assert!(guest.contains("/login/?next=/records/abc%22%3Cx%3E"), "{guest}");
        assert!(!of(&access, true, false)["description_l10n"].to_string().contains("login"));
    }

    #[test]
    fn without_a_known_status_there_is_nothing_to_say() {
        assert!(of(&json!({"record": "public"}), true, true).is_null());
        assert!(of(&json!({"status": "secret"}), true, true).is_null());
    }
}
