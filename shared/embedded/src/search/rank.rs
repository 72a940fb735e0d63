//! The order of hits: sort keys within a segment, and across segments and indices.

use std::{cmp::Ordering, collections::HashMap};

use cairn_analysis::places;
use cairn_ports::search::{SearchError, Sort};
use serde::{Deserialize, Serialize};
use tantivy::{
    DocAddress, DocId, Score, SegmentReader,
    columnar::{Column, StrColumn, TermOrdHit},
};

use super::{
    compile::unavailable,
    cursor::{Bound, Cursor},
    layout::{ID, Layout, day_columns},
};

/// At most this many orders in one search.
const MOST_SORTS: usize = 3;

/// A document's place within its segment: one number per order, then its id's.
type Place = [u128; MOST_SORTS + 1];

/// What a segment sorts by.
enum Key {
    Score,
    Number { column: Column<i64>, descending: bool },
    Text { column: StrColumn, prefix: (u64, u64), descending: bool },
    Missing,
}

/// Keeps the best hits of one segment.
pub(super) struct Ranking {
    keys: Vec<Key>,
    ids: StrColumn,
    limit: usize,
    rows: Vec<(Place, DocId)>,
    worst: Option<Place>,
    /// Only what lies behind it is kept.
    bound: Option<Bound>,
}

/// A sort key that can be compared with those of other segments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Value {
    Number(u64),
    Text(String),
    Missing,
}

/// A hit, not loaded yet.
#[derive(Debug, Clone)]
pub(super) struct Row {
    values: Vec<(Value, bool)>,
    /// The document's id; empty until [`page`] has looked it up.
    pub id: String,
    /// The number of the id in its segment.
    ordinal: u64,
    /// Where it is, in which of the searched indices.
    pub index: usize,
    pub address: DocAddress,
}

impl Row {
    /// What it is sorted by.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.iter().map(|(value, _)| value)
    }

    /// The order of hits by what they are sorted by.
    fn order(&self, other: &Self) -> Ordering {
        let keys =
            self.values.iter().zip(&other.values).map(|((one, descending), (two, _))| match (one, two) {
                (Value::Text(one), Value::Text(two)) if *descending => two.cmp(one),
                _ => one.cmp(two),
            });
        keys.fold(Ordering::Equal, Ordering::then)
    }

    /// Those that it does not decide: by id.
    fn order_by_id(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id).then_with(|| self.index.cmp(&other.index))
    }
}

/// The rows from `from` to before `end`, in order. `ids` gives the ids of an index and segment: only those are looked up
/// that are on the page, or are sorted by the same.
pub(super) fn page(
    mut rows: Vec<Row>,
    (from, end): (usize, usize),
    ids: impl Fn(usize, u32) -> Result<StrColumn, SearchError>,
) -> Result<Vec<Row>, SearchError> {
    rows.sort_unstable_by(Row::order);
    let end = end.min(rows.len());
    if from >= end {
        return Ok(Vec::new());
    }
    let first = rows.partition_point(|row| row.order(&rows[from]).is_lt());
    let last = rows.partition_point(|row| row.order(&rows[end - 1]).is_le());
    let mut rows: Vec<Row> = rows.drain(first..last).collect();
    let place = |row: &Row| (row.index, row.address.segment_ord);
    rows.sort_unstable_by_key(place);
    for rows in rows.chunk_by_mut(|one, two| place(one) == place(two)) {
        let (index, segment) = place(&rows[0]);
        let found = texts(&ids(index, segment)?, rows.iter().map(|row| row.ordinal).collect())?;
        for row in rows {
            row.id = found.get(&row.ordinal).cloned().unwrap_or_default();
        }
    }
    rows.sort_unstable_by(|one, two| one.order(two).then_with(|| one.order_by_id(two)));
    rows.truncate(end - first);
    rows.drain(..from - first);
    Ok(rows)
}

impl Ranking {
    pub(super) fn new(
        layout: &Layout,
        reader: &SegmentReader,
        sort: &[Sort],
        limit: usize,
    ) -> Result<Self, SearchError> {
        if sort.len() > MOST_SORTS {
            return Err(SearchError::BadQuery(format!("more than {MOST_SORTS} orders")));
        }
        let keys = sort.iter().map(|sort| key(layout, reader, sort)).collect::<Result<_, _>>()?;
        Ok(Self { keys, ids: ids(reader)?, limit, rows: Vec::new(), worst: None, bound: None })
    }

