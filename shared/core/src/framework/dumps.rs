//! Documents as they are shown and indexed, and the way back: `load(dump(record)) == record`.

use std::collections::BTreeMap;

use cairn_model::{
    Error, Identity, Projection, Record, Result, Revision, Timestamp,
    fields::versions::{Family as FamilyField, FamilyState, Member, Version, VersionIndex},
    kind::Kind,
    projection, relation,
};
use serde_json::{Map, Value, json};

use super::{
    entries::Entries,
    family::{Family, State, without_family_keys},
};

/// Keys that the framework adds to every shown document.
const COMPUTED: [&str; 10] = [
    "id",
    "created",
    "updated",
    "revision_id",
    "is_published",
    "is_draft",
    "expires_at",
    "status",
    "parent",
    "versions",
];

impl Family {
    /// The full public document of one state.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such state; what a field's hook refuses.
    pub fn document(&self, state: State, entries: &Entries) -> Result<Map<String, Value>> {
        let record = self.state(state).ok_or_else(Error::unknown_pid)?;
        self.build(record, state, without_family_keys(&record.document), entries, false)
    }

    /// The document of one state as it is indexed: the public one and what is only searched.
    ///
    /// # Errors
    /// As [`Family::document`].
    pub fn dump(&self, state: State, entries: &Entries) -> Result<Map<String, Value>> {
        let record = self.state(state).ok_or_else(Error::unknown_pid)?;
        self.dump_from(state, without_family_keys(&record.document), entries)
    }

    /// The same, begun with what is stored in the state but for the keys of its family.
    pub(super) fn dump_from(
        &self,
        state: State,
        begun: Map<String, Value>,
        entries: &Entries,
    ) -> Result<Map<String, Value>> {
        let record = self.state(state).ok_or_else(Error::unknown_pid)?;
        let mut document = self.build(record, state, begun, entries, true)?;
        document.insert("has_draft".into(), json!(self.draft.is_some()));
        document["parent"]["created"] = json!(self.parent.created);
        let FamilyState { latest, next, .. } = self.parent.get::<FamilyField>()?.unwrap_or_default();
        document["versions"]["latest_index"] = json!(latest.as_ref().map(|member| member.index));
        document["versions"]["latest_id"] = json!(latest.map(|member| member.id));
        document["versions"]["next_draft_id"] = json!(next.map(|member| member.id));
        note_touches(record, &mut document);
        if let Some(Value::Object(parent)) = document.get_mut("parent") {
            for field in self.parent.kind.fields {
                field.dump(&self.parent, parent)?;
            }
        }
        for field in record.kind.fields {
            field.dump(record, &mut document)?;
        }
        Ok(document)
    }

    /// What one caller may see of one state.
    ///
    /// # Errors
    /// As [`Family::document`].
    pub fn project(&self, state: State, entries: &Entries, who: &Identity) -> Result<Projection> {
        let revision = self.state(state).map_or(Revision(0), |record| record.revision);
        Ok(Projection::of(self.kinds.record, &self.id, revision, self.document(state, entries)?, who))
    }

    fn build(
        &self,
        record: &Record,
        state: State,
        mut document: Map<String, Value>,
        entries: &Entries,
        for_index: bool,
    ) -> Result<Map<String, Value>> {
        relation::dereference(record.kind.relations, &mut document, for_index, &|target, id| {
            entries.get(target, id)
        });
        let draft = state == State::Draft;
        document.insert("id".into(), json!(self.id));
        document.insert("created".into(), json!(record.created));
        document.insert("updated".into(), json!(record.updated));
        document.insert("revision_id".into(), json!(record.revision));
        document.insert("parent".into(), self.parent_document());
        document.insert("versions".into(), self.versions(record)?);
        document.insert("is_published".into(), json!(self.record.is_some()));
        document.insert("is_draft".into(), json!(draft));
        document.insert("status".into(), json!(self.status(draft)?));
        if draft {
            document.insert("expires_at".into(), json!(record.created.to_string().replacen('T', " ", 1)));
        }
        for field in record.kind.fields {
            field.show(record, &mut document)?;
        }
        Ok(document)
    }

    fn parent_document(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("id".into(), json!(self.parent.id));
        for key in self.parent.kind.layout {
            if let Some(value) = self.parent.document.get(*key) {
                shown.insert((*key).into(), value.clone());
            }
        }
        Value::Object(shown)
    }

    fn versions(&self, record: &Record) -> Result<Value> {
        let family = self.parent.get::<FamilyField>()?.unwrap_or_default();
        let index = record.get::<Version>()?.unwrap_or(VersionIndex { index: 1 }).index;
        let is = |member: &Option<Member>| member.as_ref().is_some_and(|member| member.id == self.id);
        let is_latest = is(&family.latest);
        let is_latest_draft = is(&family.next) || (family.next.is_none() && is_latest);
        Ok(json!({"is_latest": is_latest, "is_latest_draft": is_latest_draft, "index": index}))
    }

    fn status(&self, draft: bool) -> Result<&'static str> {
        if self.record.is_some() || !draft {
            return Ok("published");
        }
        let FamilyState { latest, .. } = self.parent.get::<FamilyField>()?.unwrap_or_default();
        Ok(if latest.is_some() { "new_version_draft" } else { "draft" })
    }
}

/// The record that was dumped.
///
/// # Errors
/// [`Error::Internal`] if the document is no dump of this kind.
pub fn load(kind: &'static Kind, mut dump: Map<String, Value>) -> Result<Record> {
    let mut record = head(kind, &dump)?;
    for field in kind.fields {
        field.hide(&mut dump);
    }
    for path in kind.index_only.iter().chain(&["touch"]) {
        projection::remove(&mut dump, path);
    }
    relation::strip(kind.relations, &mut dump);
    let taken: Map<String, Value> =
        COMPUTED.iter().filter_map(|key| Some(((*key).to_owned(), dump.shift_remove(*key)?))).collect();
    if let Some(parent) = taken.get("parent").and_then(|parent| parent.get("id")) {
        dump.insert("parent".into(), parent.clone());
    }
    if let Some(index) = taken.get("versions").and_then(|versions| versions.get("index")) {
        dump.insert("versions".into(), json!({"index": index}));
    }
    record.document = dump;
    Ok(record)
}

/// What every dump says of its record: id, revision, touches and instants; the document is left empty.
///
/// # Errors
/// [`Error::Internal`] if something of it is missing.
pub fn head(kind: &'static Kind, dump: &Map<String, Value>) -> Result<Record> {
    let damaged = |what: &str| Error::Internal(format!("a dump of a {}: {what}", kind.name));
    let instant = |key: &str| {
        let value = dump.get(key).ok_or_else(|| damaged("an instant is missing"))?;
        serde_json::from_value::<Timestamp>(value.clone()).map_err(|_| damaged("an instant is none"))
    };
    let number = |key: &str| dump.get(key).and_then(Value::as_u64);
    Ok(Record {
        kind,
        id: dump.get("id").and_then(Value::as_str).ok_or_else(|| damaged("no id"))?.to_owned(),
        revision: Revision(number("revision_id").ok_or_else(|| damaged("no revision"))?),
        touch: number("touch").unwrap_or(0),
        beside: BTreeMap::new(),
        created: instant("created")?,
        updated: instant("updated")?,
        document: Map::new(),
    })
}

/// Says how often other records' changes made the index write this one anew.
pub fn note_touches(record: &Record, dump: &mut Map<String, Value>) {
    if record.touch > 0 {
        dump.insert("touch".into(), json!(record.touch));
    }
}
