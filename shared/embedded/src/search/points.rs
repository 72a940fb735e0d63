//! The query for points: pairs of latitudes and longitudes, side by side in two columns.

use std::{fmt, sync::Arc};

use cairn_analysis::points::Point;
use tantivy::{
    BitSet, DocId, Score, SegmentReader, TantivyError,
    query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight},
};

use super::{
    layout::point_columns,
    spans::{columns, spans},
};

/// Documents with a point that passes.
#[derive(Clone)]
pub(super) struct PointQuery {
    latitudes: String,
    longitudes: String,
    passes: Arc<dyn Fn(Point) -> bool + Send + Sync>,
}

impl PointQuery {
    /// Documents with a point at this path that passes.
    pub(super) fn at(path: &str, passes: impl Fn(Point) -> bool + Send + Sync + 'static) -> Box<dyn Query> {
        let (latitudes, longitudes) = point_columns(path);
        Box::new(Self { latitudes, longitudes, passes: Arc::new(passes) })
    }
}

impl fmt::Debug for PointQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "points in {} and {}", self.latitudes, self.longitudes)
    }
}

impl Query for PointQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for PointQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let passes = |(latitude, longitude): (i64, i64)| {
            let point = latitude.try_into().ok().zip(longitude.try_into().ok());
            point.is_some_and(|(latitude, longitude)| (self.passes)(Point { latitude, longitude }))
        };
        if let Some((latitudes, longitudes)) = columns(reader, &self.latitudes, &self.longitudes)? {
            for doc in 0..reader.max_doc() {
                if spans(&latitudes, &longitudes, doc).any(passes) {
                    found.insert(doc);
                }
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("points have no relevance to explain".into()))
    }
}
