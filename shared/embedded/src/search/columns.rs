//! What facets count: the values of a path in each document of a segment, as numbers. The engine keeps columns small and slow
//! to read, so each is read once per segment; what a number stands for is the same in all segments, so that counts of several
//! are added up as they are.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cairn_analysis::{places::Place, values};
use cairn_ports::search::{FacetKind, SearchError};
use tantivy::{DocId, Searcher, SegmentReader, columnar::StrColumn, index::SegmentId};

use super::{
    compile::unavailable,
    layout::{Layout, day_columns},
    pairs,
    rank::{ordinals, texts},
};

/// Documents whose values are read together.
const BLOCK: usize = 1024;

/// A column by the paths it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Column {
    /// The whole values at a path.
    Values(String),
    /// The values at two paths that stand in the same document.
    Pairs(String, String),
    /// The years that ranges of days touch.
    Years(String),
}

/// What a number stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Name {
    Value(Arc<str>),
    /// The numbers of two values.
    Pair(u32, u32),
    /// First and last of some years.
    Years(i64, i64),
}

/// The numbers of each document of a segment, one after the other.
#[derive(Default)]
pub(super) struct Numbers {
    /// Where those of a document begin; empty where no document has any.
    starts: Vec<u32>,
    all: Vec<u32>,
    /// All are below it.
    end: usize,
}

/// The numbers given so far. They are never taken back: a site has so many different values, and no more.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Name, u32>,
    names: Vec<Name>,
}

/// The columns of the segments that are there.
#[derive(Default)]
pub(super) struct Columns {
    names: Mutex<HashMap<Column, Arc<Mutex<Names>>>>,
    segments: Mutex<HashMap<SegmentId, HashMap<Column, Arc<Numbers>>>>,
}

impl Column {
    /// The columns that a facet counts: that of its buckets, then that of its inner buckets.
    pub(super) fn of(kind: &FacetKind) -> Vec<Self> {
        match kind {
            FacetKind::Terms { field, .. } => vec![Self::Values(field.clone())],
            FacetKind::Nested { field, inner, .. } => {
                vec![Self::Values(field.clone()), Self::Pairs(field.clone(), inner.clone())]
            }
            FacetKind::Years { field } => vec![Self::Years(field.clone())],
        }
    }
}

impl Numbers {
    /// Numbers as they are found, by document in ascending order.
    fn collect(documents: u32, found: impl Iterator<Item = (DocId, u32)>) -> Self {
        let mut read = Self { starts: vec![0], all: Vec::new(), end: 0 };
        for (doc, number) in found {
            read.begin(doc as usize);
            read.end = read.end.max(number as usize + 1);
            read.all.push(number);
        }
        if !read.all.is_empty() {
            read.begin(documents as usize);
        }
        read
    }

    /// The next numbers belong to this document, or a later one.
    fn begin(&mut self, doc: usize) {
        let end = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.starts.resize(self.starts.len().max(doc + 1), end);
    }

