//! Entries are written by administrators and by set-up.

use cairn_model::{
    Error, Identity, Projection, Record, Result,
    kinds::entries::WRITE,
    metadata::load_entry,
    relation::{self, Reference},
};
use cairn_ports::{Expect, Item, StoreError, Work};
use serde_json::{Map, Value, json};

use super::{Vocabularies, Vocabulary, dump, find};
use crate::framework::{Attempt, Entries, Named};

impl Vocabularies {
    /// Creates an entry.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::BadRequest`] if the id is taken or a reference leads nowhere.
    pub async fn create(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        body: &Map<String, Value>,
    ) -> Result<Projection> {
        self.require(who, WRITE, &Map::new())?;
        let mut entry = self.make(vocabulary, read(vocabulary, body, true)?)?;
        let entries = self.referenced(&entry, true).await?;
        entry.revision = vocabulary.first_revision;
        let mut work = self.shared.work();
        self.identify(&mut work, None, &entry);
        self.put(&mut work, who, &entry, Expect::Absent, "vocabulary_entry.created")?;
        match self.shared.ports.store.commit(&work).await {
            Err(StoreError::Conflict(_)) => {
                return Err(Error::BadRequest("The persistent identifier is already registered.".into()));
            }
            other => other?,
        }
        Ok(self.written(who, vocabulary, &entry, &entries).await)
    }

    /// Replaces an entry; its id stays.
    ///
    /// # Errors
    /// As [`Vocabularies::create`] and [`Vocabularies::read`]; [`Error::StaleRevision`].
    pub async fn update(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        id: &str,
        if_match: Option<u64>,
        body: &Map<String, Value>,
    ) -> Result<Projection> {
        self.require(who, WRITE, &Map::new())?;
        let mut content = read(vocabulary, body, false)?;
        content.insert("id".into(), json!(id));
        let (entry, entries) =
            self.shared.attempt(|| self.replace(who, vocabulary, id, if_match, Some(&content))).await?;
        Ok(self.written(who, vocabulary, &entry, &entries).await)
    }

    /// Deletes an entry. Its id is never given again.
    ///
    /// # Errors
    /// As [`Vocabularies::update`].
    pub async fn delete(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        id: &str,
        if_match: Option<u64>,
    ) -> Result<()> {
        self.require(who, WRITE, &Map::new())?;
        let (entry, entries) =
            self.shared.attempt(|| self.replace(who, vocabulary, id, if_match, None)).await?;
        self.written(who, vocabulary, &entry, &entries).await;
        Ok(())
    }

    async fn replace(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        id: &str,
        if_match: Option<u64>,
        content: Option<&Map<String, Value>>,
    ) -> Result<(Record, Entries), Attempt> {
        let (before, _) = self.load(vocabulary, id).await?;
        let named = Named::check(if_match, self.key(vocabulary.id, id), before.revision)?;
        let (mut entry, event) = if let Some(content) = content {
            (self.make(vocabulary, content.clone())?, "vocabulary_entry.updated")
        } else {
            let mut entry = before.clone();
            entry.document.insert("deleted".into(), json!(true));
            (entry, "vocabulary_entry.deleted")
        };
        // What refers to an entry that is gone can still go too.
        let entries = self.referenced(&entry, content.is_some()).await?;
        (entry.created, entry.revision, entry.touch) = (before.created, before.revision.next(), before.touch);
        entry.updated = self.shared.now();
        let mut work = self.shared.work();
        self.identify(&mut work, Some(&before), &entry);
        self.put(&mut work, who, &entry, Expect::At(before.revision), event)?;
        self.shared.commit(work, Vec::new(), named.as_ref()).await?;
        Ok((entry, entries))
    }

    /// An entry as a record of its kind, not yet stored.
    pub(crate) fn make(&self, vocabulary: &Vocabulary, content: Map<String, Value>) -> Result<Record> {
        let id = content.get("id").and_then(Value::as_str).unwrap_or_default();
        if id.len() > 1_024 {
            return Err(Error::field("id", "Longer than maximum length 1024."));
        }
        let id = crate::framework::entries::full_id(vocabulary.id, id);
        let mut entry = Record::create(self.kind, id, self.shared.now())?;
        entry.document.insert("vocabulary".into(), json!(vocabulary.id));
        if !vocabulary.own_fields {
            entry.document.insert("type".into(), json!(vocabulary.id));
        }
        entry.document.extend(content);
        if vocabulary.id == "names" {
            entry.document.entry("internal_id").or_insert(Value::Null);
        }
        Ok(entry)
    }

    /// What an entry refers to; all of it has to be there if `complete`.
    async fn referenced(&self, entry: &Record, complete: bool) -> Result<Entries> {
        let references = relation::references(self.kind.relations, &entry.document);
        let (entries, _) = self.shared.entries_and(&references, Vec::new()).await?;
        if complete {
            entries.require(&references)?;
        }
        Ok(entries)
    }

    fn put(
        &self,
        work: &mut Work,
        who: &Identity,
        entry: &Record,
        expect: Expect,
        event: &str,
    ) -> Result<()> {
        let body = entry.to_stored();
        self.shared.schemas.check(entry.kind, &body)?;
        let subject = format!("{}/{}", self.kind.collection, entry.id);
        work.put(Item::new(self.key_of(entry), entry.revision, body), expect);
        work.emit(self.shared.event(event, subject, who, entry.revision, Value::Null));
        Ok(())
    }

    /// Where an entry is stored.
    pub(crate) fn key_of(&self, entry: &Record) -> cairn_ports::Key {
        cairn_ports::Key::new(self.kind.table, entry.id.clone(), crate::framework::entries::SORT)
    }

    /// Lets everybody know of what was committed.
    async fn written(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        entry: &Record,
        entries: &Entries,
    ) -> Projection {
        let id = entry.document.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let reference = Reference { target: vocabulary.id, id };
        self.shared.cache.wrote(reference, entry.revision, self.shared.now());
        self.shared.index(Ok(vec![dump(entry, entries)]), who.id()).await;
        self.project(entry, entries, who)
    }
}

/// The content of a body that belongs to the vocabulary it was sent to.
pub(super) fn read(
    vocabulary: &Vocabulary,
    body: &Map<String, Value>,
    creating: bool,
) -> Result<Map<String, Value>> {
    let content = load_entry(vocabulary.id, body, creating)?;
    match content.get("type").and_then(Value::as_str).filter(|_| !vocabulary.own_fields) {
        Some(other) if other == vocabulary.id => Ok(content),
        Some(other) if find(other).is_some() => {
            Err(Error::field("type", format!("Must be {}.", vocabulary.id)))
        }
        Some(_) => Err(Error::field("type", "The vocabulary type does not exists.")),
        None => Ok(content),
    }
}
