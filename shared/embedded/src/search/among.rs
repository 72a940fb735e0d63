//! The documents that a search is among: what its outermost filters let through. They are found once per segment and
//! remembered; and words are weighed by how often they are in these alone, so that what a caller may not see moves nothing.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex},
};

use cairn_model::Query;
use cairn_ports::search::{Facet, SearchError};
use tantivy::{
    BitSet, DocId, DocSet, Opstamp, Searcher, SegmentReader, TERMINATED, Term,
    index::SegmentId,
    query::{Bm25StatisticsProvider, Weight},
    schema::{Field, IndexRecordOption},
};

use super::{
    columns::{Columns, lock},
    facets::Counts,
};

/// How many filters are remembered of a segment, and facets of each: those of everybody, and of some who asked last.
const REMEMBERED: usize = 16;

/// Documents of a segment.
pub(super) struct Among {
    docs: BitSet,
    /// It is all that the segment has: what its dictionary says of terms is true of these documents.
    is_whole: bool,
    /// How many words they have, by field.
    lengths: Mutex<HashMap<Field, u64>>,
    /// What was counted of all of them.
    counts: Mutex<VecDeque<(Facet, Arc<Counts>)>>,
}

impl Among {
    fn of(filter: &dyn Weight, reader: &SegmentReader) -> tantivy::Result<Self> {
        let mut scorer = filter.scorer(reader, 1.0)?;
        let alive = reader.alive_bitset();
        let mut docs = BitSet::with_max_value(reader.max_doc());
        let mut doc = scorer.doc();
        while doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                docs.insert(doc);
            }
            doc = scorer.advance();
        }
        let is_whole = docs.len() == reader.max_doc() as usize;
        Ok(Self { docs, is_whole, lengths: Mutex::default(), counts: Mutex::default() })
    }

    /// Whether a document is one of them.
    pub(super) fn contains(&self, doc: DocId) -> bool {
        self.docs.contains(doc)
    }

    /// All of them, in order.
    pub(super) fn docs(&self) -> Vec<DocId> {
        let mut docs = Vec::with_capacity(self.docs.len());
        for bucket in 0..self.docs.max_value().div_ceil(64) {
            docs.extend(self.docs.tinyset(bucket).into_iter().map(|bit| bucket * 64 + bit));
        }
        docs
    }

    /// What a facet counts of all of them, which `count` does the first time.
    pub(super) fn counted(
        &self,
        facet: &Facet,
        count: impl FnOnce() -> Result<Counts, SearchError>,
    ) -> Result<Arc<Counts>, SearchError> {
        if let Some((_, known)) = lock(&self.counts).iter().find(|(known, _)| known == facet) {
            return Ok(known.clone());
        }
        let counted = Arc::new(count()?);
        let mut counts = lock(&self.counts);
        counts.push_front((facet.clone(), counted.clone()));
        counts.truncate(REMEMBERED);
        Ok(counted)
    }

    /// How many of them have the term.
    fn holders(&self, term: &Term, reader: &SegmentReader) -> tantivy::Result<u64> {
        let index = reader.inverted_index(term.field())?;
        if self.is_whole {
            return Ok(u64::from(index.doc_freq(term)?));
        }
        let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { return Ok(0) };
        let (mut holders, mut doc) = (0, postings.doc());
        while doc != TERMINATED {
            holders += u64::from(self.contains(doc));
            doc = postings.advance();
        }
        Ok(holders)
    }

    /// How many words they have in a field.
    fn length(&self, field: Field, reader: &SegmentReader) -> tantivy::Result<u64> {
        if let Some(known) = lock(&self.lengths).get(&field) {
            return Ok(*known);
        }
        let length = match reader.fieldnorms_readers().get_field(field)? {
            Some(norms) => self.docs().into_iter().map(|doc| u64::from(norms.fieldnorm(doc))).sum(),
            // Whole values are one word each.
            None => self.docs.len() as u64,
        };
        lock(&self.lengths).insert(field, length);
        Ok(length)
    }
}

/// Weighs words by the documents that a search is among.
pub(super) struct Weighing<'a> {
    pub searcher: &'a Searcher,
    /// Of each segment, in their order.
    pub among: &'a [Arc<Among>],
}

impl Weighing<'_> {
    fn sum(&self, of: impl Fn(&Among, &SegmentReader) -> tantivy::Result<u64>) -> tantivy::Result<u64> {
        self.among.iter().zip(self.searcher.segment_readers()).map(|(among, reader)| of(among, reader)).sum()
    }
}

impl Bm25StatisticsProvider for Weighing<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Ok(self.sum(|among, reader| among.length(field, reader))?.max(1))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.sum(|among, _| Ok(among.docs.len() as u64))?.max(1))
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.sum(|among, reader| among.holders(term, reader))
    }
}

/// A segment as it is until something of it is deleted.
type Key = (SegmentId, Option<Opstamp>);

/// What filters let through, the last one asked first.
type Filters = VecDeque<(Query, Arc<Among>)>;

/// What was found out about segments that are still there.
#[derive(Default)]
pub(super) struct Remembered {
    segments: Mutex<HashMap<Key, Filters>>,
    /// What facets count.
    pub columns: Columns,
}

impl Remembered {
    /// The documents of a segment that `query` lets through, where that was found out.
    pub(super) fn known(&self, query: &Query, reader: &SegmentReader) -> Option<Arc<Among>> {
        let mut segments = lock(&self.segments);
        let known = segments.get_mut(&key(reader))?;
        let found = known.remove(known.iter().position(|(known, _)| known == query)?)?;
        let among = found.1.clone();
        known.push_front(found);
        Some(among)
    }

    /// The documents of a segment that `query`, which `filter` is made of, lets through; they are remembered.
    pub(super) fn among(
        &self,
        query: &Query,
        filter: &dyn Weight,
        reader: &SegmentReader,
    ) -> tantivy::Result<Arc<Among>> {
        let among = Arc::new(Among::of(filter, reader)?);
        let mut segments = lock(&self.segments);
        let known = segments.entry(key(reader)).or_default();
        known.push_front((query.clone(), among.clone()));
        known.truncate(REMEMBERED);
        Ok(among)
    }

    /// Forgets segments that are in none of these any more.
    pub(super) fn keep<'s>(&self, searchers: impl Iterator<Item = &'s Searcher> + Clone) {
        self.columns.keep(searchers.clone());
        let live: HashSet<Key> = searchers.flat_map(Searcher::segment_readers).map(key).collect();
        lock(&self.segments).retain(|key, _| live.contains(key));
    }
}

fn key(reader: &SegmentReader) -> Key {
    (reader.segment_id(), reader.delete_opstamp())
}
