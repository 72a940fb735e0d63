//! Facets: counts by value over the columns of each segment, added up over segments and indices.

use std::collections::{BTreeMap, HashMap};

use cairn_analysis::{places::Place, values};
use cairn_ports::search::{Bucket, Facet, FacetKind, SearchError};
use tantivy::{
    DocId, SegmentReader,
    columnar::{Column, StrColumn},
};

use super::{
    compile::unavailable,
    layout::{Layout, day_columns},
    rank::ordinals,
    spans,
};

/// Documents whose values are read together.
const BLOCK: usize = 1024;

/// Pairs of values are counted in a table of at most so many cells; of more values they are sorted, which takes longer.
const MOST_CELLS: usize = 65_536;

/// What was counted so far for one facet.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// By value: how many, and the inner values.
    values: BTreeMap<String, (u64, BTreeMap<String, u64>)>,
    /// How many ranges begin (or, less, ended the year before) in a year.
    years: BTreeMap<i64, i64>,
}

/// A column of whole values, and which ordinals of it are looked at.
struct Values {
    column: StrColumn,
    low: u64,
    high: u64,
    prefix: usize,
}

impl Values {
    fn open(layout: &Layout, reader: &SegmentReader, path: &str) -> Result<Option<Self>, SearchError> {
        let Some(Place::Whole { field, prefix }) = layout.places.find(path) else { return Ok(None) };
        let Some(column) = reader.fast_fields().str(layout.whole_column(field)).map_err(unavailable)? else {
            return Ok(None);
        };
        let (low, high) = ordinals(&column, &prefix)?;
        let high = high.min(u64::try_from(column.num_terms()).unwrap_or(u64::MAX)).max(low);
        Ok(Some(Self { column, low, high, prefix: prefix.len() }))
    }

    /// The places (from zero) of the values of `docs`, in the order of the documents.
    fn places(&self, docs: &[DocId], mut see: impl FnMut(DocId, usize)) {
        let (mut owners, mut rows, mut ordinals) = (Vec::new(), Vec::new(), Vec::new());
        let column = self.column.ords();
        for block in docs.chunks(BLOCK) {
            owners.clear();
            rows.clear();
            column.row_ids_for_docs(block, &mut owners, &mut rows);
            ordinals.resize(rows.len(), 0);
            column.values.get_vals(&rows, &mut ordinals);
            for (doc, ordinal) in owners.iter().zip(&ordinals) {
                if (self.low..self.high).contains(ordinal) {
                    see(*doc, usize::try_from(ordinal - self.low).unwrap_or(usize::MAX));
                }
            }
        }
    }

    fn len(&self) -> usize {
        usize::try_from(self.high - self.low).unwrap_or(0)
    }

    /// The texts of places, which are in ascending order.
    fn texts(&self, places: &[usize]) -> Result<Vec<String>, SearchError> {
        let ordinals: Vec<u64> = places.iter().map(|place| self.low + *place as u64).collect();
        let mut texts = Vec::with_capacity(places.len());
        let each = |bytes: &[u8]| {
            texts.push(String::from_utf8_lossy(bytes.get(self.prefix..).unwrap_or_default()).into_owned());
        };
        self.column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, each)
            .map_err(|error| unavailable(error.into()))?;
        Ok(texts)
    }
}

/// Counts `docs` of one segment for one facet.
pub(super) fn count(
    layout: &Layout,
    reader: &SegmentReader,
    facet: &Facet,
    docs: &[DocId],
    counts: &mut Counts,
) -> Result<(), SearchError> {
    match &facet.kind {
        FacetKind::Terms { field, .. } => match Values::open(layout, reader, field)? {
            Some(values) => count_terms(&values, docs, counts),
            None => Ok(()),
        },
        FacetKind::Nested { field, inner, .. } => {
            let Some(outer) = Values::open(layout, reader, field)? else { return Ok(()) };
            count_terms(&outer, docs, counts)?;
            match Values::open(layout, reader, inner)? {
                Some(inner) => count_pairs(&outer, &inner, docs, counts),
                None => Ok(()),
            }
        }
        FacetKind::Years { field } => {
            if let Some(Place::Days(field)) = layout.places.find(field) {
                let (from, to) = day_columns(field);
                if let Some((from, to)) = spans::columns(reader, &from, &to).map_err(unavailable)? {
                    count_years(&from, &to, docs, counts);
                }
            }
            Ok(())
        }
    }
}

fn count_terms(values: &Values, docs: &[DocId], counts: &mut Counts) -> Result<(), SearchError> {
    let mut found = vec![0_u64; values.len()];
    values.places(docs, |_, place| found[place] += 1);
    let places: Vec<usize> = (0..found.len()).filter(|place| found[*place] > 0).collect();
    for (text, place) in values.texts(&places)?.into_iter().zip(places) {
        counts.values.entry(text).or_default().0 += found[place];
    }
    Ok(())
}

