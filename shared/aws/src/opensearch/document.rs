//! Dumped documents as OpenSearch takes them. Rebuilds do little else, so they are written at once as they are sent.

use std::ops::Range;

use cairn_analysis::{
    SEPARATOR,
    places::Places,
    points::Point,
    values::{self, Sink},
    words,
};
use cairn_model::{mapping::Mapping, projection::Without};
use cairn_ports::search::Document;
use serde::Serialize;

use super::mapping::Sort;

/// About so many bytes a document has: memory that is taken piece by piece would be copied each time.
const USUAL: usize = 4 << 10;

/// Documents as JSON, one behind the other: one piece of memory for all.
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    /// The text that is being written.
    text: Vec<u8>,
    words: words::Writer,
}

impl Written {
    /// With room for so many documents.
    pub(super) fn of(documents: usize) -> Self {
        let bytes = Vec::with_capacity(documents * USUAL);
        Self { bytes, text: Vec::with_capacity(USUAL), words: words::Writer::default() }
    }

    /// Writes the JSON of the document for a dump; where it stands. What is deleted leaves its id and version, so that older
    /// writes are known as such.
    pub(super) fn add(&mut self, mapping: &Mapping, places: &Places, document: &Document) -> Range<usize> {
        let Self { bytes, text, words } = self;
        let start = bytes.len();
        bytes.extend(b"{\"id\":");
        write(bytes, &document.id);
        if let Some(source) = &document.source {
            let mut filler = Filler { lists: Lists { bytes, open: None }, words };
            values::walk(places, source, &mut filler);
            filler.lists.put((None, "index"), mapping.index);
            filler.lists.end();
            bytes.extend(b",\"live\":true,\"source\":");
            // As text: OpenSearch would not keep the order of its keys.
            text.clear();
            write(text, &Without::of(source, mapping.unreturned));
            write(bytes, std::str::from_utf8(text).unwrap_or_default());
        }
        bytes.push(b'}');
        start..bytes.len()
    }
}

/// Writes JSON; into memory, so it does not fail.
pub(super) fn write<T: Serialize + ?Sized>(written: &mut Vec<u8>, value: &T) {
    if let Err(error) = serde_json::to_writer(written, value) {
        tracing::error!(%error, "a value has no JSON");
    }
}

/// A list of a document: its name, or a sort of values and the path that has them.
type List = (Option<Sort>, &'static str);

/// Writes the lists of a document; the values of one come together.
struct Lists<'w> {
    bytes: &'w mut Vec<u8>,
    /// The list that is being written.
    open: Option<List>,
}

impl Lists<'_> {
    fn put<T: Serialize + ?Sized>(&mut self, list: List, value: &T) {
        if self.open == Some(list) {
            self.bytes.push(b',');
        } else {
            self.begin(list);
        }
        write(self.bytes, value);
    }

    /// Nothing in a name is to be escaped.
    fn begin(&mut self, list: List) {
        self.end();
        let (sort, name) = list;
        self.bytes.extend(b",\"");
        if let Some(sort) = sort {
            self.bytes.extend(sort.name().as_bytes());
            self.bytes.push(b'.');
        }
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(b"\":[");
        self.open = Some(list);
    }

    fn end(&mut self) {
        if self.open.take().is_some() {
            self.bytes.push(b']');
        }
    }
}

struct Filler<'w> {
    lists: Lists<'w>,
    words: &'w mut words::Writer,
}

/// A value of [`Sort::Days`].
#[derive(Serialize)]
struct Days {
    gte: i64,
    lte: i64,
}

/// A value of [`Sort::Points`].
#[derive(Serialize)]
struct Place {
    lat: f64,
    lon: f64,
}

impl Sink for Filler<'_> {
    fn words(&mut self, path: &'static str, leaf: Option<&str>, text: &str) {
        self.lists.put((Some(Sort::Words), path), self.words.written(leaf, text));
    }

    fn whole(&mut self, path: &'static str, leaf: Option<&str>, value: &str) {
        match leaf {
            None => self.lists.put((Some(Sort::Values), path), value),
            Some(leaf) => self.lists.put((Some(Sort::Values), path), &format!("{leaf}{SEPARATOR}{value}")),
        }
    }

    fn number(&mut self, path: &'static str, number: i64) {
        self.lists.put((Some(Sort::Numbers), path), &number);
    }

    fn days(&mut self, path: &'static str, ranges: &[(i64, i64)]) {
        for (first, _) in ranges {
            self.lists.put((Some(Sort::Numbers), path), first);
        }
        for (gte, lte) in ranges {
            self.lists.put((Some(Sort::Days), path), &Days { gte: *gte, lte: *lte });
        }
        for (first, last) in ranges.iter().map(|range| values::years(*range)) {
            for year in (first..=last).take(values::MOST_YEARS) {
                self.lists.put((Some(Sort::Years), path), &year);
            }
        }
    }

    fn point(&mut self, path: &'static str, point: Point) {
        let (lat, lon) = point.degrees();
        self.lists.put((Some(Sort::Points), path), &Place { lat, lon });
    }

    fn present(&mut self, path: &str) {
        self.lists.put((None, "paths"), path);
    }
}
