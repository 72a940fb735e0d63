//! From events to entries: what each is called in the log, and what of it is kept.

use std::collections::BTreeMap;

use cairn_model::{Error, Event, Record, Result, Revision, kinds::audit::ENTRY};
use serde_json::{Map, Value, json};
use ulid::Ulid;
use uuid::Uuid;

/// The events that are kept.
const KEPT: &[&str] = &[
    "draft.created",
    "draft.updated",
    "draft.deleted",
    "draft.file_committed",
    "draft.files_deleted",
    "record.published",
    "record.embargo_lifted",
    "record.deleted",
    "record.restored",
    "record.purged",
    "access.owner_changed",
    "access.grant_created",
    "access.grant_updated",
    "access.grant_deleted",
    "access.link_created",
    "access.link_updated",
    "access.link_deleted",
    "access.settings_updated",
];

/// Where somebody was who was nowhere: a job, a consumer. InvenioRDM's words, as the next.
const NOWHERE: &str = "N/A";
/// Where somebody was whose request does not say.
const UNTRACKABLE: &str = "untrackable";

/// Whether an event of this type is kept.
pub(crate) fn is_kept(kind: &str) -> bool {
    KEPT.contains(&kind)
}

/// What an event comes to, before anybody is named: an entry, or one for each of several files.
///
/// # Errors
/// [`Error::Internal`] for an event without a fact that it has to have.
pub(super) fn entries(event: &Event) -> Result<Vec<Record>> {
    let data = &event.data;
    let id = event.subject.split_once('/').map_or("", |(_, id)| id);
    let parent = json!({"parent_pid": data["parent"]});
    let entry = |action: &str, sort: &str, extra: Value| entry(event, 0, action, (sort, id), extra);
    let shared = |what: &str, before: Value, after: Value| {
        let of = if data["published"] == true { "record" } else { "draft" };
        let by = json!({"type": of, "id": data["record"]});
        let extra = json!({"before": before, "after": after, "triggered_by": by});
        entry(&format!("{of}.{what}"), "parent", extra)
    };
    let link = || json!({"id": data["link"], "permission": data["permission"]});
    let grants = || data["grants"].clone();
    let one = match event.kind.as_str() {
        "draft.created" if data["new_version"] == true => entry("draft.new_version", "record", parent),
        "draft.created" => entry("draft.create", "record", parent),
        "draft.updated" => entry("draft.edit", "record", parent),
        "draft.deleted" => entry("draft.delete", "record", parent),
        "record.published" => {
            let extra = json!({"parent_pid": data["parent"], "revision_id": data["revision_id"]});
            entry("record.publish", "record", extra)
        }
        "record.embargo_lifted" => entry("record.lift_embargo", "record", parent),
        "record.deleted" => {
            let extra = json!({"parent_pid": data["parent"], "reason": data["reason"]});
            entry("record.delete", "record", extra)
        }
        "record.restored" => entry("record.restore", "record", parent),
        "record.purged" => entry("record.purge", "record", parent),
        "access.owner_changed" => {
            shared("owner_update", json!({"user": data["from"]}), json!({"user": data["to"]}))
        }
        "access.grant_created" => shared("grant_update", json!([]), grants()),
        "access.grant_updated" => shared("grant_update", data["before"].clone(), grants()),
        "access.grant_deleted" => shared("grant_update", grants(), json!([])),
        "access.link_created" => shared("secret_link_update", json!({}), link()),
        "access.link_updated" => {
            let before = json!({"id": data["link"], "permission": data["before"]});
            shared("secret_link_update", before, link())
        }
        "access.link_deleted" => shared("secret_link_update", link(), json!({})),
        "access.settings_updated" => {
            shared("access_settings_update", data["before"].clone(), data["after"].clone())
        }
        "draft.file_committed" => entry("file.create", "draft", json!({"file_key": data["key"]})),
        "draft.files_deleted" => {
            let keys = data["keys"].as_array().into_iter().flatten().enumerate();
            let each = |(number, key): (usize, &Value)| {
                self::entry(event, number, "file.delete", ("draft", id), json!({"file_key": key}))
            };
            return keys.map(each).collect();
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![one?])
}

fn entry(
    event: &Event,
    number: usize,
    action: &str,
    (sort, id): (&str, &str),
    extra: Value,
) -> Result<Record> {
    let unread = |_| Error::Internal(format!("the id of the event `{}` is none", event.id));
    let own = event.id.parse::<Ulid>().map_err(unread)?;
    let address = match event.address.as_deref() {
        None => NOWHERE,
        Some("") => UNTRACKABLE,
        Some(address) => address,
    };
    let mut metadata = Map::new();
    metadata.insert("ip_address".into(), json!(address));
    if let Value::Object(extra) = extra {
        metadata.extend(extra);
    }
    let mut document = Map::new();
    document.insert("action".into(), json!(action));
    document.insert("resource".into(), json!({"type": sort, "id": id}));
    document.insert("metadata".into(), Value::Object(metadata));
    document.insert("user".into(), json!({"id": event.actor}));
    Ok(Record {
        kind: &ENTRY,
        id: Uuid::from_u128(own.0.wrapping_add(number as u128)).to_string(),
        revision: Revision::FIRST,
        touch: 0,
        beside: BTreeMap::new(),
        created: event.time,
        updated: event.time,
        document,
    })
}
