//! One condition on one place of an index, as a tantivy query.

use std::ops::Bound;

use cairn_model::query::Edge;
use cairn_ports::search::SearchError;
use tantivy::{
    Term,
    query::{
        BooleanQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
        TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    analysis::{self, Run},
    automaton::{self, AutomatonQuery},
    compile::unavailable,
    dates,
    layout::Slot,
    spans::SpanQuery,
};

/// Of longer texts only this many words are looked for.
pub(super) const MOST_WORDS: usize = 128;

/// A tantivy query.
pub(super) type Compiled = Box<dyn Query>;
/// What comes of compiling.
pub(super) type Result<T> = std::result::Result<T, SearchError>;

/// The whole value.
pub(super) fn term(slot: &Slot, value: &str) -> Result<Compiled> {
    match slot {
        Slot::Words { .. } => Ok(phrase(slot, value, 0)),
        Slot::Whole { field, prefix, .. } => Ok(exact(*field, &format!("{prefix}{value}"))),
        Slot::Integer { .. } | Slot::Instant { .. } | Slot::Days { .. } => {
            let edge = Edge::Included(value.to_owned());
            range(slot, &edge, &edge)
        }
    }
}

/// One of some whole values.
pub(super) fn terms(slot: &Slot, values: &[String]) -> Result<Compiled> {
    if let Slot::Whole { field, prefix, .. } = slot {
        let terms = values.iter().map(|value| Term::from_field_text(*field, &format!("{prefix}{value}")));
        return Ok(Box::new(TermSetQuery::new(terms)));
    }
    let any = values.iter().map(|value| Ok((Occur::Should, term(slot, value)?)));
    Ok(Box::new(BooleanQuery::new(any.collect::<Result<Vec<_>>>()?)))
}

/// One word as typed: its parts side by side, or glued.
pub(super) fn word(field: Field, prefix: &str, runs: &[Run]) -> Compiled {
    let parts = runs.iter().flat_map(|run| &run.parts).map(String::as_str);
    let side_by_side = words_in_order(field, prefix, parts, 0);
    match runs {
        [run] if let Some(glued) = run.glued() => {
            best_of(vec![side_by_side, scored(field, &format!("{prefix}{glued}"))])
        }
        _ => side_by_side,
    }
}

/// The words of a text, in their order.
pub(super) fn phrase(slot: &Slot, text: &str, slop: u32) -> Compiled {
    let (field, prefix) = match slot {
        Slot::Words { field, prefix } => (*field, prefix),
        Slot::Whole { field, prefix, .. } => return exact(*field, &format!("{prefix}{text}")),
        Slot::Integer { .. } | Slot::Instant { .. } | Slot::Days { .. } => {
            let edge = Edge::Included(text.to_owned());
            return range(slot, &edge, &edge).unwrap_or_else(|_| Box::new(EmptyQuery));
        }
    };
    let runs = analysis::runs(text);
    words_in_order(field, prefix, runs.iter().flat_map(|run| &run.parts).map(String::as_str), slop)
}

fn words_in_order<'w>(
    field: Field,
    prefix: &str,
    words: impl Iterator<Item = &'w str>,
    slop: u32,
) -> Compiled {
    let terms = words.take(MOST_WORDS).map(|word| Term::from_field_text(field, &format!("{prefix}{word}")));
    let mut terms: Vec<Term> = terms.collect();
    match terms.len() {
        0 => Box::new(EmptyQuery),
        1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs)),
        _ => {
            let mut phrase = PhraseQuery::new(terms);
            phrase.set_slop(slop);
            Box::new(phrase)
        }
    }
}

/// A value that matches a pattern.
pub(super) fn wildcard(slot: &Slot, pattern: &str) -> Result<Compiled> {
    let (field, automaton) = match slot {
        // Words are indexed without punctuation: what a pattern has of it cannot be there.
        Slot::Words { field, prefix } => (*field, automaton::wildcard(prefix, pattern, letters)),
        Slot::Whole { field, prefix, .. } => (*field, automaton::wildcard(prefix, pattern, str::to_owned)),
        Slot::Integer { .. } | Slot::Instant { .. } | Slot::Days { .. } => {
            return Ok(Box::new(EmptyQuery));
        }
    };
    Ok(Box::new(AutomatonQuery::new(field, automaton.ok_or_else(too_long)?)))
}

