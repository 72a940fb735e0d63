//! Facets: counts by value over the columns of each segment, added up over segments and indices.

use std::collections::BTreeMap;

use cairn_analysis::values;
use cairn_ports::search::{Bucket, FacetKind};
use tantivy::DocId;

use super::columns::{Column, Columns, Name, Names, Numbers, lock};

/// How often each number of each column of a facet was counted so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts(Vec<Vec<u64>>);

impl Counts {
    /// Counts `docs` of one segment in the columns of a facet.
    pub(super) fn count<'n>(
        &mut self,
        columns: impl Iterator<Item = &'n Numbers>,
        docs: &(impl Iterator<Item = DocId> + Clone),
    ) {
        for (at, numbers) in columns.enumerate() {
            let counts = self.column(at);
            counts.resize(counts.len().max(numbers.end()), 0);
            for number in docs.clone().flat_map(|doc| numbers.of(doc)) {
                counts[*number as usize] += 1;
            }
        }
    }

    /// Adds what was counted of other documents.
    pub(super) fn add(&mut self, other: &Self) {
        for (at, others) in other.0.iter().enumerate() {
            let counts = self.column(at);
            counts.resize(counts.len().max(others.len()), 0);
            for (count, other) in counts.iter_mut().zip(others) {
                *count += other;
            }
        }
    }

    fn column(&mut self, at: usize) -> &mut Vec<u64> {
        self.0.resize_with(self.0.len().max(at + 1), Vec::new);
        &mut self.0[at]
    }

    /// The buckets of a facet.
    pub(super) fn buckets(&self, kind: &FacetKind, columns: &Columns) -> Vec<Bucket> {
        let of = Column::of(kind);
        let names: Vec<_> = of.iter().map(|column| columns.names(column)).collect();
        let (Some(counts), Some(names)) = (self.0.first(), names.first()) else { return Vec::new() };
        let size = match kind {
            FacetKind::Years { .. } => return years(counts, &lock(names)),
            FacetKind::Terms { size, .. } | FacetKind::Nested { size, .. } => *size,
        };
        let mut found = most_frequent(counted(counts), size, &lock(names));
        if let FacetKind::Nested { inner, .. } = kind {
            let pairs = columns.names(&of[1]);
            let inner = columns.names(&Column::Values(inner.clone()));
            let below = by_outer(self.0.get(1).map_or(&[][..], Vec::as_slice), &lock(&pairs));
            for (number, bucket) in &mut found {
                let below = below.get(number).cloned().unwrap_or_default();
                bucket.inner = buckets(most_frequent(below, size, &lock(&inner)));
            }
        }
        buckets(found)
    }
}

/// The numbers that were counted, and how often.
fn counted(counts: &[u64]) -> Vec<(usize, u64)> {
    counts.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect()
}

/// The inner values of each value.
fn by_outer(counts: &[u64], pairs: &Names) -> BTreeMap<usize, Vec<(usize, u64)>> {
    let mut below: BTreeMap<usize, Vec<(usize, u64)>> = BTreeMap::new();
    for (pair, count) in counted(counts) {
        if let Some(Name::Pair(one, two)) = pairs.name(pair) {
            below.entry(*one as usize).or_default().push((*two as usize, count));
        }
    }
    below
}

/// The most frequent values, by number; those that are as frequent in the order of their texts.
fn most_frequent(mut counts: Vec<(usize, u64)>, size: usize, names: &Names) -> Vec<(usize, Bucket)> {
    let order = |one: &(usize, u64), two: &(usize, u64)| {
        two.1.cmp(&one.1).then_with(|| names.value(one.0).cmp(names.value(two.0)))
    };
    if counts.len() > size && size > 0 {
        counts.select_nth_unstable_by(size - 1, order);
    }
    counts.truncate(size);
    counts.sort_unstable_by(order);
    let bucket =
        |(number, count)| (number, Bucket { key: names.value(number).to_owned(), count, inner: Vec::new() });
    counts.into_iter().map(bucket).collect()
}

fn buckets(found: Vec<(usize, Bucket)>) -> Vec<Bucket> {
    found.into_iter().map(|(_, bucket)| bucket).collect()
}

fn years(counts: &[u64], names: &Names) -> Vec<Bucket> {
    // How many more (or less) ranges a year is in than the year before.
    let mut changes: BTreeMap<i64, i64> = BTreeMap::new();
    for (number, count) in counted(counts) {
        let (Some(Name::Years(first, last)), Ok(count)) = (names.name(number), i64::try_from(count)) else {
            continue;
        };
        *changes.entry(*first).or_default() += count;
        *changes.entry(last + 1).or_default() -= count;
    }
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