    /// All numbers are below it.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Those of a document.
    pub(super) fn of(&self, doc: DocId) -> &[u32] {
        let at = doc as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => &self.all[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

impl Names {
    /// The number of a name.
    fn number(&mut self, name: Name) -> u32 {
        let Self { numbers, names } = self;
        *numbers.entry(name).or_insert_with_key(|name| {
            names.push(name.clone());
            u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// What a number stands for.
    pub(super) fn name(&self, number: usize) -> Option<&Name> {
        self.names.get(number)
    }

    /// The value that a number stands for; nothing where it stands for something else.
    pub(super) fn value(&self, number: usize) -> &str {
        match self.name(number) {
            Some(Name::Value(value)) => value,
            _ => "",
        }
    }
}

impl Columns {
    /// What the numbers of a column stand for.
    pub(super) fn names(&self, column: &Column) -> Arc<Mutex<Names>> {
        lock(&self.names).entry(column.clone()).or_default().clone()
    }

    /// A column of a segment, read the first time.
    pub(super) fn of(
        &self,
        layout: &Layout,
        reader: &SegmentReader,
        column: &Column,
    ) -> Result<Arc<Numbers>, SearchError> {
        let segment = reader.segment_id();
        if let Some(known) = lock(&self.segments).get(&segment).and_then(|columns| columns.get(column)) {
            return Ok(known.clone());
        }
        let read = Arc::new(match column {
            Column::Values(path) => self.values(layout, reader, path, column)?,
            Column::Pairs(outer, inner) => self.pairs(layout, reader, [outer, inner], column)?,
            Column::Years(path) => self.years(layout, reader, path, column)?,
        });
        lock(&self.segments).entry(segment).or_default().insert(column.clone(), read.clone());
        Ok(read)
    }

    fn values(
        &self,
        layout: &Layout,
        reader: &SegmentReader,
        path: &str,
        column: &Column,
    ) -> Result<Numbers, SearchError> {
        let Some(Place::Whole { field, prefix }) = layout.places.find(path) else {
            return Ok(Numbers::default());
        };
        let Some(values) = reader.fast_fields().str(layout.whole_column(field)).map_err(unavailable)? else {
            return Ok(Numbers::default());
        };
        let (low, high) = ordinals(&values, &prefix)?;
        let found = found(&values, low..high, reader.max_doc());
        let names = self.names(column);
        let mut names = lock(&names);
        let mut numbers = HashMap::new();
        for (ordinal, text) in texts(&values, found.iter().map(|(_, ordinal)| *ordinal).collect())? {
            let value = text.get(prefix.len()..).unwrap_or_default();
            numbers.insert(ordinal, names.number(Name::Value(value.into())));
        }
        let found = found.into_iter().filter_map(|(doc, ordinal)| Some((doc, *numbers.get(&ordinal)?)));
        Ok(Numbers::collect(reader.max_doc(), found))
    }

    fn pairs(
        &self,
        layout: &Layout,
        reader: &SegmentReader,
        paths: [&String; 2],
        column: &Column,
    ) -> Result<Numbers, SearchError> {
        let [outer, inner] = paths.map(|path| self.of(layout, reader, &Column::Values(path.clone())));
        let (outer, inner) = (outer?, inner?);
        let names = self.names(column);
        let mut names = lock(&names);
        let mut found = Vec::new();
        for doc in 0..reader.max_doc() {
            for one in outer.of(doc) {
                found.extend(inner.of(doc).iter().map(|two| (doc, names.number(Name::Pair(*one, *two)))));
            }
        }
        Ok(Numbers::collect(reader.max_doc(), found.into_iter()))
    }

    fn years(
        &self,
        layout: &Layout,
        reader: &SegmentReader,
        path: &str,
        column: &Column,
    ) -> Result<Numbers, SearchError> {
        let Some(Place::Days(field)) = layout.places.find(path) else { return Ok(Numbers::default()) };
        let Some(days) = pairs::columns(reader, &day_columns(field)).map_err(unavailable)? else {
            return Ok(Numbers::default());
        };
        let names = self.names(column);
        let mut names = lock(&names);
        let (mut found, mut years) = (Vec::new(), Vec::new());
        for doc in 0..reader.max_doc() {
            years.clear();
            years.extend(pairs::of(&days, doc).map(values::years));
            years.sort_unstable();
            let mut reached = i64::MIN;
            for (first, last) in &years {
                // A year counts once for a document, however many of its ranges touch it.
                let first = (*first).max(reached);
                if first <= *last {
                    found.push((doc, names.number(Name::Years(first, *last))));
                    reached = last + 1;
                }
            }
        }
        Ok(Numbers::collect(reader.max_doc(), found.into_iter()))
    }

    /// Forgets segments that are in none of these any more.
    pub(super) fn keep<'s>(&self, searchers: impl Iterator<Item = &'s Searcher>) {
        let live: HashSet<SegmentId> =
            searchers.flat_map(Searcher::segment_readers).map(SegmentReader::segment_id).collect();
        lock(&self.segments).retain(|segment, _| live.contains(segment));
    }
}

/// The ordinals among `wanted` of all documents of a segment, in the order of the documents.
fn found(values: &StrColumn, wanted: std::ops::Range<u64>, documents: u32) -> Vec<(DocId, u64)> {
    let (mut owners, mut rows, mut ordinals) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = Vec::new();
    let column = values.ords();
    let docs: Vec<DocId> = (0..documents).collect();
    for block in docs.chunks(BLOCK) {
        owners.clear();
        rows.clear();
        column.row_ids_for_docs(block, &mut owners, &mut rows);
        ordinals.resize(rows.len(), 0);
        column.values.get_vals(&rows, &mut ordinals);
        let pairs = owners.iter().copied().zip(ordinals.iter().copied());
        found.extend(pairs.filter(|(_, ordinal)| wanted.contains(ordinal)));
    }
    found
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_document_has_its_numbers() {
        let numbers = Numbers::collect(6, [(1, 7), (1, 8), (4, 9)].into_iter());
        let of: Vec<&[u32]> = (0..7).map(|doc| numbers.of(doc)).collect();
        assert_eq!(of, [&[][..], &[7, 8], &[], &[], &[9], &[], &[]]);
        assert_eq!(Numbers::default().of(0), &[] as &[u32]);
    }

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        let value = |text: &str| Name::Value(text.into());
        let given = [value("a"), Name::Pair(0, 1), value("b"), value("a")].map(|name| names.number(name));
        assert_eq!(given, [0, 1, 2, 0]);
        assert_eq!([names.value(2), names.value(1), names.value(9)], ["b", "", ""]);
    }
}
