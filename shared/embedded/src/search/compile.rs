//! Cairn's query as a tantivy query, for one index.

use std::collections::BTreeSet;

use cairn_model::query::{Clauses, Query, Weighted};
use cairn_ports::search::SearchError;
use tantivy::{
    Searcher,
    query::{BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, TermSetQuery},
};

use super::{
    analysis, automaton,
    layout::{LIVE, Layout, PATH, Slot, key},
    leaf::{self, Compiled, MOST_WORDS, Result, best_of},
};

/// A field with `*` in its name stands for at most this many paths.
const MOST_FIELDS: usize = 128;

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
            Query::Term { field, value } => self.slot(field, |slot| leaf::term(slot, value)),
            Query::Terms { field, values } => self.slot(field, |slot| leaf::terms(slot, values)),
            Query::Words { fields, text, all } => self.words(fields, text, *all),
            Query::Phrase { fields, text, slop } => {
                self.best(fields, |slot| Ok(Some(leaf::phrase(slot, text, *slop))))
            }
            Query::Wildcard { fields, pattern } => {
                self.best(fields, |slot| leaf::wildcard(slot, pattern).map(Some))
            }
            Query::Fuzzy { fields, word, distance } => {
                self.best(fields, |slot| leaf::fuzzy(slot, word, *distance).map(Some))
            }
            Query::Range { field, from, to } => self.slot(field, |slot| leaf::range(slot, from, to)),
            Query::Exists { field } => Ok(self.exact(&format!("{}{field}", key(PATH)))),
            Query::Ids(ids) => Ok(self.ids(ids)),
            Query::Bool(clauses) => self.clauses(clauses),
            Query::Boost(inner, factor) => Ok(Box::new(BoostQuery::new(self.compile(inner)?, *factor))),
        }
    }

    fn exact(&self, term: &str) -> Compiled {
        leaf::exact(self.layout.terms, term)
    }

    fn all(&self) -> Compiled {
        Box::new(ConstScoreQuery::new(self.exact(LIVE), 1.0))
    }

    /// Documents by id; graves have ids too.
    fn ids(&self, ids: &[String]) -> Compiled {
        let terms = ids.iter().map(|id| self.layout.id_term(id));
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
            let runs = analysis::runs(word);
            let has_words = !runs.is_empty();
            let mut places = Vec::new();
            for (slot, weight) in &slots {
                match slot {
                    Slot::Words { field, prefix } if has_words => {
                        places.push(boosted(leaf::word(*field, prefix, &runs), *weight));
                    }
                    Slot::Words { .. } => {}
                    // A word may stand for a whole value; one that cannot be read as such is just not there.
                    _ => places.extend(leaf::term(slot, word).ok().map(|query| boosted(query, *weight))),
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
        let prefix = key(PATH);
        let automaton = automaton::wildcard(&prefix, pattern, str::to_owned).ok_or_else(leaf::too_long)?;
        let mut paths = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let terms = segment.inverted_index(self.layout.terms).map_err(unavailable)?;
            let mut found =
                terms.terms().search(&automaton).into_stream().map_err(|error| unavailable(error.into()))?;
            while paths.len() < MOST_FIELDS && found.advance() {
                let path = found.key().get(prefix.len()..).unwrap_or_default();
                paths.insert(String::from_utf8_lossy(path).into_owned());
            }
        }
        Ok(paths)
    }
}

#[expect(clippy::float_cmp, reason = "exactly one is the weight of a field without one")]
fn boosted(query: Compiled, weight: f32) -> Compiled {
    if weight == 1.0 { query } else { Box::new(BoostQuery::new(query, weight)) }
}

/// A failure of the engine.
#[expect(clippy::needless_pass_by_value, reason = "made for `map_err`")]
pub(super) fn unavailable(error: tantivy::TantivyError) -> SearchError {
    SearchError::Unavailable(error.to_string())
}
