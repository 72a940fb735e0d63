//! Many entries at once: what imports write. Only what differs is written, many in one transaction (ADR 0015).

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    Error, Identity, Record, Result, Revision,
    kinds::entries::WRITE,
    relation::{self, Reference},
};
use cairn_ports::{Expect, Item, Key, Work};
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::{Vocabularies, Vocabulary, dump};
use crate::{
    framework::{Attempt, Entries, Shared},
    jobs::together,
};

/// Entries that are read and written together. AWS: a transaction holds 100 changes and events.
const TOGETHER: usize = 90;
/// Changes and events of one transaction.
const MOST: usize = 100;
/// Bytes of one transaction, as JSON. AWS: 4 MB.
const BYTES: usize = 3_000_000;

/// Which entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Those that are not there yet.
    pub(crate) new: bool,
    /// Those that are there, and differ.
    pub(crate) changed: bool,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Created,
    Updated,
    /// It says what is stored already, or was not wanted.
    Unchanged,
}

/// A body that was sent, and its place among all of them.
type Sent<'b> = (usize, &'b Map<String, Value>);

/// What became of the body at a place.
type Outcome = (usize, Result<Written>);

/// An entry to be written, and what is stored of it now.
struct Change {
    entry: Record,
    body: Value,
    before: Option<Record>,
}

