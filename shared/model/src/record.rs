//! A record of any kind: a JSON document with typed system fields, read and written through lenses.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    error::{Error, Result},
    kind::Kind,
    revision::Revision,
    time::Timestamp,
};

/// A typed lens on one top-level key of a record.
pub trait Field {
    /// What the key holds.
    type Value: Serialize + DeserializeOwned;
    /// The top-level key.
    const KEY: &'static str;
}

/// An item that is kept beside a record, in a partition of its own, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its place within its partition.
    pub sort: String,
    /// Its body.
    pub body: Value,
    /// What is counted beside it.
    pub counters: BTreeMap<String, u64>,
}

/// The counter that every change of a partition beside a record adds to: it never goes back.
pub const CHANGES: &str = "changes";

/// One state of one entity.
#[derive(Clone)]
pub struct Record {
    /// What kind of record it is.
    pub kind: &'static Kind,
    /// Its identifier within the kind.
    pub id: String,
    /// The revision of this state.
    pub revision: Revision,
    /// Counts inputs to the index beside the record itself (statistics, a renamed entry). A counter beside the stored
    /// body, so that counting is no new revision.
    pub touch: u64,
    /// What is kept beside the record and was read with it, by partition.
    pub beside: BTreeMap<String, Vec<Row>>,
    /// When it was created.
    pub created: Timestamp,
    /// When this state was made.
    pub updated: Timestamp,
    /// The document: system fields and data by top-level key, without what is kept in the members above.
    pub document: Map<String, Value>,
}

impl Record {
    /// A new record, not yet stored: revision 0, every system field given the chance to set its default.
    ///
    /// # Errors
    /// What a field's `on_create` refuses.
    pub fn create(kind: &'static Kind, id: impl Into<String>, now: Timestamp) -> Result<Self> {
        let document = Map::new();
        let mut record = Self {
            kind,
            id: id.into(),
            revision: Revision(0),
            touch: 0,
            beside: BTreeMap::new(),
            created: now,
            updated: now,
            document,
        };
        for field in kind.fields {
            field.on_create(&mut record)?;
        }
        Ok(record)
    }

    /// The value of a field, if it is there.
    ///
    /// # Errors
    /// [`Error::Internal`] if stored data does not have the field's shape.
    pub fn get<F: Field>(&self) -> Result<Option<F::Value>> {
        let Some(value) = self.document.get(F::KEY) else { return Ok(None) };
        F::Value::deserialize(value)
            .map(Some)
            .map_err(|error| Error::Internal(format!("field `{}` of {self}: {error}", F::KEY)))
    }

    /// Sets the value of a field.
    ///
    /// # Errors
    /// [`Error::Internal`] if the value cannot be written as JSON.
    pub fn set<F: Field>(&mut self, value: &F::Value) -> Result<()> {
        let value = serde_json::to_value(value)
            .map_err(|error| Error::Internal(format!("field `{}` of {self}: {error}", F::KEY)))?;
        self.document.insert(F::KEY.to_owned(), value);
        Ok(())
    }

    /// Every field may refuse or complete the record before it is stored.
    ///
    /// # Errors
    /// What a field's `pre_commit` refuses.
    pub fn pre_commit(&mut self) -> Result<()> {
        for field in self.kind.fields {
            field.pre_commit(self)?;
        }
        Ok(())
    }

    /// The body to store.
    pub fn to_stored(&self) -> Value {
        let mut body = Map::new();
        body.insert("$schema".into(), json!(self.kind.schema.id));
        body.insert("created".into(), json!(self.created));
        body.insert("updated".into(), json!(self.updated));
        body.extend(self.document.clone());
        Value::Object(body)
    }

    /// How often what is kept beside the record has changed.
    pub fn changes_beside(&self) -> u64 {
        self.beside.values().flatten().filter_map(|row| row.counters.get(CHANGES)).sum()
    }

    /// Reads a stored body: upcasts it to the present schema and lets every field see it.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is no record or its schema is unknown.
    pub fn from_stored(kind: &'static Kind, id: &str, revision: Revision, body: Value) -> Result<Self> {
        let damaged = |what: &str| Error::Internal(format!("stored {} `{id}`: {what}", kind.name));
        let Value::Object(document) = body else { return Err(damaged("not an object")) };
        let mut document = kind.schema.upcast(document).map_err(|error| damaged(&error))?;
        let mut instant = |key: &str| {
            let value = document.shift_remove(key).ok_or_else(|| damaged("an instant is missing"))?;
            serde_json::from_value::<Timestamp>(value).map_err(|_| damaged("an instant is none"))
        };
        let (created, updated) = (instant("created")?, instant("updated")?);
        let (id, beside) = (id.to_owned(), BTreeMap::new());
        let mut record = Self { kind, id, revision, touch: 0, beside, created, updated, document };
        for field in kind.fields {
            field.on_load(&mut record)?;
        }
        Ok(record)
    }
}

use serde::Deserialize;

impl std::fmt::Display for Record {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} `{}`", self.kind.name, self.id)
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{self} at {}: {:?}", self.revision, self.document)
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.kind.name == other.kind.name
            && self.id == other.id
            && self.revision == other.revision
            && self.touch == other.touch
            && (self.created, self.updated) == (other.created, other.updated)
            && self.document == other.document
    }
}
