//! `ui.tombstone`: why a record is gone, in words.

use serde_json::{Map, Value};

use super::dates::{self, Style};
use super::titled;
use crate::language::Language;

/// The rules by which owners may delete, in words.
const POLICIES: [(&str, &str); 2] = [
    ("grace-period-v1", "Deleted by the owner soon after publication"),
    ("request-deletion-v1", "Deleted after a request"),
];

/// The tombstone of a deleted record. Who removed it is told by role only, never by name.
pub(crate) fn tombstone(json: &Map<String, Value>, language: Language<'_>) -> Option<Value> {
    let stone = json.get("tombstone")?.as_object()?;
    let owner = &json.get("parent").unwrap_or(&Value::Null)["access"]["owned_by"]["user"];
    let date = stone.get("removal_date").and_then(Value::as_str);
    let policy = stone.get("deletion_policy").and_then(|policy| policy["id"].as_str());
    let rows = [
        ("removal_reason", stone.get("removal_reason").map(|reason| titled(reason, language))),
        ("note", stone.get("note").cloned()),
        ("removed_by", Some(remover(stone.get("removed_by"), owner).into())),
        ("removal_date_l10n_medium", date.map(|date| dates::day(date, Style::Medium).into())),
        ("removal_date_l10n_long", date.map(|date| dates::day(date, Style::Long).into())),
        ("citation_text", stone.get("citation_text").cloned()),
        ("is_visible", stone.get("is_visible").cloned()),
        ("deletion_policy", policy.map(|id| described(id).into())),
    ];
    let rows = rows.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Some(Value::Object(rows.collect()))
}

fn remover(removed_by: Option<&Value>, owner: &Value) -> &'static str {
    match removed_by.map(|by| &by["user"]) {
        None | Some(Value::Null) => "Unknown",
        Some(user) if user == "system" => "System (automatic)",
        Some(user) if user == owner => "Owner",
        Some(_) => "Admin",
    }
}

fn described(policy: &str) -> &str {
    POLICIES.iter().find(|(id, _)| *id == policy).map_or(policy, |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(tombstone: &Value) -> Value {
        let json = json!({"parent": {"access": {"owned_by": {"user": "2"}}}, "tombstone": tombstone});
        self::tombstone(json.as_object().unwrap(), Language::default()).unwrap_or_default()
    }

    #[test]
    fn a_tombstone_tells_why_when_and_by_which_role() {
        let stone = json!({
            "removal_reason": {"id": "spam", "title": {"en": "Spam"}}, "note": "An ad", "removed_by": {"user": "1"},
            "removal_date": "2026-11-20", "citation_text": "Deleted (2024)", "is_visible": true,
            "deletion_policy": {"id": "own-rule"}
        });
        let expected = json!({
            "removal_reason": {"id": "spam", "title_l10n": "Spam"}, "note": "An ad", "removed_by": "Admin",
            "removal_date_l10n_medium": "Nov 20, 2026", "removal_date_l10n_long": "November 20, 2026",
            "citation_text": "Deleted (2024)", "is_visible": true, "deletion_policy": "own-rule"
        });
        assert_eq!(shown(&stone).to_string(), expected.to_string());
    }

    #[test]
    fn the_remover_is_known_by_role_alone() {
        for (by, expected) in [
            (json!({"user": "2"}), "Owner"),
            (json!({"user": "system"}), "System (automatic)"),
            (json!({"user": "77"}), "Admin"),
            (json!({}), "Unknown"),
            (Value::Null, "Unknown"),
        ] {
            assert_eq!(shown(&json!({"removed_by": by}))["removed_by"], expected);
        }
        assert_eq!(shown(&json!({})), json!({"removed_by": "Unknown"}));
        assert_eq!(shown(&Value::Null), Value::Null);
    }
}
