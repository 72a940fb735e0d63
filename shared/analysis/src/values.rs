//! What a dumped document is found by.

use std::{borrow::Cow, collections::BTreeSet};

use cairn_model::{mapping::FieldType, query::text_of};
use serde_json::{Map, Value};

use crate::{
    dates, markup,
    places::{Places, Step},
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

/// Values of one object, often.
const ROOM: usize = 16;

/// Takes what a document is found by. Fields are mapped paths.
pub trait Sink {
    /// A text, free of markup, whose words are looked for; `leaf`: where it is below the field.
    fn words(&mut self, field: &'static str, leaf: Option<&str>, text: &str);

    /// A value that is looked for as a whole; each comes once. `leaf`: where it is below the field.
    fn whole(&mut self, field: &'static str, leaf: Option<&str>, value: &str);

    /// A number; each comes once.
    fn number(&mut self, field: &'static str, number: i64);

    /// First and last days of ranges: all of a field.
    fn days(&mut self, field: &'static str, ranges: &[(i64, i64)]);

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
    walker.below(places.steps(), &mut std::iter::once(document));
    let Walker { sink, mut paths } = walker;
    paths.sort_unstable();
    paths.dedup();
    for path in &paths {
        sink.present(path);
    }
}

/// A value, neither a list nor nothing, and the number of the step that leads to it.
type Found<'d> = (usize, &'d Value);

/// Adds the value, or what is in the list, at any depth.
fn each<'d>(step: usize, value: &'d Value, found: &mut Vec<Found<'d>>) {
    match value {
        Value::Null => {}
        Value::Array(elements) => elements.iter().for_each(|element| each(step, element, found)),
        other => found.push((step, other)),
    }
}

/// What one step led to.
fn values<'v>(found: &'v [Found<'_>]) -> impl Iterator<Item = &'v Value> + Clone {
    found.iter().map(|(_, value)| *value)
}

struct Walker<'s> {
    sink: &'s mut dyn Sink,
    /// Paths that are there, some of them more than once.
    paths: Vec<Cow<'static, str>>,
}

impl Walker<'_> {
    /// Goes on from some objects; whether anything is found there. What is there is looked up among the steps, and not the
    /// other way round: most of what may be there is not.
    fn below(&mut self, steps: &[Step], objects: &mut dyn Iterator<Item = &Map<String, Value>>) -> bool {
        let mut found = Vec::with_capacity(ROOM);
        for (key, value) in objects.flatten() {
            if let Some(step) = steps.iter().position(|step| step.name == key) {
                each(step, value, &mut found);
            }
        }
        found.sort_by_key(|(step, _)| *step);
        let mut any = false;
        for found in found.chunk_by(|one, other| one.0 == other.0) {
            any |= self.step(&steps[found[0].0], found);
        }
        any
    }

    /// What one step led to, and all below.
    fn step(&mut self, step: &Step, found: &[Found<'_>]) -> bool {
        // Before those below: paths are nearly in order then.
        let place = self.paths.len();
        self.paths.push(step.path.into());
        let is_field = step.kind.is_some_and(|kind| self.field(step.path, kind, found));
        let mut objects = values(found).filter_map(Value::as_object);
        let leads_on = !step.below.is_empty() && self.below(&step.below, &mut objects);
        if !is_field && !leads_on {
            self.paths.truncate(place);
        }
        is_field || leads_on
    }

    fn field(&mut self, field: &'static str, kind: FieldType, found: &[Found<'_>]) -> bool {
        match kind {
            FieldType::Text | FieldType::TextAndKeyword | FieldType::Keyword | FieldType::Boolean => {
                self.texts(field, kind, found)
            }
            FieldType::Integer => self.numbers(field, values(found).filter_map(integer)),
            FieldType::Date => {
                let instants = values(found).filter_map(|value| Some(dates::instants(value.as_str()?)?.0));
                self.numbers(field, instants)
            }
            FieldType::DateRange => self.ranges(field, found),
            FieldType::Points => self.points(field, found),
            FieldType::Keywords | FieldType::Texts => self.leaves(field, kind, found),
        }
    }

    /// A leaf of a field is there, and all that leads to it.
    fn present(&mut self, field: &str, leaf: &str) {
        let path = format!("{field}.{leaf}");
        let ends = leaf.match_indices('.').map(|(at, _)| field.len() + 1 + at);
        self.paths.extend(ends.map(|end| path[..end].to_owned().into()));
        self.paths.push(path.into());
    }

    fn texts(&mut self, field: &'static str, kind: FieldType, found: &[Found<'_>]) -> bool {
        let texts = || values(found).filter_map(text_of);
        if matches!(kind, FieldType::Text | FieldType::TextAndKeyword) {
            for text in texts() {
                self.sink.words(field, None, &markup::strip(&text));
            }
        }
        if kind != FieldType::Text {
            // Each value once: facets count documents, not mentions.
            let mut whole = texts().filter(|value| value.len() <= LONGEST_VALUE);
            if found.len() == 1 {
                whole.by_ref().for_each(|value| self.sink.whole(field, None, &value));
            }
            let mut once: Vec<_> = whole.collect();
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

    fn ranges(&mut self, field: &'static str, found: &[Found<'_>]) -> bool {
        let edge = |value: &Value, key: &str| dates::days(value.get(key)?.as_str()?);
        let range = |value: &Value| {
            let (first, last) = (edge(value, "gte"), edge(value, "lte"));
            let is_open = first.is_none() && last.is_none();
            let range = (first.map_or(OPEN_DAYS.0, |(from, _)| from), last.map_or(OPEN_DAYS.1, |(_, to)| to));
            (!is_open && range.0 <= range.1).then_some(range)
        };
        let ranges: Vec<_> = values(found).filter_map(range).collect();
        if !ranges.is_empty() {
            self.sink.days(field, &ranges);
        }
        !ranges.is_empty()
    }

    fn points(&mut self, field: &'static str, found: &[Found<'_>]) -> bool {
        let points: BTreeSet<Point> = values(found).filter_map(points::place).collect();
        for point in &points {
            self.sink.point(field, *point);
        }
        !points.is_empty()
    }

    fn leaves(&mut self, field: &'static str, kind: FieldType, found: &[Found<'_>]) -> bool {
        let mut leaves = Vec::new();
        for value in values(found) {
            collect_leaves(value, Cow::Borrowed(""), DEEPEST_LEAF, &mut leaves);
        }
        for (leaf, text) in &leaves {
            self.present(field, leaf);
            if kind == FieldType::Texts {
                self.sink.words(field, Some(leaf), &markup::strip(text));
            }
        }
        let is_there = !leaves.is_empty();
        if kind == FieldType::Keywords {
            leaves.sort_unstable();
            leaves.dedup();
            for (leaf, text) in leaves {
                if leaf.len() + 1 + text.len() <= LONGEST_VALUE {
                    self.sink.whole(field, Some(&leaf), &text);
                }
            }
        }
        is_there
    }
}

/// First and last year of a range of days; an open side adds no years.
pub fn years((first, last): (i64, i64)) -> (i64, i64) {
    let first = if first == OPEN_DAYS.0 { last } else { first };
    let last = if last == OPEN_DAYS.1 { first } else { last };
    (dates::year(first), dates::year(last))
}

/// The scalars below a value, each with its path.
fn collect_leaves<'d>(
    value: &'d Value,
    path: Cow<'d, str>,
    depth: usize,
    leaves: &mut Vec<(Cow<'d, str>, Cow<'d, str>)>,
) {
    match value {
        Value::Object(entries) if depth > 0 => {
            for (key, value) in entries {
                let below = if path.is_empty() { key.into() } else { format!("{path}.{key}").into() };
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
                leaves.push((path, text));
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