    /// Keeps only what lies behind a hit. `index`: which of the searched indices the segment belongs to.
    pub(super) fn after(mut self, cursor: &Cursor, index: usize) -> Result<Self, SearchError> {
        let orders = self.keys.iter().zip(&cursor.values).map(|(key, value)| key.bound(value));
        let orders = orders.collect::<Result<_, _>>()?;
        let id = bound(&self.ids, &cursor.id, false)?;
        self.bound = Some(Bound { orders, id, index: index.cmp(&cursor.index) });
        Ok(self)
    }

    /// Takes a document in; tells whether it lies behind the cursor, if there is one.
    pub(super) fn push(&mut self, doc: DocId, score: Score) -> bool {
        if self.limit == 0 {
            return false;
        }
        let mut place = [0; MOST_SORTS + 1];
        let orders = self.keys.len();
        for (number, key) in place.iter_mut().zip(&self.keys) {
            *number = key.number(doc, score);
        }
        // Ids are looked up only where the orders do not decide: that takes longer than all else here.
        if self.bound.is_none() && self.worst.is_some_and(|worst| place[..orders] > worst[..orders]) {
            return true;
        }
        place[MOST_SORTS] = u128::from(self.ids.ords().first(doc).unwrap_or(u64::MAX));
        if self.bound.as_ref().is_some_and(|bound| !bound.precedes(&place[..orders], place[MOST_SORTS])) {
            return false;
        }
        if self.worst.is_some_and(|worst| place > worst) {
            return true;
        }
        self.rows.push((place, doc));
        if self.rows.len() >= self.limit * 2 {
            self.shrink();
        }
        true
    }

    fn shrink(&mut self) {
        if self.rows.len() > self.limit {
            self.rows.select_nth_unstable(self.limit - 1);
            self.rows.truncate(self.limit);
            self.worst = self.rows.last().map(|(place, _)| *place);
        }
    }

    /// The best hits as rows that can be compared with those of other segments.
    pub(super) fn rows(mut self, index: usize, segment: u32) -> Result<Vec<Row>, SearchError> {
        self.shrink();
        let rows = std::mem::take(&mut self.rows);
        let places = || rows.iter().map(|(place, _)| place);
        let values =
            self.keys.iter().enumerate().map(|(at, key)| key.values(places().map(|place| place[at])));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let row = |(at, (place, doc)): (usize, &(Place, DocId))| Row {
            values: values.iter().map(|values| values[at].clone()).collect(),
            id: String::new(),
            ordinal: u64::try_from(place[MOST_SORTS]).unwrap_or(u64::MAX),
            index,
            address: DocAddress::new(segment, *doc),
        };
        Ok(rows.iter().enumerate().map(row).collect())
    }
}

impl Key {
    /// The key of a document as a number: smaller comes first, what is missing comes last.
    fn number(&self, doc: DocId, score: Score) -> u128 {
        let number = match self {
            Self::Score => Some(!u64::from(score.max(0.0).to_bits())),
            Self::Number { column, descending: false } => column.values_for_doc(doc).min().map(ordered),
            Self::Number { column, descending: true } => {
                column.values_for_doc(doc).max().map(|max| !ordered(max))
            }
            Self::Text { column, prefix: (low, high), descending } => {
                let ordinals = column.term_ords(doc).filter(|ordinal| (low..high).contains(&ordinal));
                if *descending { ordinals.max().map(|ordinal| !ordinal) } else { ordinals.min() }
            }
            Self::Missing => None,
        };
        number.map_or(u128::MAX, u128::from)
    }

    /// Where a value lies among the numbers of this segment.
    fn bound(&self, value: &Value) -> Result<(u128, Ordering), SearchError> {
        match (self, value) {
            (_, Value::Missing) => Ok((u128::MAX, Ordering::Equal)),
            (Self::Text { column, descending, .. }, Value::Text(text)) => bound(column, text, *descending),
            // What is missing comes after any text.
            (Self::Missing, Value::Text(_)) => Ok((0, Ordering::Greater)),
            (Self::Score | Self::Number { .. } | Self::Missing, Value::Number(number)) => {
                Ok((u128::from(*number), Ordering::Equal))
            }
            _ => Err(SearchError::BadQuery("no place of this order".into())),
        }
    }

