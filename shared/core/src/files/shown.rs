//! Files as they are shown. Shapes: records reference §5.1 and §5.2.

use std::time::Duration;

use cairn_model::{
    Result,
    files::{Entry, Health, Kind, Status, media},
};
use serde_json::{Map, Value, json};

use super::{
    Files, Opened,
    parts::{SIGNED, upload_of},
};

/// How long addresses of parts that are sent to the API itself are promised. `InvenioRDM`: records reference §5.2.
const OPEN: Duration = Duration::from_hours(14 * 24);

/// A file as a caller sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its name.
    pub key: String,
    /// Its JSON, with an empty object where links belong.
    pub json: Map<String, Value>,
    /// Its content can be fetched, or sent by one request.
    pub has_content: bool,
    /// Where parts are to be sent: number, and address if it is signed.
    pub parts: Vec<(u32, Option<String>)>,
    /// When signed addresses end.
    pub expires: Option<String>,
    /// There are more parts: from which on.
    pub more_parts: Option<u32>,
}

impl Files {
    /// The file as it is shown; parts that it still waits for from number `from` on.
    pub(super) async fn show(&self, opened: &Opened, entry: &Entry, from: u32) -> Result<Shown> {
        let in_parts = entry.transfer.kind == Kind::Multipart && !entry.is_complete();
        let mut shown = Shown {
            key: entry.key.clone(),
            json: json(entry, &opened.bucket(), &opened.version_id(entry)),
            has_content: !in_parts,
            parts: Vec::new(),
            expires: None,
            more_parts: None,
        };
        if in_parts && entry.status == Status::Pending {
            (shown.parts, shown.more_parts) = self.sign_parts(entry, from).await?;
            let lasts = if upload_of(entry).is_some() { SIGNED } else { OPEN };
            shown.expires = Some(self.shared.now().plus(lasts).to_string());
        }
        Ok(shown)
    }
}

fn json(entry: &Entry, bucket: &str, version: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| drop(shown.insert(key.to_owned(), value));
    let has_object = entry.is_complete() || entry.transfer.kind == Kind::Multipart;
    put("created", json!(entry.created));
    put("updated", json!(entry.updated));
    if has_object {
        put("mimetype", json!(media::guess(&entry.key)));
        put("version_id", json!(version));
        put("file_id", json!(entry.file_id));
        put("bucket_id", json!(bucket));
    }
    put("metadata", json!(entry.metadata));
    put("access", json!({"hidden": entry.hidden}));
    put("links", json!({}));
    put("key", json!(entry.key));
    put("transfer", transfer(entry));
    put("status", json!(entry.status));
    if has_object {
        put("checksum", json!(entry.checksum()));
        put("size", json!(entry.size.or(entry.declared.size)));
        put("storage_class", json!(if entry.transfer.kind == Kind::Remote { "R" } else { "L" }));
    } else {
        if let Some(checksum) = &entry.declared.checksum {
            put("checksum", json!(checksum));
        }
        if let Some(size) = entry.declared.size {
            put("size", json!(size));
        }
    }
    shown
}

/// Once a file is there, nobody asks how it came.
fn transfer(entry: &Entry) -> Value {
    let transfer = &entry.transfer;
    let mut shown = json!({"type": transfer.kind});
    if entry.is_complete() && transfer.kind != Kind::Remote {
        return json!({"type": Kind::Local});
    }
    if transfer.kind == Kind::Multipart {
        shown["part_size"] = json!(transfer.part_size);
        shown["parts"] = json!(transfer.parts);
    }
    if let Some(error) = &transfer.error {
        shown["error"] = json!(error);
    }
    if let Some(Health { state, since, checked, status, size, changed, .. }) = &transfer.health {
        let health = json!({"state": state, "since": since, "checked": checked, "status": status, "size": size,
            "changed": changed});
        shown["health"] = health;
    }
    shown
}
