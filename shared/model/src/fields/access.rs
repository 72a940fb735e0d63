//! `access`: who may see the record and its files, and until when they may not.

use serde_json::{Map, Value, json};

use crate::{error::Result, field::SystemField, record::Record};

/// Visibility of one version. InvenioRDM: `access` of a record.
pub struct Access;

impl SystemField for Access {
    fn key(&self) -> &'static str {
        "access"
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        let open =
            json!({"record": "public", "files": "public", "embargo": {"active": false, "reason": null}});
        record.document.insert(self.key().into(), open);
        Ok(())
    }

    fn show(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let status = status(&record.document);
        if let Some(Value::Object(access)) = document.get_mut(self.key()) {
            access.insert("status".into(), json!(status));
        }
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        if let Some(Value::Object(access)) = document.get_mut(self.key()) {
            access.shift_remove("status");
        }
    }
}

/// What readers may expect: `embargoed`, `restricted`, `metadata-only` or `open`, decided in this order.
pub fn status(document: &Map<String, Value>) -> &'static str {
    let at = |pointer: &str| {
        let (key, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
        document.get(key).and_then(|value| value.pointer(&format!("/{rest}"))).cloned().unwrap_or_default()
    };
    let has_files = at("files/enabled") == json!(true);
    if at("access/embargo/active") == json!(true) {
        return "embargoed";
    }
    if at("access/record") == "restricted" || (has_files && at("access/files") == "restricted") {
        return "restricted";
    }
    if has_files { "open" } else { "metadata-only" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(record: &str, files: &str, embargo: bool, enabled: bool) -> &'static str {
        let document = json!({
            "access": {"record": record, "files": files, "embargo": {"active": embargo}},
            "files": {"enabled": enabled},
        });
        status(document.as_object().unwrap())
    }

    #[test]
    fn status_follows_the_order_of_the_rules() {
        assert_eq!(of("restricted", "restricted", true, false), "embargoed");
        assert_eq!(of("restricted", "restricted", false, false), "restricted");
        assert_eq!(of("public", "restricted", false, true), "restricted");
        assert_eq!(of("public", "restricted", false, false), "metadata-only");
        assert_eq!(of("public", "public", false, true), "open");
    }
}
