//! A plan as OpenSearch's query DSL. Nothing of what was typed reaches it but tokens.

use std::ops::Bound;

use cairn_analysis::{
    plan::{Column, Pattern, Piece, Plan},
    points::{Area, Point},
};
use serde_json::{Map, Value, json};

use super::mapping::{Sort, field};

/// The query that finds what `plan` means.
pub(super) fn query(plan: &Plan) -> Value {
    match plan {
        Plan::All => json!({"constant_score": {"filter": live()}}),
        Plan::Nothing => json!({"match_none": {}}),
        Plan::Ids(ids) => json!({"bool": {"filter": [{"ids": {"values": ids}}, live()]}}),
        Plan::Present(path) => json!({"term": {"paths": path}}),
        Plan::Token(column, token) => json!({"term": {name(*column): token}}),
        Plan::AnyToken(column, tokens) => json!({"terms": {name(*column): tokens}}),
        Plan::Phrase(path, words, slop) => json!({"match_phrase": {
            name(Column::Words(path)): {"query": words.join(" "), "slop": slop}
        }}),
        Plan::Pattern(column, prefix, pattern) => json!({"wildcard": {
            name(*column): {"value": wildcard(prefix, pattern), "rewrite": "constant_score"}
        }}),
        Plan::Fuzzy(column, prefix, word, distance) => json!({"fuzzy": {name(*column): {
            "value": format!("{prefix}{word}"),
            "fuzziness": distance,
            "prefix_length": prefix.chars().count(),
            "transpositions": true,
            "rewrite": "constant_score",
        }}}),
        Plan::Between(column, low, high) => between(*column, low, high),
        Plan::Numbers(path, low, high) => range(&field(Sort::Numbers, path), *low, *high),
        Plan::Days(path, low, high) => range(&field(Sort::Days, path), *low, *high),
        Plan::Within(path, area) => within(path, *area),
        Plan::Near(path, point, meters) => near(path, *point, *meters),
        Plan::Clauses { must, filter, should, must_not } => clauses(must, filter, should, must_not),
        Plan::Best(plans) => json!({"dis_max": {"queries": all(plans)}}),
        Plan::Boost(inner, factor) => json!({"bool": {"must": [query(inner)], "boost": factor}}),
    }
}

/// Documents, without what deleted ones left.
pub(super) fn live() -> Value {
    json!({"term": {"live": true}})
}

fn all(plans: &[Plan]) -> Vec<Value> {
    plans.iter().map(query).collect()
}

/// The field of a column.
pub(super) fn name(column: Column) -> String {
    match column {
        Column::Words(path) => field(Sort::Words, path),
        Column::Whole(path) => field(Sort::Values, path),
    }
}

fn clauses(must: &[Plan], filter: &[Plan], should: &[Plan], must_not: &[Plan]) -> Value {
    let mut parts = Map::new();
    let mut put = |name: &str, queries: Vec<Value>| {
        if !queries.is_empty() {
            parts.insert(name.to_owned(), Value::Array(queries));
        }
    };
    let alone = must.is_empty() && filter.is_empty() && should.is_empty();
    put("must", if alone { vec![query(&Plan::All)] } else { all(must) });
    put("filter", all(filter));
    put("should", all(should));
    put("must_not", all(must_not));
    json!({"bool": parts})
}

fn range(field: &str, low: i64, high: i64) -> Value {
    if low > high {
        return query(&Plan::Nothing);
    }
    let mut edges = Map::new();
    if low > i64::MIN {
        edges.insert("gte".into(), json!(low));
    }
    if high < i64::MAX {
        edges.insert("lte".into(), json!(high));
    }
    json!({"range": {field: edges}})
}

/// OpenSearch rounds points down to multiples of at most 8.4e-8 degrees, so that the edges of an area lie by this much
/// outside of it, in degrees: less than the 1e-7 that points are exact to, so that no other point comes in.
const BELOW: f64 = 9e-8;
/// As [`BELOW`], in the north and east; there it only has to bear with how numbers are written.
const ABOVE: f64 = 1e-8;

fn within(path: &str, area: Area) -> Value {
    let ((south, west), (north, east)) = (area.low.degrees(), area.high.degrees());
    json!({"geo_bounding_box": {field(Sort::Points, path): {
        "bottom_left": {"lat": (south - BELOW).max(-90.0), "lon": (west - BELOW).max(-180.0)},
        "top_right": {"lat": (north + ABOVE).min(90.0), "lon": (east + ABOVE).min(180.0)},
    }}})
}

fn near(path: &str, point: Point, meters: f64) -> Value {
    let (latitude, longitude) = point.degrees();
    json!({"geo_distance": {
        field(Sort::Points, path): {"lat": latitude, "lon": longitude},
        "distance": format!("{meters}m"),
        "distance_type": "arc",
    }})
}

fn between(column: Column, low: &Bound<String>, high: &Bound<String>) -> Value {
    let mut edges = Map::new();
    match low {
        Bound::Included(text) => edges.insert("gte".into(), json!(text)),
        Bound::Excluded(text) => edges.insert("gt".into(), json!(text)),
        Bound::Unbounded => None,
    };
    match high {
        Bound::Included(text) => edges.insert("lte".into(), json!(text)),
        Bound::Excluded(text) => edges.insert("lt".into(), json!(text)),
        Bound::Unbounded => None,
    };
    json!({"range": {name(column): edges}})
}

/// A pattern as the DSL writes it.
fn wildcard(prefix: &str, pattern: &Pattern) -> String {
    let mut written = String::new();
    let literal = |text: &str, written: &mut String| {
        for letter in text.chars() {
            if matches!(letter, '*' | '?' | '\\') {
                written.push('\\');
            }
            written.push(letter);
        }
    };
    literal(prefix, &mut written);
    literal(&pattern.start, &mut written);
    for piece in &pattern.rest {
        match piece {
            Piece::Literal(text) => literal(text, &mut written),
            Piece::One => written.push('?'),
            Piece::Run => written.push('*'),
        }
    }
    written
}

/// A pattern as a regular expression of Lucene's.
pub(super) fn regex(pattern: &Pattern) -> String {
    let mut written = literal(&pattern.start);
    for piece in &pattern.rest {
        match piece {
            Piece::Literal(text) => written.push_str(&literal(text)),
            Piece::One => written.push('.'),
            Piece::Run => written.push_str(".*"),
        }
    }
    written
}

/// A text as a regular expression of Lucene's that means nothing but itself.
pub(super) fn literal(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}
