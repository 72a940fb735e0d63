//! The query for pairs of numbers that stand side by side in two columns: first and last days, latitudes and longitudes.

use std::{fmt, sync::Arc};

use cairn_analysis::points::Point;
use tantivy::{
    BitSet, DocId, Score, SegmentReader, TantivyError,
    columnar::Column,
    query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight},
};

use super::layout::point_columns;

/// Documents with a pair that passes.
#[derive(Clone)]
struct PairQuery {
    columns: (String, String),
    passes: Arc<dyn Fn((i64, i64)) -> bool + Send + Sync>,
}

/// Documents with a range of days, in the columns of first and last ones, that has a day between `low` and `high`, both
/// included.
pub(super) fn days(columns: (String, String), low: i64, high: i64) -> Box<dyn Query> {
    Box::new(PairQuery { columns, passes: Arc::new(move |(first, last)| first <= high && last >= low) })
}

/// Documents with a point at this path that passes.
pub(super) fn points(path: &str, passes: impl Fn(Point) -> bool + Send + Sync + 'static) -> Box<dyn Query> {
    let passes = move |(latitude, longitude): (i64, i64)| {
        let point = latitude.try_into().ok().zip(longitude.try_into().ok());
        point.is_some_and(|(latitude, longitude)| passes(Point { latitude, longitude }))
    };
    Box::new(PairQuery { columns: point_columns(path), passes: Arc::new(passes) })
}

impl fmt::Debug for PairQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "pairs in {} and {}", self.columns.0, self.columns.1)
    }
}

impl Query for PairQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for PairQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        if let Some(pairs) = columns(reader, &self.columns)? {
            for doc in 0..reader.max_doc() {
                if of(&pairs, doc).any(|pair| (self.passes)(pair)) {
                    found.insert(doc);
                }
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("pairs have no relevance to explain".into()))
    }
}

/// Two columns, where the segment has both.
pub(super) fn columns(
    reader: &SegmentReader,
    (one, other): &(String, String),
) -> tantivy::Result<Option<(Column<i64>, Column<i64>)>> {
    let fast = reader.fast_fields();
    Ok(fast.column_opt::<i64>(one)?.zip(fast.column_opt::<i64>(other)?))
}

/// The pairs of a document.
pub(super) fn of(
    (one, other): &(Column<i64>, Column<i64>),
    doc: DocId,
) -> impl Iterator<Item = (i64, i64)> + '_ {
    one.values_for_doc(doc).zip(other.values_for_doc(doc))
}