    /// What numbers stand for, and whether the largest comes first.
    fn values(&self, numbers: impl Iterator<Item = u128>) -> Result<Vec<(Value, bool)>, SearchError> {
        let numbers: Vec<Option<u64>> = numbers.map(|number| u64::try_from(number).ok()).collect();
        let Self::Text { column, descending, .. } = self else {
            let value = |number: Option<u64>| (number.map_or(Value::Missing, Value::Number), false);
            return Ok(numbers.into_iter().map(value).collect());
        };
        let ordinal = |number: u64| if *descending { !number } else { number };
        let texts = texts(column, numbers.iter().flatten().map(|number| ordinal(*number)).collect())?;
        let value = |number: Option<u64>| match number.and_then(|number| texts.get(&ordinal(number))) {
            Some(text) => (Value::Text(text.clone()), *descending),
            None => (Value::Missing, false),
        };
        Ok(numbers.into_iter().map(value).collect())
    }
}

/// The ids of the documents of a segment.
pub(super) fn ids(reader: &SegmentReader) -> Result<StrColumn, SearchError> {
    let ids = reader.fast_fields().str(ID).map_err(unavailable)?;
    ids.ok_or_else(|| SearchError::Unavailable("a segment has no ids".into()))
}

/// The texts of ordinals.
pub(super) fn texts(column: &StrColumn, mut ordinals: Vec<u64>) -> Result<HashMap<u64, String>, SearchError> {
    ordinals.sort_unstable();
    ordinals.dedup();
    let (mut texts, mut read) = (HashMap::with_capacity(ordinals.len()), ordinals.iter());
    let each = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        texts.extend(read.next().map(|ordinal| (*ordinal, text)));
    };
    column.dictionary().sorted_ords_to_term_cb(&ordinals, each).map_err(|error| unavailable(error.into()))?;
    Ok(texts)
}

/// Where a text lies among the numbers of a column.
fn bound(column: &StrColumn, text: &str, descending: bool) -> Result<(u128, Ordering), SearchError> {
    let hit = column.dictionary().term_ord_or_next(text).map_err(|error| unavailable(error.into()))?;
    let (ordinal, equal) = match hit {
        TermOrdHit::Exact(ordinal) => (ordinal, Ordering::Equal),
        TermOrdHit::Next(ordinal) if descending => (ordinal, Ordering::Less),
        TermOrdHit::Next(ordinal) => (ordinal, Ordering::Greater),
    };
    Ok((u128::from(if descending { !ordinal } else { ordinal }), equal))
}

/// Signed numbers as unsigned ones in the same order.
fn ordered(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

fn key(layout: &Layout, reader: &SegmentReader, sort: &Sort) -> Result<Key, SearchError> {
    let Sort::Field { path, descending } = sort else { return Ok(Key::Score) };
    let fast = reader.fast_fields();
    let descending = *descending;
    let column = match layout.places.find(path) {
        Some(places::Place::Integer(field) | places::Place::Instant(field)) => field.to_owned(),
        Some(places::Place::Days(field)) => day_columns(field).0,
        Some(places::Place::Whole { field, prefix }) => {
            let column = fast.str(layout.whole_column(field)).map_err(unavailable)?;
            let Some(column) = column else { return Ok(Key::Missing) };
            let prefix = ordinals(&column, &prefix)?;
            return Ok(Key::Text { column, prefix, descending });
        }
        Some(places::Place::Words { .. } | places::Place::Points(_)) | None => return Ok(Key::Missing),
    };
    let column = fast.column_opt::<i64>(&column).map_err(unavailable)?;
    Ok(column.map_or(Key::Missing, |column| Key::Number { column, descending }))
}

/// The ordinals of the values that begin with `prefix`, a path and its separator.
pub(super) fn ordinals(column: &StrColumn, prefix: &str) -> Result<(u64, u64), SearchError> {
    let Some(path) = prefix.strip_suffix('\0') else { return Ok((0, u64::MAX)) };
    let first = |text: &str| -> Result<u64, SearchError> {
        let hit = column.dictionary().term_ord_or_next(text).map_err(|error| unavailable(error.into()))?;
        Ok(match hit {
            TermOrdHit::Exact(ordinal) | TermOrdHit::Next(ordinal) => ordinal,
        })
    };
    Ok((first(prefix)?, first(&format!("{path}\u{1}"))?))
}
