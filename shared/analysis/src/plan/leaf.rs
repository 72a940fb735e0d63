//! One condition on one place.

use std::ops::Bound;

use cairn_model::query::Edge;

use super::{Column, MOST_WORDS, Pattern, Plan};
use crate::{
    BadQuery, SEPARATOR, dates,
    places::Place,
    points::{Area, Point},
    words::{self, Run},
};

/// Longer words, in bytes, are not looked for with typing errors.
const LONGEST_FUZZY: usize = 100;
/// Everything lies nearer, in metres.
const FARTHEST: f64 = 20_100_000.0;

/// A place of tokens, and what precedes them there.
fn column(place: &Place) -> Option<(Column, &str)> {
    match place {
        Place::Words { field, prefix } => Some((Column::Words(field), prefix)),
        Place::Whole { field, prefix } => Some((Column::Whole(field), prefix)),
        Place::Integer(_) | Place::Instant(_) | Place::Days(_) | Place::Points(_) => None,
    }
}

/// The whole value.
pub(super) fn term(place: &Place, value: &str) -> Result<Plan, BadQuery> {
    match place {
        Place::Words { .. } => Ok(phrase(place, value, 0)),
        Place::Whole { field, prefix } => Ok(Plan::Token(Column::Whole(field), format!("{prefix}{value}"))),
        Place::Integer(_) | Place::Instant(_) | Place::Days(_) | Place::Points(_) => {
            let edge = Edge::Included(value.to_owned());
            range(place, &edge, &edge)
        }
    }
}

/// One of some whole values.
pub(super) fn terms(place: &Place, values: &[String]) -> Result<Plan, BadQuery> {
    if let Place::Whole { field, prefix } = place {
        let tokens = values.iter().map(|value| format!("{prefix}{value}")).collect();
        return Ok(Plan::AnyToken(Column::Whole(field), tokens));
    }
    let should: Vec<Plan> = values.iter().map(|value| term(place, value)).collect::<Result<_, _>>()?;
    if should.is_empty() {
        return Ok(Plan::Nothing);
    }
    Ok(Plan::Clauses { must: Vec::new(), filter: Vec::new(), should, must_not: Vec::new() })
}

/// One word as typed: its parts side by side, or glued.
pub(super) fn word(field: &'static str, prefix: &str, runs: &[Run]) -> Plan {
    let side_by_side = in_order(field, prefix, runs, 0);
    match runs {
        [run] if let Some(glued) = run.glued() => {
            Plan::Best(vec![side_by_side, Plan::Token(Column::Words(field), format!("{prefix}{glued}"))])
        }
        _ => side_by_side,
    }
}

/// The words of a text, in their order.
pub(super) fn phrase(place: &Place, text: &str, slop: u32) -> Plan {
    match place {
        Place::Words { field, prefix } => in_order(field, prefix, &words::runs(text), slop),
        _ => term(place, text).unwrap_or(Plan::Nothing),
    }
}

fn in_order(field: &'static str, prefix: &str, runs: &[Run], slop: u32) -> Plan {
    let words = runs.iter().flat_map(|run| &run.parts).take(MOST_WORDS);
    let mut tokens: Vec<String> = words.map(|word| format!("{prefix}{word}")).collect();
    match tokens.len() {
        0 => Plan::Nothing,
        1 => Plan::Token(Column::Words(field), tokens.remove(0)),
        _ => Plan::Phrase(field, tokens, slop),
    }
}

/// A value that matches a pattern.
pub(super) fn wildcard(place: &Place, pattern: &str) -> Result<Plan, BadQuery> {
    let Some((column, prefix)) = column(place) else { return Ok(Plan::Nothing) };
    let pattern = match column {
        // Words are indexed without punctuation: what a pattern has of it cannot be there.
        Column::Words(_) => Pattern::read(pattern, words::letters)?,
        Column::Whole(_) => Pattern::read(pattern, str::to_owned)?,
    };
    Ok(Plan::Pattern(column, prefix.to_owned(), pattern))
}

