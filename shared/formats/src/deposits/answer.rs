//! Depositions and their files, as they are answered.

use serde_json::{Map, Value, json};

use super::{Ground, doi, show::metadata};
use crate::links::{
    Site, encode,
    files::{self as file_links, Owner},
};

/// A draft or record as a deposition. `record` is its JSON, with its links.
pub fn deposition(id: &str, record: &Map<String, Value>, site: Site<'_>, ground: Ground<'_>) -> Value {
    let value = |key: &str| record.get(key).unwrap_or(&Value::Null);
    let is_draft = *value("is_draft") == true;
    let is_published = *value("is_published") == true;
    let state = match (is_published, is_draft) {
        (false, _) => "unsubmitted",
        (true, true) => "inprogress",
        (true, false) => "done",
    };
    let title = value("metadata").get("title").cloned().unwrap_or_else(|| json!(""));
    let mut shown = json!({
        "created": value("created"),
        "modified": value("updated"),
        "id": id,
        "conceptrecid": value("parent")["id"],
        "record_id": id,
        "title": title,
        "owner": value("parent")["access"]["owned_by"]["user"],
        "state": state,
        "submitted": is_published,
        "metadata": metadata(id, record, ground),
        "files": files(id, is_draft, record, site),
        "links": links(id, is_draft, is_published, value("links"), site),
    });
    let concept = &value("parent")["pids"]["doi"]["identifier"];
    let further = [
        ("doi", doi::of(record)),
        ("doi_url", value("links").get("doi")),
        ("conceptdoi", Some(concept).filter(|doi| doi.is_string())),
        ("record_url", value("links").get("self_html").filter(|_| !is_draft)),
    ];
    for (name, value) in further {
        if let Some(value) = value {
            shown[name] = value.clone();
        }
    }
    shown
}

fn links(id: &str, is_draft: bool, is_published: bool, record: &Value, site: Site<'_>) -> Value {
    let this = address(id, site);
    let id = encode::segment(id);
    let html = format!("{}/uploads/{id}", site.url);
    let mut links = json!({
        "self": this,
        "html": if is_draft { json!(html) } else { record["self_html"].clone() },
        "files": format!("{this}/files"),
        "bucket": format!("{}/api/files/{id}", site.url),
        "latest_draft": this,
        "latest_draft_html": html,
    });
    for action in ["publish", "edit", "discard", "newversion"] {
        links[action] = json!(format!("{this}/actions/{action}"));
    }
    for name in ["doi", "parent_doi"] {
        if let Some(doi) = record.get(name) {
            links[name] = doi.clone();
        }
    }
    if is_published {
        let (api, page) = (format!("{}/api/records/{id}", site.url), format!("{}/records/{id}", site.url));
        links["latest"] = json!(format!("{api}/versions/latest"));
        links["latest_html"] = json!(format!("{page}/latest"));
        links["record"] = json!(api);
        links["record_html"] = json!(page);
    }
    links
}

fn address(id: &str, site: Site<'_>) -> String {
    format!("{}/api/deposit/depositions/{}", site.url, encode::segment(id))
}

/// The files that a record's own JSON lists.
fn files(id: &str, is_draft: bool, record: &Map<String, Value>, site: Site<'_>) -> Vec<Value> {
    let entries = record.get("files").and_then(|files| files["entries"].as_object());
    let entries = entries.into_iter().flatten();
    entries.map(|(key, entry)| file(id, is_draft, key, &entry["id"], entry, site)).collect()
}

/// A file of the draft or record `id`; `entry` is what is told of it there.
pub fn file(id: &str, is_draft: bool, key: &str, file_id: &Value, entry: &Value, site: Site<'_>) -> Value {
    let owner = Owner { id, draft: is_draft, media: false };
    let checksum = entry["checksum"].as_str().and_then(|checksum| checksum.strip_prefix("md5:"));
    let content = file_links::file(owner, key, true, site).shift_remove("content");
    json!({
        "id": file_id,
        "filename": key,
        "filesize": entry["size"],
        "checksum": checksum,
        "links": {
            "self": format!("{}/files/{}", address(id, site), encode::segment(file_id.as_str().unwrap_or_default())),
            "download": content,
        },
    })
}

/// A file of the bucket `id`, as buckets tell of it; `entry` is its JSON.
pub fn bucket_file(id: &str, key: &str, entry: &Map<String, Value>, site: Site<'_>) -> Value {
    let this = format!("{}/api/files/{}/{}", site.url, encode::segment(id), encode::path(key));
    let version = entry.get("version_id").and_then(Value::as_str).unwrap_or_default();
    let mut shown = json!({"key": key});
    for name in ["mimetype", "checksum", "version_id", "size", "created", "updated"] {
        shown[name] = entry.get(name).cloned().unwrap_or_default();
    }
    shown["links"] = json!({
        "self": this,
        "version": format!("{this}?versionId={}", encode::segment(version)),
        "uploads": format!("{this}?uploads"),
    });
    (shown["is_head"], shown["delete_marker"]) = (json!(true), json!(false));
    shown
}
