//! Searching: what a request may ask, and how the answer is put together.
//!
//! `params` checks the request's parameters against what an endpoint offers, `links` writes them back into links,
//! `facets` turns counts into aggregations. `parse` reads the search string,
//! `highlight` marks in hits what it asked for.

mod answer;
mod counts;
mod cursor;
pub mod facets;
mod fields;
mod guard;
mod highlight;
mod lexer;
pub mod links;
mod moments;
pub mod params;
mod parse;
mod places;
mod suggest;
mod values;

pub use answer::Answer;
pub use fields::Names;
pub use guard::{counted, guarded};
pub use highlight::Highlighter;
pub use params::{Options, Request};
pub use parse::parse;
pub use suggest::{Typos, beginning, suggest};

use cairn_model::{Query, query::Clauses};

/// What is asked for, among what the filters let through: only the former counts for relevance.
pub fn within(asked: Query, filters: Vec<Query>) -> Query {
    if filters.contains(&Query::Nothing) {
        return Query::Nothing;
    }
    let filter: Vec<Query> = filters.into_iter().filter(|query| *query != Query::All).collect();
    if filter.is_empty() {
        return asked;
    }
    let must = if asked == Query::All { Vec::new() } else { vec![asked] };
    Query::Bool(Box::new(Clauses { must, filter, ..Clauses::default() }))
}
