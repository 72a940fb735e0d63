//! Who wrote a moment ago: they see their own writes, though OpenSearch shows what is written only every second.
//!
//! A write leaves a mark of its user beside its documents, in the same request. A search asks for the mark of its reader at
//! the same time as it searches; only if they wrote a moment ago it shows everything and searches again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cairn_model::UserId;
use cairn_ports::search::SearchError;
use opensearch::http::Method;
use serde_json::{Value, json};

use super::{
    OpenSearch,
    bulk::Entry,
    generations::{Aliases, NEXT},
};

/// How long a write may be hidden: the refresh interval of a second, a slow refresh, and clocks that differ.
const HIDDEN: Duration = Duration::from_secs(10);
/// Of so many readers it is remembered what was shown to them; then all are forgotten.
const MOST_READERS: usize = 10_000;

/// The mark up to which everything has been shown, by reader.
#[derive(Default)]
pub(super) struct Shown(Mutex<HashMap<UserId, u64>>);

impl Shown {
    fn until(&self, reader: &UserId) -> u64 {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.get(reader).copied().unwrap_or_default()
    }

    fn note(&self, reader: &UserId, mark: u64) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MOST_READERS {
            shown.clear();
        }
        shown.insert(reader.clone(), mark);
    }
}

impl OpenSearch {
    /// Microseconds since 1970.
    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().micros()).unwrap_or_default()
    }

    fn marks(&self) -> String {
        format!("{}recent", self.prefix)
    }

    /// Makes the index of marks, if it is missing.
    pub(super) async fn prepare_recent(&self, aliases: &Aliases) -> Result<(), SearchError> {
        let alias = self.marks();
        if aliases.contains_key(&alias) {
            return Ok(());
        }
        let body = json!({
            "aliases": {&alias: {}},
            // Marks are read by id, which sees what is not refreshed.
            "settings": {"refresh_interval": "-1"},
            "mappings": {"dynamic": "strict", "properties": {"at": {"type": "long", "index": false}}},
        });
        self.client.ask(Method::Put, &format!("/{alias}-1"), &[], Some(&body)).await?.done()
    }

    /// The mark that a write leaves.
    pub(super) fn mark(&self, writer: &UserId) -> Entry {
        Entry {
            alias: self.marks(),
            id: writer.0.clone(),
            version: None,
            body: json!({"at": self.now()}).to_string().into(),
        }
    }

    /// The mark of a reader who wrote a moment ago, if it has not been shown to them yet.
    pub(super) async fn hidden_mark(&self, reader: &UserId) -> Result<Option<u64>, SearchError> {
        let body = json!({"ids": [reader.0]});
        let path = format!("/{}/_mget", self.marks());
        let answer: Value = self.client.ask(Method::Post, &path, &[], Some(&body)).await?.json()?;
        let mark = answer["docs"][0]["_source"]["at"].as_u64().unwrap_or_default();
        let is_recent =
            self.now().saturating_sub(mark) < u64::try_from(HIDDEN.as_micros()).unwrap_or(u64::MAX);
        Ok((is_recent && mark > self.shown.until(reader)).then_some(mark))
    }

    /// Shows everything that was written to some indices, and remembers it for a reader. Also what is being made: it may take
    /// its place before the search comes there.
    pub(super) async fn show(&self, names: &[String], reader: &UserId, mark: u64) -> Result<(), SearchError> {
        let nexts = names.iter().map(|name| format!("{name}{NEXT}"));
        let indices: Vec<String> = names.iter().cloned().chain(nexts).collect();
        self.refresh(&indices.join(",")).await?;
        self.shown.note(reader, mark);
        Ok(())
    }
}
