//! Files as answers: JSON with links.

use cairn_core::files::{List, Mount, Shown};
use cairn_formats::links::{Site, files as links};
use cairn_http::{Call, Shape};
use serde_json::{Map, Value, json};

use super::mount::owner;

/// A file.
pub(super) const FILE: Shape = Shape {
    name: "File",
    description: "The file.",
    schema: r#"{"type": "object", "required": ["key", "status", "links"], "properties": {
        "created": {"type": "string"}, "updated": {"type": "string"}, "mimetype": {"type": "string"},
        "version_id": {"type": "string"}, "file_id": {"type": "string"}, "bucket_id": {"type": "string"},
        "metadata": {"type": ["object", "null"]}, "access": {"type": "object"}, "links": {"type": "object"},
        "key": {"type": "string"}, "transfer": {"type": "object"},
        "status": {"enum": ["pending", "completed", "failed"]},
        "checksum": {"type": ["string", "null"]}, "size": {"type": ["integer", "null"]},
        "storage_class": {"type": "string"}
    }}"#,
    example: "",
};

/// A list of files.
pub(super) const FILES: Shape = Shape {
    name: "Files",
    description: "Files in the order in which they were started; where there are more than 100, by name in pages, and `links.next` leads on.",
    schema: r#"{"type": "object", "required": ["enabled", "links"], "properties": {
        "enabled": {"type": "boolean"}, "links": {"type": "object"},
        "entries": {"type": "array", "items": {"type": "object"}},
        "folders": {"type": "array", "items": {"type": "string"}},
        "total": {"type": "integer"},
        "default_preview": {"type": ["string", "null"]}, "order": {"type": "array"}
    }}"#,
    example: "",
};

/// A file with its links.
pub(super) fn file(call: &Call, mount: Mount, shown: Shown) -> Value {
    let Shown { key, mut json, has_content, address, parts, expires, more_parts } = shown;
    let (owner, site) = (owner(call, mount), Site::new(&call.site_url));
    let mut links = links::file(owner, &key, has_content, site);
    if let Some(address) = address {
        links.insert("content".into(), json!(address));
    }
    if let Some(expires) = expires {
        let address = owner.file(&key, site);
        let part = |(number, url): (u32, Option<String>)| {
            let url = url.unwrap_or_else(|| format!("{address}/content/{number}"));
            json!({"part": number, "url": url, "expiration": expires})
        };
        links.insert("parts".into(), parts.into_iter().map(part).collect());
        if let Some(more) = more_parts {
            links.insert("more_parts".into(), json!(format!("{address}?parts_from={more}")));
        }
    }
    json.insert("links".into(), Value::Object(links));
    Value::Object(json)
}

/// A list with its links.
pub(super) fn list(call: &Call, mount: Mount, list: List) -> Value {
    let (owner, site) = (owner(call, mount), Site::new(&call.site_url));
    let mut links = links::list(owner, site);
    let mut json = Map::from_iter([("enabled".to_owned(), json!(list.enabled))]);
    if !list.enabled {
        json.insert("links".into(), Value::Object(links));
        return Value::Object(json);
    }
    if let Some(next) = &list.next {
        links.insert("next".into(), json!(next_page(call, &owner.list(site), next)));
    }
    json.insert("links".into(), Value::Object(links));
    let entries = list.entries.into_iter().map(|shown| file(call, mount, shown)).collect();
    json.insert("entries".into(), Value::Array(entries));
    if let Some(folders) = list.folders {
        json.insert("folders".into(), json!(folders));
    }
    json.insert("default_preview".into(), json!(list.default_preview));
    json.insert("order".into(), json!([]));
    if list.next.is_some() || call.query_value("after").is_some() {
        json.insert("total".into(), json!(list.total));
    }
    Value::Object(json)
}

fn next_page(call: &Call, list: &str, after: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in call.query().iter().filter(|(name, _)| name != "after") {
        query.append_pair(name, value);
    }
    query.append_pair("after", after);
    format!("{list}?{}", query.finish())
}
