//! Files as they are shown. Shapes: records reference §5.1 and §5.2.

use std::time::Duration;

use cairn_model::{
    Result,
    files::{Declared, Entry, Health, Kind, Status, media},
};
use cairn_ports::objects::Expected;
use serde_json::{Map, Value, json};

use super::{
    Files, Opened,
    parts::{SIGNED, THROUGH_FUNCTION, upload_of},
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
    /// The signed address that its content is to be sent to, where it is more than a function takes.
    pub address: Option<String>,
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
            address: None,
            parts: Vec::new(),
            expires: None,
            more_parts: None,
        };
        if entry.status != Status::Pending || !opened.may_write {
            return Ok(shown);
        }
        if entry.transfer.kind == Kind::Local {
            shown.address = self.sign_content(entry).await?;
        }
        if in_parts {
            (shown.parts, shown.more_parts) = self.sign_parts(entry, from).await?;
            let lasts = if upload_of(entry).is_some() { SIGNED } else { OPEN };
            shown.expires = Some(self.shared.now().plus(lasts).to_string());
        }
        Ok(shown)
    }

    /// Where content of unknown length, or of more than a function takes, is sent in one piece.
    async fn sign_content(&self, entry: &Entry) -> Result<Option<String>> {
        let Declared { size, checksum } = &entry.declared;
        if !self.shared.settings.signs_content || size.is_some_and(|size| size <= THROUGH_FUNCTION) {
            return Ok(None);
        }
        let md5 = checksum.as_deref().and_then(|checksum| checksum.strip_prefix("md5:")).map(str::to_owned);
        let expected = Expected { size: *size, md5 };
        Ok(Some(self.objects_at(&entry.object)?.sign_put(&entry.object.key, &expected).await?))
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
    // What has been looked into may have nothing to tell. InvenioRDM: records reference §5.2.
    let nothing = entry.is_complete().then(Map::new);
    put("metadata", json!(entry.metadata.as_ref().or(nothing.as_ref())));
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