/// A word a few edits away.
pub(super) fn fuzzy(place: &Place, word: &str, distance: Option<u8>) -> Plan {
    let Some((column, prefix)) = column(place) else { return Plan::Nothing };
    let word = match column {
        Column::Words(_) => words::letters(word),
        Column::Whole(_) => word.to_owned(),
    };
    match distance.unwrap_or_else(|| automatic_distance(&word)).min(2) {
        distance if distance > 0 && word.len() <= LONGEST_FUZZY => {
            Plan::Fuzzy(column, prefix.to_owned(), word, distance)
        }
        _ => Plan::Token(column, format!("{prefix}{word}")),
    }
}

/// Edits that a bare `~` allows: none for one or two letters, one up to five, else two.
fn automatic_distance(word: &str) -> u8 {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// A value between two edges.
pub(super) fn range(place: &Place, from: &Edge, to: &Edge) -> Result<Plan, BadQuery> {
    let refused = |text: &str| BadQuery(format!("`{text}` cannot be the edge of a range"));
    let number = |text: &str| text.parse().ok().map(|number: i64| (number, number));
    Ok(match place {
        Place::Days(field) => {
            let (low, high) = dates::bounds(from, to, dates::days).map_err(refused)?;
            Plan::Days(field, low, high)
        }
        Place::Instant(field) => {
            let (low, high) = dates::bounds(from, to, dates::instants).map_err(refused)?;
            Plan::Numbers(field, low, high)
        }
        Place::Integer(field) => {
            let (low, high) = dates::bounds(from, to, number).map_err(refused)?;
            Plan::Numbers(field, low, high)
        }
        // Points have no order.
        Place::Points(_) => Plan::Nothing,
        Place::Whole { field, prefix } => between(Column::Whole(field), prefix, from, to, str::to_owned),
        Place::Words { field, prefix } => between(Column::Words(field), prefix, from, to, words::letters),
    })
}

/// Points between two parallels and two meridians, from the south and west to the north and east.
pub(super) fn within(place: &Place, (south, west): (f64, f64), high: (f64, f64)) -> Result<Plan, BadQuery> {
    let Place::Points(field) = place else { return Ok(Plan::Nothing) };
    let area = Area { low: point(south, west)?, high: point(high.0, high.1)? };
    let is_empty = area.low.latitude > area.high.latitude;
    Ok(if is_empty { Plan::Nothing } else { Plan::Within(field, area) })
}

/// Points at most so many metres from another.
pub(super) fn near(place: &Place, (latitude, longitude): (f64, f64), meters: f64) -> Result<Plan, BadQuery> {
    let Place::Points(field) = place else { return Ok(Plan::Nothing) };
    if meters.is_nan() || meters <= 0.0 {
        return Err(BadQuery(format!("`{meters}` metres are no distance")));
    }
    Ok(Plan::Near(field, point(latitude, longitude)?, meters.min(FARTHEST)))
}

fn point(latitude: f64, longitude: f64) -> Result<Point, BadQuery> {
    let refused = || BadQuery(format!("`{latitude},{longitude}` is no point on the earth"));
    Point::at(latitude, longitude).ok_or_else(refused)
}

fn between(column: Column, prefix: &str, from: &Edge, to: &Edge, write: impl Fn(&str) -> String) -> Plan {
    let token = |text: &str| format!("{prefix}{}", write(text));
    let low = match from {
        Edge::Open => Bound::Included(prefix.to_owned()),
        Edge::Included(text) => Bound::Included(token(text)),
        Edge::Excluded(text) => Bound::Excluded(token(text)),
    };
    let high = match to {
        Edge::Included(text) => Bound::Included(token(text)),
        Edge::Excluded(text) => Bound::Excluded(token(text)),
        // Nothing sorts between a leaf's separator and the character after it but the values of that leaf.
        Edge::Open => match prefix.strip_suffix(SEPARATOR) {
            Some(leaf) => Bound::Excluded(format!("{leaf}\u{1}")),
            None => Bound::Unbounded,
        },
    };
    Plan::Between(column, low, high)
}
