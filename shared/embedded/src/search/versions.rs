//! The version of every document and of every deletion, so that older writes are known as such.

use std::collections::HashMap;

use tantivy::{DocId, Searcher, SegmentReader, error::DataCorruption};

use super::layout::{ID, VERSION};

/// Versions by document id.
#[derive(Debug, Default)]
pub(super) struct Versions(HashMap<Box<str>, u64>);

impl Versions {
    /// The versions in an index as `searcher` sees it.
    pub(super) fn of(searcher: &Searcher) -> tantivy::Result<Self> {
        let mut versions = Self::default();
        for reader in searcher.segment_readers() {
            versions.read(reader)?;
        }
        Ok(versions)
    }

    fn read(&mut self, reader: &SegmentReader) -> tantivy::Result<()> {
        let Some(ids) = reader.fast_fields().str(ID)? else { return Ok(()) };
        let numbers = reader.fast_fields().u64(VERSION)?;
        let mut places: Vec<(u64, DocId)> =
            reader.doc_ids_alive().filter_map(|doc| Some((ids.ords().first(doc)?, doc))).collect();
        places.sort_unstable();
        let ordinals: Vec<u64> = places.iter().map(|(ordinal, _)| *ordinal).collect();
        let mut docs = places.iter().map(|(_, doc)| *doc);
        let is_whole = ids.dictionary().sorted_ords_to_term_cb(&ordinals, |id| {
            if let Some(version) = docs.next().and_then(|doc| numbers.first(doc)) {
                self.0.insert(String::from_utf8_lossy(id).into(), version);
            }
        })?;
        if is_whole { Ok(()) } else { Err(DataCorruption::comment_only("an id is missing").into()) }
    }

    /// The version of a document or of its deletion.
    pub(super) fn get(&self, id: &str) -> Option<u64> {
        self.0.get(id).copied()
    }

    /// Notes a version.
    pub(super) fn set(&mut self, id: &str, version: u64) {
        self.0.insert(id.into(), version);
    }
}