impl Vocabularies {
    /// Writes entries of a vocabulary. What a body does not say of an entry that is there stays as it is. The outcome of
    /// each, in their order: what is wrong with one is its own.
    ///
    /// # Errors
    /// [`Error::Denied`]; those of the store, after which some may have been written: the same again goes on.
    pub(crate) async fn import(
        &self,
        who: &Identity,
        vocabulary: &'static Vocabulary,
        bodies: &[Map<String, Value>],
        wanted: Wanted,
    ) -> Result<Vec<Result<Written>>> {
        self.require(who, WRITE, &Map::new())?;
        let sent: Vec<Sent<'_>> = bodies.iter().enumerate().collect();
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(sent.len());
        for round in rounds(&sent) {
            let packs = round.chunks(TOGETHER).map(|pack| self.import_pack(who, vocabulary, pack, wanted));
            for done in together(packs).await {
                outcomes.extend(done?);
            }
        }
        outcomes.sort_by_key(|(place, _)| *place);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Writes entries with different ids in one transaction, or in as many as it takes.
    fn import_pack<'a>(
        &'a self,
        who: &'a Identity,
        vocabulary: &'static Vocabulary,
        pack: &'a [Sent<'a>],
        wanted: Wanted,
    ) -> BoxFuture<'a, Result<Vec<Outcome>>> {
        Box::pin(async move {
            let too_large = match self.shared.attempt(|| self.try_import(who, vocabulary, pack, wanted)).await
            {
                Ok(Some(outcomes)) => return Ok(outcomes),
                Ok(None) => "it is more than goes into one transaction".to_owned(),
                Err(Error::TooLarge(why)) => why,
                Err(error) => return Err(error),
            };
            if let [(place, _)] = pack {
                return Ok(vec![(*place, Err(Error::TooLarge(too_large)))]);
            }
            let (one, other) = pack.split_at(pack.len() / 2);
            let mut outcomes = self.import_pack(who, vocabulary, one, wanted).await?;
            outcomes.extend(self.import_pack(who, vocabulary, other, wanted).await?);
            Ok(outcomes)
        })
    }

    /// Nothing where it is too much for one transaction.
    async fn try_import(
        &self,
        who: &Identity,
        vocabulary: &'static Vocabulary,
        pack: &[Sent<'_>],
        wanted: Wanted,
    ) -> Result<Option<Vec<Outcome>>, Attempt> {
        let (stored, entries) = self.stored(vocabulary, pack).await?;
        let (mut outcomes, mut changes) = (Vec::with_capacity(pack.len()), Vec::new());
        for (place, body) in pack {
            let before = stored.get(text(body, "id")).cloned();
            let planned = self.plan(vocabulary, body, before, &entries, wanted);
            outcomes.push((
                *place,
                planned.map(|change| match change {
                    None => Written::Unchanged,
                    Some(change) => {
                        let written =
                            if change.before.is_some() { Written::Updated } else { Written::Created };
                        changes.push(change);
                        written
                    }
                }),
            ));
        }
        if changes.is_empty() {
            return Ok(Some(outcomes));
        }
        let Some(work) = self.written_at_once(who, &changes) else { return Ok(None) };
        self.shared.commit(work, Vec::new(), None).await?;
        for Change { entry, .. } in &changes {
            let reference = Reference { target: vocabulary.id, id: text(&entry.document, "id").to_owned() };
            self.shared.cache.wrote(reference, entry.revision, self.shared.now());
        }
        let documents = changes.iter().map(|change| dump(&change.entry, &entries)).collect();
        self.shared.index(Ok(documents), who.id()).await;
        Ok(Some(outcomes))
    }

    /// What is stored of some entries, by id, and what they refer to.
    async fn stored(
        &self,
        vocabulary: &Vocabulary,
        pack: &[Sent<'_>],
    ) -> Result<(BTreeMap<String, Record>, Entries)> {
        let ids = pack.iter().map(|(_, body)| text(body, "id"));
        let ids: BTreeSet<&str> = ids.filter(|id| !id.is_empty() && id.len() <= 1_024).collect();
        let keys: Vec<Key> = ids.into_iter().map(|id| self.key(vocabulary.id, id)).collect();
        let mut stored = BTreeMap::new();
        for item in self.shared.ports.store.batch_get(&keys).await?.into_iter().flatten() {
            let entry = Shared::record(self.kind, &item.key.partition.clone(), item)?;
            stored.insert(text(&entry.document, "id").to_owned(), entry);
        }
        let said = pack.iter().map(|(_, body)| *body);
        let known = stored.values().map(|entry| &entry.document);
        let references: Vec<Reference> =
            said.chain(known).flat_map(|of| relation::references(self.kind.relations, of)).collect();
        let (entries, _) = self.shared.entries_and(&references, Vec::new()).await?;
        Ok((stored, entries))
    }

    /// What a body changes, if anything.
    fn plan(
        &self,
        vocabulary: &Vocabulary,
        body: &Map<String, Value>,
        before: Option<Record>,
        entries: &Entries,
        wanted: Wanted,
    ) -> Result<Option<Change>> {
        if before.as_ref().is_some_and(|entry| entry.document.contains_key("deleted")) {
            return Err(Error::BadRequest("it was deleted, and its id is not given again".into()));
        }
        let mut content = before.as_ref().map(|entry| entry.document.clone()).unwrap_or_default();
        content.shift_remove("vocabulary");
        content.extend(body.clone());
        if !vocabulary.own_fields {
            content.entry("type").or_insert_with(|| json!(vocabulary.id));
        }
        free(self.kind.relations, &mut content, entries);
        let mut entry = self.make(vocabulary, super::write::read(vocabulary, &content, true)?)?;
        entries.require(&relation::references(self.kind.relations, &entry.document))?;
        match &before {
            None if !wanted.new => {
                return Err(Error::BadRequest("it does not exist, and new ones are not wanted".into()));
            }
            None => entry.revision = vocabulary.first_revision,
            Some(known) if known.document == entry.document || !wanted.changed => return Ok(None),
            Some(known) => {
                (entry.created, entry.touch) = (known.created, known.touch);
                entry.revision = known.revision.next();
            }
        }
        let body = entry.to_stored();
        self.shared.schemas.check(entry.kind, &body)?;
        Ok(Some(Change { entry, body, before }))
    }

    /// The transaction of some changes, unless it is too much for one. One event tells of all that is new, for nothing
    /// refers to it yet; what has changed has one each, as if somebody had changed it by hand.
    fn written_at_once(&self, who: &Identity, changes: &[Change]) -> Option<Work> {
        let mut work = self.shared.work();
        let (mut new, mut bytes) = (Vec::new(), 0);
        for Change { entry, body, before } in changes {
            bytes += body.to_string().len();
            self.identify(&mut work, before.as_ref(), entry);
            let (expect, _) = Expect::after(before.as_ref().map(|before| before.revision));
            work.put(Item::new(self.key_of(entry), entry.revision, body.clone()), expect);
            if before.is_none() {
                new.push(entry.id.as_str());
                continue;
            }
            let subject = format!("{}/{}", self.kind.collection, entry.id);
            let event = "vocabulary_entry.updated";
            work.emit(self.shared.event(event, subject, who, entry.revision, Value::Null));
        }
        if !new.is_empty() {
            let subject = format!("{}/{}", self.kind.collection, work.id);
            let data = json!({ "ids": new });
            work.emit(self.shared.event("vocabulary_entries.created", subject, who, Revision::FIRST, data));
        }
        let fits = work.changes.len() + work.events.len() <= MOST && bytes <= BYTES;
        fits.then_some(work)
    }
}

/// The text of a key, or none.
fn text<'b>(body: &'b Map<String, Value>, key: &str) -> &'b str {
    body.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Bodies in their order, in rounds in which no id comes twice: what comes later is written upon what came before.
fn rounds<'b>(sent: &[Sent<'b>]) -> Vec<Vec<Sent<'b>>> {
    let (mut rounds, mut seen) = (vec![Vec::new()], BTreeSet::new());
    for (place, body) in sent {
        if !seen.insert(text(body, "id")) {
            rounds.push(Vec::new());
            seen.clear();
            seen.insert(text(body, "id"));
        }
        if let Some(round) = rounds.last_mut() {
            round.push((*place, *body));
        }
    }
    rounds
}

/// Elements of lists that refer to nothing, and say what is meant in words, are taken by their words.
fn free(relations: &[relation::Relation], content: &mut Map<String, Value>, entries: &Entries) {
    for relation in relations {
        let Some(Value::Array(elements)) = content.get_mut(relation.path) else { continue };
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            let leads_nowhere = element
                .get("id")
                .and_then(Value::as_str)
                .is_some_and(|id| entries.get(relation.target, id).is_none());
            let has_words = ["name", "subject"].iter().any(|key| !text(element, key).is_empty());
            if leads_nowhere && has_words {
                element.shift_remove("id");
            }
        }
    }
}