/// A word a few edits away.
pub(super) fn fuzzy(slot: &Slot, word: &str, distance: Option<u8>) -> Result<Compiled> {
    let (field, prefix, word) = match slot {
        Slot::Words { field, prefix } => (*field, prefix, letters(word)),
        Slot::Whole { field, prefix, .. } => (*field, prefix, word.to_owned()),
        Slot::Integer { .. } | Slot::Instant { .. } | Slot::Days { .. } => {
            return Ok(Box::new(EmptyQuery));
        }
    };
    let distance = distance.unwrap_or_else(|| automatic_distance(&word));
    if distance == 0 || word.len() > 100 {
        return Ok(scored(field, &format!("{prefix}{word}")));
    }
    let automaton = automaton::fuzzy(field, prefix, &word, distance).map_err(unavailable)?;
    Ok(Box::new(AutomatonQuery::new(field, automaton)))
}

/// A value between two edges.
pub(super) fn range(slot: &Slot, from: &Edge, to: &Edge) -> Result<Compiled> {
    let refused = |text: &str| SearchError::BadQuery(format!("`{text}` cannot be the edge of a range"));
    match slot {
        Slot::Days { from: first, to: last } => {
            let (low, high) = dates::bounds(from, to, dates::days).map_err(refused)?;
            Ok(Box::new(SpanQuery { from: first.clone(), to: last.clone(), low, high }))
        }
        Slot::Instant { column } => {
            let (low, high) = dates::bounds(from, to, dates::instants).map_err(refused)?;
            Ok(Box::new(SpanQuery { from: column.clone(), to: column.clone(), low, high }))
        }
        Slot::Integer { column, .. } => {
            let number = |text: &str| text.parse().ok().map(|number: i64| (number, number));
            let (low, high) = dates::bounds(from, to, number).map_err(refused)?;
            Ok(Box::new(SpanQuery { from: column.clone(), to: column.clone(), low, high }))
        }
        Slot::Whole { field, prefix, .. } => Ok(text_range(*field, prefix, from, to, str::to_owned)),
        Slot::Words { field, prefix } => Ok(text_range(*field, prefix, from, to, letters)),
    }
}

fn text_range(
    field: Field,
    prefix: &str,
    from: &Edge,
    to: &Edge,
    write: impl Fn(&str) -> String,
) -> Compiled {
    let term = |text: &str| Term::from_field_text(field, &format!("{prefix}{}", write(text)));
    let low = match from {
        Edge::Open => Bound::Included(Term::from_field_text(field, prefix)),
        Edge::Included(text) => Bound::Included(term(text)),
        Edge::Excluded(text) => Bound::Excluded(term(text)),
    };
    let high = match to {
        Edge::Included(text) => Bound::Included(term(text)),
        Edge::Excluded(text) => Bound::Excluded(term(text)),
        // Nothing sorts between a path's separator and the character after it but the values of that path.
        Edge::Open => match prefix.strip_suffix('\0') {
            Some(path) => Bound::Excluded(Term::from_field_text(field, &format!("{path}\u{1}"))),
            None => Bound::Unbounded,
        },
    };
    Box::new(RangeQuery::new(low, high))
}

/// Folded, without anything that is not part of a word.
fn letters(text: &str) -> String {
    analysis::runs(text).into_iter().flat_map(|run| run.parts).collect()
}

/// Edits that a bare `~` allows: none for one or two letters, one up to five, else two.
fn automatic_distance(word: &str) -> u8 {
    match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// One term, whatever its weight.
pub(super) fn exact(field: Field, value: &str) -> Compiled {
    Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
}

fn scored(field: Field, word: &str) -> Compiled {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}

/// The best of several queries counts.
pub(super) fn best_of(mut places: Vec<Compiled>) -> Compiled {
    match places.len() {
        0 => Box::new(EmptyQuery),
        1 => places.remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(places)),
    }
}

/// A pattern that cannot be searched for.
pub(super) fn too_long() -> SearchError {
    SearchError::BadQuery("the pattern is too long".into())
}
