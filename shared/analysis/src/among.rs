//! Which documents a search is among: what its outermost filters let through. Words are weighed by how often they are in
//! these alone, so that what a caller may not see moves nothing.

use std::borrow::Cow;

use cairn_model::{Query, query::Clauses};

/// What is asked, and among which documents. The latter do not count for relevance.
pub fn parts(query: &Query) -> (Cow<'_, Query>, Query) {
    match query {
        // Where there are filters, `should` requires nothing; without them it would.
        Query::Bool(clauses) if clauses.should.is_empty() && !clauses.filter.is_empty() => {
            let among = Query::all_of(clauses.filter.iter().cloned());
            let asked = match clauses.as_ref() {
                Clauses { must, must_not, .. } if must.is_empty() && must_not.is_empty() => {
                    Cow::Owned(Query::All)
                }
                Clauses { must, must_not, .. } if must.len() == 1 && must_not.is_empty() => {
                    Cow::Borrowed(&must[0])
                }
                whole => Cow::Owned(Query::Bool(Box::new(Clauses { filter: Vec::new(), ..whole.clone() }))),
            };
            (asked, among)
        }
        whole => (Cow::Borrowed(whole), Query::All),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_a_match_needs_are_told_from_what_is_asked() {
        let (word, open) = (Query::term("title", "a"), Query::term("access", "open"));
        let filtered = |must: Vec<Query>| {
            Query::Bool(Box::new(Clauses { must, filter: vec![open.clone()], ..Clauses::default() }))
        };
        let both = filtered(vec![word.clone()]);
        assert_eq!(parts(&both), (Cow::Borrowed(&word), open.clone()));
        assert_eq!(parts(&filtered(Vec::new())), (Cow::Owned(Query::All), open.clone()));
        assert_eq!(parts(&word), (Cow::Borrowed(&word), Query::All));
        let optional =
            Query::Bool(Box::new(Clauses { filter: vec![open], should: vec![word], ..Clauses::default() }));
        assert_eq!(parts(&optional), (Cow::Borrowed(&optional), Query::All));
    }
}
