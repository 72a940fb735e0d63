//! What a dumped document is found by.

use std::{borrow::Cow, collections::BTreeSet};

use cairn_model::{mapping::FieldType, query::text_of};
use serde_json::{Map, Value};

use crate::{
    dates, markup,
    places::Places,
    points::{self, Point},
};

/// Longer whole values, in bytes, cannot be looked up (OpenSearch refuses them); they stay in the source.
const LONGEST_VALUE: usize = 8_191;
/// First and last day of a range without a beginning or an end.
pub const OPEN_DAYS: (i64, i64) = (-1_000_000, 3_000_000);
/// A facet spans at most this many years.
pub const MOST_YEARS: usize = 10_000;
/// A value below an object is found at most this deep.
const DEEPEST_LEAF: usize = 16;

/// Takes what a document is found by. Fields are mapped paths.
pub trait Sink {
    /// A text, free of markup, whose words are looked for; `leaf`: where it is below the field.
    fn words(&mut self, field: &'static str, leaf: Option<&str>, text: &str);

    /// A value that is looked for as a whole; each comes once. `leaf`: where it is below the field.
    fn whole(&mut self, field: &'static str, leaf: Option<&str>, value: &str);

    /// A number; each comes once.
    fn number(&mut self, field: &'static str, number: i64);

    /// First and last day of a range.
    fn days(&mut self, field: &'static str, first: i64, last: i64);

    /// A point; each comes once.
    fn point(&mut self, field: &'static str, point: Point);

    /// A path that has a value, or leads to one; each comes once.
    fn present(&mut self, path: &str);
}

/// Tells `sink` what `source` is found by.
pub fn walk(places: &Places, source: &Value, sink: &mut dyn Sink) {
    if let Value::Object(document) = source {
        walk_document(places, document, sink);
    }
}

/// The same of a document that is no [`Value`].
pub fn walk_document(places: &Places, document: &Map<String, Value>, sink: &mut dyn Sink) {
    let mut walker = Walker { sink, paths: Vec::new() };
    let mut way = Way { document, levels: Vec::new() };
    for (field, kind) in places.mapped() {
        let values = way.to(field);
        if values.iter().any(|value| !value.is_null()) {
            walker.field(field, kind, values);
        }
    }
    let Walker { sink, mut paths } = walker;
    paths.sort_unstable();
    paths.dedup();
    for path in &paths {
        sink.present(path);
    }
}

/// The way to a field: fields are in order, so that the next one shares most of it.
struct Way<'d> {
    document: &'d Map<String, Value>,
    /// Where each step ends in the path, and the values there; none of them is a list.
    levels: Vec<(&'static str, Vec<&'d Value>)>,
}

impl<'d> Way<'d> {
    /// The values at a path.
    fn to(&mut self, field: &'static str) -> &[&'d Value] {
        let leads = |level: &str| field.strip_prefix(level).is_some_and(|rest| rest.starts_with('.'));
        while self.levels.last().is_some_and(|(level, _)| !leads(level)) {
            self.levels.pop();
        }
        let mut at = self.levels.last().map_or(0, |(level, _)| level.len() + 1);
        while at <= field.len() {
            let end = field[at..].find('.').map_or(field.len(), |dot| at + dot);
            let step = &field[at..end];
            let mut values = Vec::new();
            match self.levels.last() {
                None => self.document.get(step).into_iter().for_each(|value| each(value, &mut values)),
                Some((_, before)) => {
                    before
                        .iter()
                        .filter_map(|value| value.get(step))
                        .for_each(|value| each(value, &mut values));
                }
            }
            self.levels.push((&field[..end], values));
            at = end + 1;
        }
        self.levels.last().map_or(&[], |(_, values)| values)
    }
}

/// The value, or what is in the list, at any depth.
fn each<'d>(value: &'d Value, values: &mut Vec<&'d Value>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| each(element, values)),
        other => values.push(other),
    }
}

struct Walker<'s> {
    sink: &'s mut dyn Sink,
    /// Paths that are there, some of them more than once.
    paths: Vec<Cow<'static, str>>,
}

impl Walker<'_> {
    fn field(&mut self, field: &'static str, kind: FieldType, values: &[&Value]) {
        let found = match kind {
            FieldType::Text | FieldType::TextAndKeyword | FieldType::Keyword | FieldType::Boolean => {
                self.texts(field, kind, values)
            }
            FieldType::Integer => self.numbers(field, values.iter().filter_map(|value| integer(value))),
            FieldType::Date => {
                let instants = values.iter().filter_map(|value| Some(dates::instants(value.as_str()?)?.0));
                self.numbers(field, instants)
            }
            FieldType::DateRange => self.ranges(field, values),
            FieldType::Points => self.points(field, values),
            FieldType::Keywords | FieldType::Texts => self.leaves(field, kind, values),
        };
        if found {
            self.present(field.into());
        }
    }

