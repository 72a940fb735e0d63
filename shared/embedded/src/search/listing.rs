//! The documents of an index by id, page by page, for those who compare it with the primary storage.

use std::collections::BTreeMap;

use tantivy::{
    BitSet, DocSet, Result, Searcher, SegmentReader, TERMINATED, Term, collector::Count, query::TermQuery,
    schema::IndexRecordOption,
};

use super::layout::{ID, LIVE, Layout, VERSION, key};

/// How many documents there are that are not deleted.
pub(super) fn count(layout: &Layout, searcher: &Searcher) -> Result<u64> {
    let live = TermQuery::new(live(layout), IndexRecordOption::Basic);
    Ok(searcher.search(&live, &Count)? as u64)
}

/// The first `most` documents behind `after`, with their versions.
pub(super) fn page(
    layout: &Layout,
    searcher: &Searcher,
    after: Option<&str>,
    most: usize,
) -> Result<Vec<(String, u64)>> {
    let mut found = BTreeMap::new();
    for reader in searcher.segment_readers() {
        read(layout, reader, after, most, &mut found)?;
    }
    Ok(found.into_iter().take(most).collect())
}

/// Adds the first documents of one segment.
fn read(
    layout: &Layout,
    reader: &SegmentReader,
    after: Option<&str>,
    most: usize,
    found: &mut BTreeMap<String, u64>,
) -> Result<()> {
    let present = present(layout, reader)?;
    let terms = reader.inverted_index(layout.terms)?;
    let versions = reader.fast_fields().u64(VERSION)?;
    let prefix = key(ID);
    let range = match after {
        Some(after) => terms.terms().range().gt(format!("{prefix}{after}")),
        None => terms.terms().range().ge(&prefix),
    };
    let mut ids = range.into_stream()?;
    let mut count = 0;
    while count < most && ids.advance() {
        let Some(id) = ids.key().strip_prefix(prefix.as_bytes()) else { break };
        let mut docs = terms.read_postings_from_terminfo(ids.value(), IndexRecordOption::Basic)?;
        while docs.doc() != TERMINATED {
            if present.contains(docs.doc())
                && let Some(version) = versions.first(docs.doc())
            {
                found.insert(String::from_utf8_lossy(id).into_owned(), version);
                count += 1;
            }
            docs.advance();
        }
    }
    Ok(())
}

/// The documents of a segment that are neither overwritten nor graves.
fn present(layout: &Layout, reader: &SegmentReader) -> Result<BitSet> {
    let mut present = BitSet::with_max_value(reader.max_doc());
    let terms = reader.inverted_index(layout.terms)?;
    if let Some(mut docs) = terms.read_postings(&live(layout), IndexRecordOption::Basic)? {
        while docs.doc() != TERMINATED {
            if reader.alive_bitset().is_none_or(|alive| alive.is_alive(docs.doc())) {
                present.insert(docs.doc());
            }
            docs.advance();
        }
    }
    Ok(present)
}

fn live(layout: &Layout) -> Term {
    Term::from_field_text(layout.terms, LIVE)
}
