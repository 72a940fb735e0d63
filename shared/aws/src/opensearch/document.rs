//! A dumped document as OpenSearch takes it. Rebuilds do little else, so it is written at once as it is sent.

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

/// What stands around the values of a field takes about so many bytes.
const AROUND: usize = 16;

/// The JSON of the document for a dump. What is deleted leaves its id and version, so that older writes are known as such.
pub(super) fn build(mapping: &Mapping, places: &Places, document: &Document) -> Vec<u8> {
    let mut built = Vec::new();
    built.extend(b"{\"id\":");
    write(&mut built, &document.id);
    if let Some(source) = &document.source {
        let mut filler = Filler::default();
        values::walk(places, source, &mut filler);
        // As text: OpenSearch would not keep the order of its keys.
        let mut text = Vec::new();
        write(&mut text, &Without::of(source, mapping.unreturned));
        // Its quotes are escaped.
        built.reserve(filler.bytes() + text.len() + text.len() / 4);
        for Field { sort, path, values } in &filler.fields {
            member(&mut built, &[sort.name(), ".", path], values);
        }
        member(&mut built, &["paths"], &filler.paths);
        let mut index = Vec::new();
        write(&mut index, &mapping.index);
        member(&mut built, &["index"], &index);
        built.extend(b",\"live\":true,\"source\":");
        write(&mut built, std::str::from_utf8(&text).unwrap_or_default());
    }
    built.push(b'}');
    built
}

/// A list of the document, of which the values are there; nothing in the parts of its name is to be escaped.
fn member(built: &mut Vec<u8>, name: &[&str], values: &[u8]) {
    built.extend(b",\"");
    for part in name {
        built.extend(part.as_bytes());
    }
    built.extend(b"\":[");
    built.extend(values);
    built.push(b']');
}

/// Writes JSON; into memory, so it does not fail.
pub(super) fn write<T: Serialize + ?Sized>(written: &mut Vec<u8>, value: &T) {
    if let Err(error) = serde_json::to_writer(written, value) {
        tracing::error!(%error, "a value has no JSON");
    }
}

/// The values of one field, parted by commas.
struct Field {
    sort: Sort,
    path: &'static str,
    values: Vec<u8>,
}

#[derive(Default)]
struct Filler {
    fields: Vec<Field>,
    paths: Vec<u8>,
}

impl Filler {
    /// About so many bytes are written for the fields.
    fn bytes(&self) -> usize {
        let fields = self.fields.iter().map(|field| field.path.len() + field.values.len() + AROUND);
        fields.sum::<usize>() + self.paths.len() + 4 * AROUND
    }

    fn put<T: Serialize + ?Sized>(&mut self, sort: Sort, path: &'static str, value: &T) {
        // The fields of one path come together.
        let mut last = self.fields.iter().enumerate().rev().take_while(|(_, field)| field.path == path);
        if let Some((at, _)) = last.find(|(_, field)| field.sort == sort) {
            return add(&mut self.fields[at].values, value);
        }
        let mut values = Vec::new();
        add(&mut values, value);
        self.fields.push(Field { sort, path, values });
    }
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

/// Adds to values that are parted by commas.
fn add<T: Serialize + ?Sized>(values: &mut Vec<u8>, value: &T) {
    if !values.is_empty() {
        values.push(b',');
    }
    write(values, value);
}

impl Sink for Filler {
    fn words(&mut self, path: &'static str, leaf: Option<&str>, text: &str) {
        self.put(Sort::Words, path, &words::written(leaf, text));
    }

    fn whole(&mut self, path: &'static str, leaf: Option<&str>, value: &str) {
        match leaf {
            None => self.put(Sort::Values, path, value),
            Some(leaf) => self.put(Sort::Values, path, &format!("{leaf}{SEPARATOR}{value}")),
        }
    }

    fn number(&mut self, path: &'static str, number: i64) {
        self.put(Sort::Numbers, path, &number);
    }

    fn days(&mut self, path: &'static str, first: i64, last: i64) {
        self.put(Sort::Numbers, path, &first);
        self.put(Sort::Days, path, &Days { gte: first, lte: last });
        let (first, last) = values::years((first, last));
        for year in (first..=last).take(values::MOST_YEARS) {
            self.put(Sort::Years, path, &year);
        }
    }

    fn point(&mut self, path: &'static str, point: Point) {
        let (latitude, longitude) = point.degrees();
        self.put(Sort::Points, path, &Place { lat: latitude, lon: longitude });
    }

    fn present(&mut self, path: &str) {
        add(&mut self.paths, path);
    }
}