fn count_pairs(
    outer: &Values,
    inner: &Values,
    docs: &[DocId],
    counts: &mut Counts,
) -> Result<(), SearchError> {
    let pairs = pairs(outer, inner, docs);
    let texts = |values: &Values, mut places: Vec<usize>| -> Result<HashMap<usize, String>, SearchError> {
        places.sort_unstable();
        places.dedup();
        Ok(places.iter().copied().zip(values.texts(&places)?).collect())
    };
    let outer_texts = texts(outer, pairs.iter().map(|(one, _, _)| *one).collect())?;
    let inner_texts = texts(inner, pairs.iter().map(|(_, two, _)| *two).collect())?;
    for (one, two, count) in pairs {
        if let (Some(one), Some(two)) = (outer_texts.get(&one), inner_texts.get(&two)) {
            let (_, below) = counts.values.entry(one.clone()).or_default();
            *below.entry(two.clone()).or_default() += count;
        }
    }
    Ok(())
}

/// The places of values that stand in the same document, and how often they do.
fn pairs(outer: &Values, inner: &Values, docs: &[DocId]) -> Vec<(usize, usize, u64)> {
    let mut ones = Vec::new();
    outer.places(docs, |doc, one| ones.push((doc, one)));
    let mut behind = ones.as_slice();
    let mut each = |see: &mut dyn FnMut(usize, usize)| {
        inner.places(docs, |doc, two| {
            while let [(other, _), rest @ ..] = behind
                && *other < doc
            {
                behind = rest;
            }
            let same = behind.iter().take_while(|(other, _)| *other == doc);
            same.for_each(|(_, one)| see(*one, two));
        });
    };
    let width = inner.len();
    if outer.len().saturating_mul(width) <= MOST_CELLS {
        let mut found = vec![0_u64; outer.len() * width];
        each(&mut |one, two| found[one * width + two] += 1);
        let found = found.into_iter().enumerate().filter(|(_, count)| *count > 0);
        return found.map(|(at, count)| (at / width, at % width, count)).collect();
    }
    let mut found = Vec::new();
    each(&mut |one, two| found.push((one, two)));
    found.sort_unstable();
    found.chunk_by(PartialEq::eq).map(|same| (same[0].0, same[0].1, same.len() as u64)).collect()
}

fn count_years(from: &Column<i64>, to: &Column<i64>, docs: &[DocId], counts: &mut Counts) {
    let mut years = Vec::new();
    for doc in docs {
        years.clear();
        years.extend(spans::spans(from, to, *doc).map(values::years));
        years.sort_unstable();
        let mut reached = i64::MIN;
        for (first, last) in &years {
            // A year counts once for a document, however many of its ranges touch it.
            let first = (*first).max(reached);
            if first <= *last {
                *counts.years.entry(first).or_default() += 1;
                *counts.years.entry(last + 1).or_default() -= 1;
                reached = last + 1;
            }
        }
    }
}

impl Counts {
    /// Adds what was counted of other documents.
    pub(super) fn add(&mut self, other: &Self) {
        for (key, (count, inner)) in &other.values {
            let (sum, below) = self.values.entry(key.clone()).or_default();
            *sum += count;
            for (key, count) in inner {
                *below.entry(key.clone()).or_default() += count;
            }
        }
        for (year, change) in &other.years {
            *self.years.entry(*year).or_default() += change;
        }
    }

    /// The buckets of a facet.
    pub(super) fn buckets(self, kind: &FacetKind) -> Vec<Bucket> {
        match kind {
            FacetKind::Years { .. } => years(&self.years),
            FacetKind::Terms { size, .. } | FacetKind::Nested { size, .. } => {
                let buckets = self.values.into_iter().map(|(key, (count, inner))| {
                    let inner =
                        inner.into_iter().map(|(key, count)| Bucket { key, count, inner: Vec::new() });
                    Bucket { key, count, inner: most_frequent(inner.collect(), *size) }
                });
                most_frequent(buckets.collect(), *size)
            }
        }
    }
}

fn most_frequent(mut buckets: Vec<Bucket>, size: usize) -> Vec<Bucket> {
    buckets.sort_by(|one, two| two.count.cmp(&one.count).then_with(|| one.key.cmp(&two.key)));
    buckets.truncate(size);
    buckets
}

fn years(changes: &BTreeMap<i64, i64>) -> Vec<Bucket> {
    let (Some((first, _)), Some((end, _))) = (changes.first_key_value(), changes.last_key_value()) else {
        return Vec::new();
    };
    let mut open = 0;
    let spanned = (*first..*end).take(values::MOST_YEARS);
    spanned
        .map(|year| {
            open += changes.get(&year).copied().unwrap_or_default();
            Bucket {
                key: format!("{year:04}"),
                count: u64::try_from(open).unwrap_or_default(),
                inner: Vec::new(),
            }
        })
        .collect()
}
