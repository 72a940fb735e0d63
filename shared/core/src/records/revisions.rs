//! What a record was before: every published revision, from its history.

use cairn_model::{Error, Identity, Pid, Record, Result, actions::INSPECT};
use cairn_ports::{Item, StoreError, store::Page};
use serde_json::{Map, Value, json};

use super::Records;
use crate::framework::{Family, State, family::Versions};

impl Records {
    /// Every published revision of a record, the newest first. For administrators.
    ///
    /// # Errors
    /// As [`Records::read`]; [`Error::Denied`] for others.
    pub async fn revisions(&self, who: &Identity, pid: &Pid) -> Result<Vec<Value>> {
        let Some(family) = self.inspected(who, pid).await? else { return Err(self.unpublished(pid).await?) };
        let mut revisions: Vec<Value> = family.record.iter().map(stored).collect();
        for item in self.history(pid).await? {
            let record = Record::from_stored(self.kinds.record, pid.as_str(), item.revision, item.body)?;
            revisions.push(stored(&record));
        }
        Ok(revisions)
    }

    /// One published revision of a record; with `and_before` also the one that it replaced.
    ///
    /// # Errors
    /// As [`Records::revisions`]; [`Error::NotFound`] if there is no such revision.
    pub async fn revision(
        &self,
        who: &Identity,
        pid: &Pid,
        revision: u64,
        and_before: bool,
    ) -> Result<Vec<Value>> {
        let mut revisions = self.revisions(who, pid).await?;
        let place = revisions.iter().position(|one| one["revision_id"] == revision);
        let place = place.ok_or_else(|| Error::NotFound("Not found.".into()))?;
        Ok(revisions.drain(place..).take(if and_before { 2 } else { 1 }).collect())
    }

    /// What one published revision changed of the one before it: `{op, path, from, to}` each, by the path of the value. All
    /// of the first revision is new. For administrators.
    ///
    /// # Errors
    /// As [`Records::revision`].
    pub async fn diff(&self, who: &Identity, pid: &Pid, revision: u64) -> Result<Vec<Value>> {
        let mut found = self.revision(who, pid, revision, true).await?.into_iter();
        let document = |one: Option<Value>| one.map_or(Value::Null, |mut one| one["json"].take());
        let (after, before) = (document(found.next()), document(found.next()));
        let mut changes = Vec::new();
        compare("", &before, &after, &mut changes);
        Ok(changes)
    }

    async fn inspected(&self, who: &Identity, pid: &Pid) -> Result<Option<Family>> {
        let Some(item) = self.shared.ports.store.get(&self.kinds.record_key(pid.as_str())).await? else {
            return Ok(None);
        };
        let versions = Versions::from_items(self.kinds, pid.as_str(), None, Some(item))?;
        let family =
            self.shared.complete(self.kinds, pid.as_str(), versions).await?.map(|(family, _)| family);
        if let Some((family, record)) =
            family.as_ref().and_then(|family| Some((family, family.record.as_ref()?)))
        {
            family.require(who, INSPECT, record)?;
        }
        Ok(family)
    }

    /// What was overwritten, the newest first.
    async fn history(&self, pid: &Pid) -> Result<Vec<Item>, StoreError> {
        let (partition, prefix) = self.kinds.history(pid.as_str(), State::Published);
        let mut page = Page { prefix, descending: true, ..Page::default() };
        let mut history = Vec::new();
        loop {
            let found = self.shared.ports.store.query(self.kinds.record.table, &partition, &page).await?;
            history.extend(found.items);
            match found.next {
                Some(next) => page.after = Some(next),
                None => return Ok(history),
            }
        }
    }
}

/// Notes how `after` differs from `before`: objects key by key, all else as a whole.
fn compare(path: &str, before: &Value, after: &Value, changes: &mut Vec<Value>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            let op = match (before, after) {
                (Value::Null, _) => "add",
                (_, Value::Null) => "remove",
                _ => "replace",
            };
            changes.push(json!({"op": op, "path": path, "from": before, "to": after}));
        }
        return;
    };
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let at = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
        compare(&path, &at(old), &at(new), changes);
    }
}

/// A revision as it is stored, in alphabetical order.
fn stored(record: &Record) -> Value {
    let mut document: Map<String, Value> = record.document.clone();
    document.retain(|key, _| key != "parent" && key != "versions");
    document.insert("$schema".into(), json!(record.kind.schema.id));
    document.insert("id".into(), json!(record.id));
    document.insert("pid".into(), json!({"obj_type": "rec", "pid_type": "recid", "status": "R"}));
    document.entry("internal_notes").or_insert_with(|| json!([]));
    if let Some(embargo) = document.get_mut("access").and_then(|access| access["embargo"].as_object_mut()) {
        embargo.entry("until").or_insert(Value::Null);
    }
    for key in ["files", "media_files"] {
        if let Some(files) = document.get_mut(key).and_then(Value::as_object_mut) {
            files.retain(|key, value| {
                let is_empty = value.as_array().is_some_and(Vec::is_empty);
                !["layers", "locked"].contains(&key.as_str()) && !is_empty
            });
        }
    }
    document.sort_keys();
    json!({
        "created": record.created.http_date(),
        "json": document,
        "revision_id": record.revision,
        "updated": record.updated.http_date(),
    })
}
