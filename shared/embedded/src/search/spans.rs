//! The query for date ranges that intersect another: pairs of first and last days, side by side in two columns.

use tantivy::{
    BitSet, DocId, Score, SegmentReader, TantivyError,
    columnar::Column,
    query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight},
};

/// Documents with a range that has a day between `low` and `high`, both included.
#[derive(Debug, Clone)]
pub(super) struct SpanQuery {
    pub from: String,
    pub to: String,
    pub low: i64,
    pub high: i64,
}

impl Query for SpanQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for SpanQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        if let Some((from, to)) = columns(reader, &self.from, &self.to)? {
            for doc in 0..reader.max_doc() {
                if spans(&from, &to, doc).any(|(first, last)| first <= self.high && last >= self.low) {
                    found.insert(doc);
                }
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("ranges have no relevance to explain".into()))
    }
}

/// The columns of first and last days, where the segment has any.
pub(super) fn columns(
    reader: &SegmentReader,
    from: &str,
    to: &str,
) -> tantivy::Result<Option<(Column<i64>, Column<i64>)>> {
    let fast = reader.fast_fields();
    Ok(fast.column_opt::<i64>(from)?.zip(fast.column_opt::<i64>(to)?))
}

/// The ranges of a document.
pub(super) fn spans<'c>(
    from: &'c Column<i64>,
    to: &'c Column<i64>,
    doc: DocId,
) -> impl Iterator<Item = (i64, i64)> + 'c {
    from.values_for_doc(doc).zip(to.values_for_doc(doc))
}