    /// A path is there, and all that lead to it.
    fn present(&mut self, path: Cow<'static, str>) {
        let last = self.paths.last().map_or("", |last| last);
        if last == path {
            return;
        }
        // What leads to the one before is noted.
        let shared = last.bytes().zip(path.bytes()).take_while(|(one, other)| one == other).count();
        let first = shared + usize::from(shared == last.len());
        let dots = path.match_indices('.').map(|(at, _)| at).filter(|at| *at >= first);
        self.paths.extend(dots.map(|end| match &path {
            Cow::Borrowed(path) => Cow::Borrowed(&path[..end]),
            Cow::Owned(path) => Cow::Owned(path[..end].to_owned()),
        }));
        self.paths.push(path);
    }

    fn texts(&mut self, field: &'static str, kind: FieldType, values: &[&Value]) -> bool {
        let texts = || values.iter().filter_map(|value| text_of(value));
        if matches!(kind, FieldType::Text | FieldType::TextAndKeyword) {
            for text in texts() {
                self.sink.words(field, None, &markup::strip(&text));
            }
        }
        if kind != FieldType::Text {
            // Each value once: facets count documents, not mentions.
            let mut once: Vec<_> = texts().filter(|value| value.len() <= LONGEST_VALUE).collect();
            once.sort_unstable();
            once.dedup();
            for value in once {
                self.sink.whole(field, None, &value);
            }
        }
        texts().next().is_some()
    }

    fn numbers(&mut self, field: &'static str, numbers: impl Iterator<Item = i64>) -> bool {
        let numbers: BTreeSet<i64> = numbers.collect();
        for number in &numbers {
            self.sink.number(field, *number);
        }
        !numbers.is_empty()
    }

    fn ranges(&mut self, field: &'static str, values: &[&Value]) -> bool {
        let edge = |value: &Value, key: &str| dates::days(value.get(key)?.as_str()?);
        let mut found = false;
        for value in values {
            let (first, last) = (edge(value, "gte"), edge(value, "lte"));
            let is_open = first.is_none() && last.is_none();
            let (first, last) =
                (first.map_or(OPEN_DAYS.0, |(from, _)| from), last.map_or(OPEN_DAYS.1, |(_, to)| to));
            if !is_open && first <= last {
                self.sink.days(field, first, last);
                found = true;
            }
        }
        found
    }

    fn points(&mut self, field: &'static str, values: &[&Value]) -> bool {
        let points: BTreeSet<Point> = values.iter().filter_map(|value| points::place(value)).collect();
        for point in &points {
            self.sink.point(field, *point);
        }
        !points.is_empty()
    }

    fn leaves(&mut self, field: &'static str, kind: FieldType, values: &[&Value]) -> bool {
        let mut leaves = Vec::new();
        for value in values {
            collect_leaves(value, String::new(), DEEPEST_LEAF, &mut leaves);
        }
        for (leaf, text) in &leaves {
            self.present(format!("{field}.{leaf}").into());
            if kind == FieldType::Texts {
                self.sink.words(field, Some(leaf), &markup::strip(text));
            }
        }
        if kind == FieldType::Keywords {
            let once: BTreeSet<&(String, String)> = leaves.iter().collect();
            for (leaf, text) in once {
                if leaf.len() + 1 + text.len() <= LONGEST_VALUE {
                    self.sink.whole(field, Some(leaf), text);
                }
            }
        }
        !leaves.is_empty()
    }
}

/// First and last year of a range of days; an open side adds no years.
pub fn years((first, last): (i64, i64)) -> (i64, i64) {
    let first = if first == OPEN_DAYS.0 { last } else { first };
    let last = if last == OPEN_DAYS.1 { first } else { last };
    (dates::year(first), dates::year(last))
}

fn collect_leaves(value: &Value, path: String, depth: usize, leaves: &mut Vec<(String, String)>) {
    match value {
        Value::Object(entries) if depth > 0 => {
            for (key, value) in entries {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect_leaves(value, below, depth - 1, leaves);
            }
        }
        Value::Array(elements) if depth > 0 => {
            for element in elements {
                collect_leaves(element, path.clone(), depth - 1, leaves);
            }
        }
        scalar => {
            if let (Some(text), false) = (text_of(scalar), path.is_empty()) {
                leaves.push((path, text.into_owned()));
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a fraction's whole part, far within an i64")]
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|float| float.abs() < 9e15).map(|float| float as i64)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
