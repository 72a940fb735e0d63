//! A query as conditions that any engine can look up: which tokens, numbers or ranges in which field.

mod leaf;
mod pattern;

use std::{
    collections::BTreeSet,
    ops::{Bound, ControlFlow},
};

use cairn_model::query::{Clauses, Query, Weighted};

pub use self::pattern::{Pattern, Piece};
use crate::{
    BadQuery,
    places::{Place, Places},
    points::{Area, Point},
    words,
};

/// Of longer texts only this many words are looked for.
const MOST_WORDS: usize = 96;
/// A field with `*` in its name stands for at most this many paths.
pub const MOST_FIELDS: usize = 128;

/// A field with tokens: analysed words, or whole values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The words of a mapped path.
    Words(&'static str),
    /// The whole values of a mapped path.
    Whole(&'static str),
}

/// What to look for. Tokens bear the prefix of their [`Place`].
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Every document.
    All,
    /// No document.
    Nothing,
    /// Documents with one of these ids.
    Ids(Vec<String>),
    /// Documents with a value at this path or below.
    Present(String),
    /// Documents with this token.
    Token(Column, String),
    /// Documents with one of these tokens.
    AnyToken(Column, Vec<String>),
    /// Documents with these words in this order, so many moves apart.
    Phrase(&'static str, Vec<String>, u32),
    /// Documents with a token that has this prefix and then this pattern.
    Pattern(Column, String, Pattern),
    /// Documents with a token that has this prefix and then a word so many edits (1 or 2, swapped neighbours are one) away.
    Fuzzy(Column, String, String, u8),
    /// Documents with a token between two, by code point.
    Between(Column, Bound<String>, Bound<String>),
    /// Documents with a number between two, both included.
    Numbers(&'static str, i64, i64),
    /// Documents with a range of days that has a day between two, both included.
    Days(&'static str, i64, i64),
    /// Documents with a point in an area.
    Within(&'static str, Area),
    /// Documents with a point at most so many metres from another.
    Near(&'static str, Point, f64),
    /// All of `must` and `filter` (which adds no relevance), none of `must_not`; one of `should` where there is no other.
    Clauses {
        /// All match, and count for relevance.
        must: Vec<Self>,
        /// All match.
        filter: Vec<Self>,
        /// One matches if `must` and `filter` are empty.
        should: Vec<Self>,
        /// None matches.
        must_not: Vec<Self>,
    },
    /// One of them matches, the best counts.
    Best(Vec<Self>),
    /// The same documents, with their relevance multiplied.
    Boost(Box<Self>, f32),
}

impl Plan {
    /// One of them matches, the best counts.
    fn best_of(mut plans: Vec<Self>) -> Self {
        match plans.len() {
            0 => Self::Nothing,
            1 => plans.remove(0),
            _ => Self::Best(plans),
        }
    }

    #[expect(clippy::float_cmp, reason = "exactly one is the weight of a field without one")]
    fn boosted(self, weight: f32) -> Self {
        if weight == 1.0 { self } else { Self::Boost(Box::new(self), weight) }
    }
}

/// Makes plans for one index.
pub struct Planner<'a> {
    /// Where its values are.
    pub places: &'a Places,
    /// For each of the [`path_patterns`] of the query, the paths present in some document that match it, at most
    /// [`MOST_FIELDS`].
    pub matching: &'a [(Pattern, BTreeSet<String>)],
}

impl Planner<'_> {
    /// What `query` means here.
    ///
    /// # Errors
    /// Edges of ranges that are none, patterns that are too long.
    pub fn plan(&self, query: &Query) -> Result<Plan, BadQuery> {
        match query {
            Query::All => Ok(Plan::All),
            Query::Nothing => Ok(Plan::Nothing),
            Query::Term { field, value } => self.at(field, |place| leaf::term(place, value)),
            Query::Terms { field, values } => self.at(field, |place| leaf::terms(place, values)),
            Query::Words { fields, text, all } => self.words(fields, text, *all),
            Query::Phrase { fields, text, slop } => {
                self.best(fields, |place| Ok(leaf::phrase(place, text, *slop)))
            }
            Query::Wildcard { fields, pattern } => self.best(fields, |place| leaf::wildcard(place, pattern)),
            Query::Fuzzy { fields, word, distance } => {
                self.best(fields, |place| Ok(leaf::fuzzy(place, word, *distance)))
            }
            Query::Range { field, from, to } => self.at(field, |place| leaf::range(place, from, to)),
            Query::Within { field, west, south, east, north } => {
                self.at(field, |place| leaf::within(place, (*south, *west), (*north, *east)))
            }
            Query::Near { field, latitude, longitude, meters } => {
                self.at(field, |place| leaf::near(place, (*latitude, *longitude), *meters))
            }
            Query::Exists { field } => Ok(Plan::Present(field.clone())),
            Query::Ids(ids) => Ok(Plan::Ids(ids.clone())),
            Query::Bool(clauses) => self.clauses(clauses),
            Query::Boost(inner, factor) => Ok(Plan::Boost(Box::new(self.plan(inner)?), *factor)),
        }
    }

    /// What `make` makes of a path's place; nothing is found in a field that is not there.
    fn at(&self, path: &str, make: impl FnOnce(&Place) -> Result<Plan, BadQuery>) -> Result<Plan, BadQuery> {
        self.places.find(path).map_or(Ok(Plan::Nothing), |place| make(&place))
    }

    fn clauses(&self, clauses: &Clauses) -> Result<Plan, BadQuery> {
        let all = |queries: &[Query]| {
            queries.iter().map(|query| self.plan(query)).collect::<Result<Vec<_>, BadQuery>>()
        };
        Ok(Plan::Clauses {
            must: all(&clauses.must)?,
            filter: all(&clauses.filter)?,
            should: all(&clauses.should)?,
            must_not: all(&clauses.must_not)?,
        })
    }

    /// Every word in the field where it counts most.
    fn words(&self, fields: &[Weighted], text: &str, all: bool) -> Result<Plan, BadQuery> {
        let found = self.find_all(fields)?;
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        for word in text.split_whitespace().filter(|word| seen.insert(*word)).take(MOST_WORDS) {
            let runs = words::runs(word);
            let mut plans = Vec::new();
            for (place, weight) in &found {
                match place {
                    Place::Words { field, prefix } if !runs.is_empty() => {
                        plans.push(leaf::word(field, prefix, &runs).boosted(*weight));
                    }
                    Place::Words { .. } => {}
                    // A word may stand for a whole value; one that cannot be read as such is just not there.
                    _ => plans.extend(leaf::term(place, word).ok().map(|plan| plan.boosted(*weight))),
                }
            }
            // Punctuation alone is no word that could be missed.
            if !runs.is_empty() || !all {
                parts.push(Plan::best_of(plans));
            }
        }
        let (must, should) = if all { (parts, Vec::new()) } else { (Vec::new(), parts) };
        if must.is_empty() && should.is_empty() {
            return Ok(Plan::Nothing);
        }
        Ok(Plan::Clauses { must, filter: Vec::new(), should, must_not: Vec::new() })
    }

    /// A plan per field, the best of which counts.
    fn best(
        &self,
        fields: &[Weighted],
        make: impl Fn(&Place) -> Result<Plan, BadQuery>,
    ) -> Result<Plan, BadQuery> {
        let found = self.find_all(fields)?;
        let plans = found.iter().map(|(place, weight)| Ok(make(place)?.boosted(*weight)));
        Ok(Plan::best_of(plans.collect::<Result<_, BadQuery>>()?))
    }

    /// Every place of some fields, each once.
    fn find_all(&self, fields: &[Weighted]) -> Result<Vec<(Place, f32)>, BadQuery> {
        let mut found: Vec<(Place, f32)> = Vec::new();
        for (path, weight) in fields {
            for place in self.paths(path)?.iter().filter_map(|path| self.places.find(path)) {
                if !found.iter().any(|(known, _)| *known == place) {
                    found.push((place, *weight));
                }
            }
        }
        Ok(found)
    }

    /// The paths that a field's name stands for.
    fn paths(&self, path: &str) -> Result<BTreeSet<String>, BadQuery> {
        let Some(pattern) = path_pattern(path)? else { return Ok(BTreeSet::from([path.to_owned()])) };
        let known = self.matching.iter().find(|(known, _)| *known == pattern);
        Ok(known.map(|(_, paths)| paths.clone()).unwrap_or_default())
    }
}

/// The pattern of a field with `*` in its name.
fn path_pattern(path: &str) -> Result<Option<Pattern>, BadQuery> {
    if path.contains('*') { Pattern::read(path, str::to_owned).map(Some) } else { Ok(None) }
}

/// The patterns among the fields of a query, for an engine that looks them up before it plans.
///
/// # Errors
/// Patterns that are too long.
pub fn path_patterns(query: &Query) -> Result<Vec<Pattern>, BadQuery> {
    let mut found = Vec::new();
    let walked = walk(query, &mut |fields| {
        for (path, _) in fields {
            match path_pattern(path) {
                Ok(pattern) => found.extend(pattern),
                Err(error) => return ControlFlow::Break(error),
            }
        }
        ControlFlow::Continue(())
    });
    match walked {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(found),
    }
}

/// Shows `see` the fields of every condition that has some.
fn walk<B>(query: &Query, see: &mut dyn FnMut(&[Weighted]) -> ControlFlow<B>) -> ControlFlow<B> {
    match query {
        Query::Words { fields, .. }
        | Query::Phrase { fields, .. }
        | Query::Wildcard { fields, .. }
        | Query::Fuzzy { fields, .. } => see(fields),
        Query::Boost(inner, _) => walk(inner, see),
        Query::Bool(clauses) => {
            let Clauses { must, filter, should, must_not } = &**clauses;
            [must, filter, should, must_not].into_iter().flatten().try_for_each(|query| walk(query, see))
        }
        _ => ControlFlow::Continue(()),
    }
}
