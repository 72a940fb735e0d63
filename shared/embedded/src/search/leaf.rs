//! One condition of a plan as a tantivy query.

use std::{ops::Bound, sync::Arc};

use cairn_analysis::plan::{Column, Plan};
use cairn_ports::search::SearchError;
use tantivy::{
    Term,
    query::{
        BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
        TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    automaton::{self, Accepted, Walks, Wildcard},
    best::Terms,
    compile::unavailable,
    layout::{LIVE, Layout, PATH, day_columns, key},
    open::Fitting,
    pairs,
    sloppy::SloppyQuery,
};

/// A tantivy query.
pub(super) type Compiled = Box<dyn Query>;
/// What comes of compiling.
pub(super) type Result<T> = std::result::Result<T, SearchError>;

impl Layout {
    /// Every document but the graves.
    pub(super) fn all(&self) -> Compiled {
        exact(self.terms, LIVE)
    }

    /// Documents by id; graves have ids too.
    pub(super) fn ids(&self, ids: &[String]) -> Compiled {
        let wanted = any(ids.iter().map(|id| self.id_term(id)).collect());
        Box::new(BooleanQuery::new(vec![(Occur::Must, wanted), (Occur::Must, self.all())]))
    }

    pub(super) fn present(&self, path: &str) -> Compiled {
        exact(self.terms, &format!("{}{path}", key(PATH)))
    }

    pub(super) fn token(&self, column: Column, token: &str) -> Compiled {
        let Some((field, start)) = self.tokens(column) else { return Box::new(EmptyQuery) };
        match column {
            Column::Words(_) => scored(field, token),
            Column::Whole(_) => exact(field, &format!("{start}{token}")),
        }
    }

    pub(super) fn any_token(&self, column: Column, tokens: &[String]) -> Compiled {
        let Some((field, start)) = self.tokens(column) else { return Box::new(EmptyQuery) };
        any(tokens.iter().map(|token| Term::from_field_text(field, &format!("{start}{token}"))).collect())
    }

    pub(super) fn phrase(&self, path: &'static str, words: &[String], slop: u32) -> Compiled {
        let Some((field, _)) = self.tokens(Column::Words(path)) else { return Box::new(EmptyQuery) };
        let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, word)).collect();
        if slop == 0 { Box::new(PhraseQuery::new(terms)) } else { Box::new(SloppyQuery { terms, slop }) }
    }

    /// The terms that a plan tells by how they look; none of a field that is not there.
    pub(super) fn many(&self, plan: &Plan, walks: &mut Walks) -> Result<Option<Arc<dyn Terms>>> {
        let at = |column: &Column, prefix: &str| {
            self.tokens(*column).map(|(field, start)| (field, format!("{start}{prefix}")))
        };
        Ok(match plan {
            Plan::Pattern(column, prefix, pattern) => {
                at(column, prefix).map(|(field, prefix)| -> Arc<dyn Terms> {
                    if pattern.start.is_empty() {
                        let (pattern, listings) = (Wildcard::of(pattern), walks.listings.clone());
                        return Arc::new(Fitting { field, prefix: prefix.into_bytes(), pattern, listings });
                    }
                    Arc::new(Accepted { field, automaton: automaton::wildcard(&prefix, pattern) })
                })
            }
            Plan::Fuzzy(column, prefix, word, distance) => match at(column, prefix) {
                Some((field, prefix)) => {
                    let automaton =
                        walks.near(field, &prefix, word.clone(), *distance).map_err(unavailable)?;
                    Some(Arc::new(Accepted { field, automaton }))
                }
                None => None,
            },
            _ => None,
        })
    }

    pub(super) fn between(&self, column: Column, low: &Bound<String>, high: &Bound<String>) -> Compiled {
        let Some((field, start)) = self.tokens(column) else { return Box::new(EmptyQuery) };
        let term = |text: &String| Term::from_field_text(field, &format!("{start}{text}"));
        let high = match (high.as_ref().map(term), start.strip_suffix('\0')) {
            // Nothing sorts between a path's separator and the character after it but the values of that path.
            (Bound::Unbounded, Some(path)) => {
                Bound::Excluded(Term::from_field_text(field, &format!("{path}\u{1}")))
            }
            (high, _) => high,
        };
        Box::new(RangeQuery::new(low.as_ref().map(term), high))
    }
}

/// Documents with a number between two.
pub(super) fn numbers(path: &str, low: i64, high: i64) -> Compiled {
    pairs::days((path.to_owned(), path.to_owned()), low, high)
}

/// Documents with a range of days that has a day between two.
pub(super) fn days(path: &str, low: i64, high: i64) -> Compiled {
    pairs::days(day_columns(path), low, high)
}

/// More terms than these are looked up by an automaton, of which making it takes some milliseconds.
const FEW: usize = 64;

/// Any of some terms, whichever and however many, with the same score.
fn any(terms: Vec<Term>) -> Compiled {
    if terms.len() > FEW {
        return Box::new(TermSetQuery::new(terms));
    }
    let one = |term| -> Compiled { Box::new(TermQuery::new(term, IndexRecordOption::Basic)) };
    let any = terms.into_iter().map(|term| (Occur::Should, one(term))).collect();
    Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::new(any)), 1.0))
}

/// One term, whatever its weight.
fn exact(field: Field, value: &str) -> Compiled {
    Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
}

fn scored(field: Field, word: &str) -> Compiled {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}
