//! Cairn's query as a tantivy query, for one index.

use std::{collections::BTreeSet, ops::Bound};

use cairn_model::query::{Clauses, Edge, Query, Weighted};
use cairn_ports::search::SearchError;
use tantivy::{
    Searcher, Term,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery,
        Query as TantivyQuery, RangeQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    analysis,
    automaton::{self, AutomatonQuery},
    dates,
    layout::{Layout, Slot},
    spans::SpanQuery,
};

/// Of longer texts only this many different words are looked for.
const MOST_WORDS: usize = 128;
/// A field with `*` in its name stands for at most this many paths.
const MOST_FIELDS: usize = 128;

type Compiled = Box<dyn TantivyQuery>;
type Result<T> = std::result::Result<T, SearchError>;

/// Compiles for one index as it is now.
pub(super) struct Compiler<'a> {
    pub layout: &'a Layout,
    pub searcher: &'a Searcher,
}

impl Compiler<'_> {
    /// The tantivy query that finds what `query` means.
    pub(super) fn compile(&self, query: &Query) -> Result<Compiled> {
        match query {
            Query::All => Ok(self.all()),
            Query::Nothing => Ok(Box::new(EmptyQuery)),
            Query::Term { field, value } => self.slot(field, |slot| Self::term(slot, value)),
            Query::Terms { field, values } => self.slot(field, |slot| Self::terms(slot, values)),
            Query::Words { fields, text, all } => self.words(fields, text, *all),
            Query::Phrase { fields, text, slop } => {
                self.best(fields, |slot| Ok(Some(Self::phrase(slot, text, *slop))))
            }
            Query::Wildcard { fields, pattern } => {
                self.best(fields, |slot| Self::wildcard(slot, pattern).map(Some))
            }
            Query::Fuzzy { fields, word, distance } => {
                self.best(fields, |slot| Self::fuzzy(slot, word, *distance).map(Some))
            }
            Query::Range { field, from, to } => self.slot(field, |slot| Self::range(slot, from, to)),
            Query::Exists { field } => Ok(exact(self.layout.paths, field)),
            Query::Ids(ids) => Ok(self.ids(ids)),
            Query::Bool(clauses) => self.clauses(clauses),
            Query::Boost(inner, factor) => Ok(Box::new(BoostQuery::new(self.compile(inner)?, *factor))),
        }
    }

    fn all(&self) -> Compiled {
        Box::new(ConstScoreQuery::new(exact(self.layout.live, "1"), 1.0))
    }

    /// Documents by id; graves have ids too.
    fn ids(&self, ids: &[String]) -> Compiled {
        let terms = ids.iter().map(|id| Term::from_field_text(self.layout.id, id));
        let wanted: Compiled = Box::new(TermSetQuery::new(terms));
        Box::new(BooleanQuery::new(vec![(Occur::Must, wanted), (Occur::Must, self.all())]))
    }

    /// What `make` makes of a field's place; nothing is found in a field that is not there.
    fn slot(&self, path: &str, make: impl FnOnce(&Slot) -> Result<Compiled>) -> Result<Compiled> {
        match self.layout.slot(path) {
            Some(slot) => make(&slot),
            None => Ok(Box::new(EmptyQuery)),
        }
    }

    fn clauses(&self, clauses: &Clauses) -> Result<Compiled> {
        let mut parts: Vec<(Occur, Compiled)> = Vec::new();
        for query in &clauses.must {
            parts.push((Occur::Must, self.compile(query)?));
        }
        for query in &clauses.filter {
            parts.push((Occur::Must, Box::new(ConstScoreQuery::new(self.compile(query)?, 0.0))));
        }
        for query in &clauses.should {
            parts.push((Occur::Should, self.compile(query)?));
        }
        if parts.is_empty() {
            parts.push((Occur::Must, self.all()));
        }
        for query in &clauses.must_not {
            parts.push((Occur::MustNot, self.compile(query)?));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// Every word in the field where it counts most.
    fn words(&self, fields: &[Weighted], text: &str, all: bool) -> Result<Compiled> {
        let slots = self.slots(fields)?;
        let occur = if all { Occur::Must } else { Occur::Should };
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        for word in text.split_whitespace().filter(|word| seen.insert(*word)).take(MOST_WORDS) {
            let has_words = !analysis::runs(word).is_empty();
            let mut places = Vec::new();
            for (slot, weight) in &slots {
                match slot {
                    Slot::Words { .. } if has_words => places.push(boosted(Self::word(slot, word), *weight)),
                    Slot::Words { .. } => {}
                    // A word may stand for a whole value; one that cannot be read as such is just not there.
                    _ => places.extend(Self::term(slot, word).ok().map(|query| boosted(query, *weight))),
                }
            }
            // Punctuation alone is no word that could be missed.
            if has_words || !all {
                parts.push((occur, best_of(places)));
            }
        }
        Ok(if parts.is_empty() { Box::new(EmptyQuery) } else { Box::new(BooleanQuery::new(parts)) })
    }

    /// A query per field, the best of which counts.
    fn best(
        &self,
        fields: &[Weighted],
        make: impl Fn(&Slot) -> Result<Option<Compiled>>,
    ) -> Result<Compiled> {
        let mut places = Vec::new();
        for (slot, weight) in self.slots(fields)? {
            places.extend(make(&slot)?.map(|query| boosted(query, weight)));
        }
        Ok(best_of(places))
    }

    fn slots(&self, fields: &[Weighted]) -> Result<Vec<(Slot, f32)>> {
        let mut slots: Vec<(Slot, f32)> = Vec::new();
        for (path, weight) in fields {
            let paths =
                if path.contains('*') { self.matching_paths(path)? } else { BTreeSet::from([path.clone()]) };
            for slot in paths.iter().filter_map(|path| self.layout.slot(path)) {
                if !slots.iter().any(|(known, _)| *known == slot) {
                    slots.push((slot, *weight));
                }
            }
        }
        Ok(slots)
    }

    /// The paths that are present in some document and match a pattern.
    fn matching_paths(&self, pattern: &str) -> Result<BTreeSet<String>> {
        let automaton = automaton::wildcard("", pattern, str::to_owned).ok_or_else(too_long)?;
        let mut paths = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let terms = segment.inverted_index(self.layout.paths).map_err(unavailable)?;
            let mut found =
                terms.terms().search(&automaton).into_stream().map_err(|error| unavailable(error.into()))?;
            while paths.len() < MOST_FIELDS && found.advance() {
                paths.insert(String::from_utf8_lossy(found.key()).into_owned());
            }
        }
        Ok(paths)
    }

    fn term(slot: &Slot, value: &str) -> Result<Compiled> {
        match slot {
            Slot::Words { .. } => Ok(Self::phrase(slot, value, 0)),
            Slot::Whole { field, prefix, .. } => Ok(exact(*field, &format!("{prefix}{value}"))),
            Slot::Integer { field, .. } => {
                let number =
                    value.parse().map_err(|_| SearchError::BadQuery(format!("`{value}` is no number")))?;
                Ok(Box::new(TermQuery::new(Term::from_field_i64(*field, number), IndexRecordOption::Basic)))
            }
            Slot::Instant { .. } | Slot::Days { .. } => {
                let edge = Edge::Included(value.to_owned());
                Self::range_of(slot, &edge)
            }
        }
    }

    fn range_of(slot: &Slot, edge: &Edge) -> Result<Compiled> {
        Self::range(slot, edge, edge)
    }

    fn terms(slot: &Slot, values: &[String]) -> Result<Compiled> {
        if let Slot::Whole { field, prefix, .. } = slot {
            let terms = values.iter().map(|value| Term::from_field_text(*field, &format!("{prefix}{value}")));
            return Ok(Box::new(TermSetQuery::new(terms)));
        }
        let any = values.iter().map(|value| Ok((Occur::Should, Self::term(slot, value)?)));
        Ok(Box::new(BooleanQuery::new(any.collect::<Result<Vec<_>>>()?)))
    }

    /// One word as typed: its parts side by side, or glued.
    fn word(slot: &Slot, word: &str) -> Compiled {
        let Slot::Words { field, prefix } = slot else { return Box::new(EmptyQuery) };
        let runs = analysis::runs(word);
        let glued = match runs.as_slice() {
            [run] => run.glued(),
            _ => None,
        };
        let side_by_side = Self::phrase(slot, word, 0);
        match glued {
            Some(glued) => best_of(vec![side_by_side, scored(*field, &format!("{prefix}{glued}"))]),
            None => side_by_side,
        }
    }

    fn phrase(slot: &Slot, text: &str, slop: u32) -> Compiled {
        let (field, prefix) = match slot {
            Slot::Words { field, prefix } => (*field, prefix),
            Slot::Whole { field, prefix, .. } => return exact(*field, &format!("{prefix}{text}")),
            Slot::Integer { .. } | Slot::Instant { .. } | Slot::Days { .. } => {
                let edge = Edge::Included(text.to_owned());
                return Self::range(slot, &edge, &edge).unwrap_or_else(|_| Box::new(EmptyQuery));
            }
        };
        let parts = analysis::runs(text).into_iter().flat_map(|run| run.parts).take(MOST_WORDS);
        let mut terms: Vec<Term> =
            parts.map(|part| Term::from_field_text(field, &format!("{prefix}{part}"))).collect();
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

    fn wildcard(slot: &Slot, pattern: &str) -> Result<Compiled> {
        let (field, automaton) = match slot {
            // Words are indexed without punctuation: what a pattern has of it cannot be there.
            Slot::Words { field, prefix } => (*field, automaton::wildcard(prefix, pattern, letters)),
            Slot::Whole { field, prefix, .. } => {
                (*field, automaton::wildcard(prefix, pattern, str::to_owned))
            }
            Slot::Integer { .. } | Slot::Instant { .. } | Slot::Days { .. } => {
                return Ok(Box::new(EmptyQuery));
            }
        };
        Ok(Box::new(AutomatonQuery::new(field, automaton.ok_or_else(too_long)?)))
    }

    fn fuzzy(slot: &Slot, word: &str, distance: Option<u8>) -> Result<Compiled> {
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

    fn range(slot: &Slot, from: &Edge, to: &Edge) -> Result<Compiled> {
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

fn exact(field: Field, value: &str) -> Compiled {
    Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
}

fn scored(field: Field, word: &str) -> Compiled {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}

#[expect(clippy::float_cmp, reason = "exactly one is the weight of a field without one")]
fn boosted(query: Compiled, weight: f32) -> Compiled {
    if weight == 1.0 { query } else { Box::new(BoostQuery::new(query, weight)) }
}

fn best_of(mut places: Vec<Compiled>) -> Compiled {
    match places.len() {
        0 => Box::new(EmptyQuery),
        1 => places.remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(places)),
    }
}

fn too_long() -> SearchError {
    SearchError::BadQuery("the pattern is too long".into())
}

/// A failure of the engine.
#[expect(clippy::needless_pass_by_value, reason = "made for `map_err`")]
pub(super) fn unavailable(error: tantivy::TantivyError) -> SearchError {
    SearchError::Unavailable(error.to_string())
}
