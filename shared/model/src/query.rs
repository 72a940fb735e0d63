//! Cairn's own typed query: what search strings, facets and permissions become, and engines compile.

use std::borrow::Cow;

use serde_json::Value;

/// Where a range begins or ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edge {
    /// Open: no limit.
    #[default]
    Open,
    /// The value itself belongs to the range.
    Included(String),
    /// The range stops short of the value.
    Excluded(String),
}

/// A field and its weight in the relevance.
pub type Weighted = (String, f32);

/// What to look for. Field names are the dotted paths of the mapping; lists match where any of their elements does.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Query {
    /// Every document.
    #[default]
    All,
    /// No document.
    Nothing,
    /// The whole value at `field` is `value` (keywords, booleans `true`/`false`, integers in decimal).
    Term {
        /// Dotted path.
        field: String,
        /// The value as text.
        value: String,
    },
    /// The whole value at `field` is one of `values`.
    Terms {
        /// Dotted path.
        field: String,
        /// The values as text.
        values: Vec<String>,
    },
    /// The words of `text`: any of them (`all: false`) or all of them, in the best of `fields`.
    Words {
        /// Where to look.
        fields: Vec<Weighted>,
        /// Text, analysed by each field.
        text: String,
        /// Every word must be there (in one field or another).
        all: bool,
    },
    /// The words of `text` in this order, `slop` moves apart, in any of `fields`.
    Phrase {
        /// Where to look.
        fields: Vec<Weighted>,
        /// Text, analysed by each field.
        text: String,
        /// How many moves words may be out of place.
        slop: u32,
    },
    /// A word (or keyword) that matches `pattern`: `*` any run, `?` one character, `\` escapes.
    Wildcard {
        /// Where to look.
        fields: Vec<Weighted>,
        /// The pattern; analysed only by lower-casing and folding in text fields.
        pattern: String,
    },
    /// A word within `distance` edits (`None`: the engine's automatic distance: 0, 1 or 2 by length 0-2, 3-5, 6+).
    Fuzzy {
        /// Where to look.
        fields: Vec<Weighted>,
        /// The word.
        word: String,
        /// Edits, at most 2.
        distance: Option<u8>,
    },
    /// A value between two edges: dates, integers, keywords by code point; date ranges where they intersect.
    Range {
        /// Dotted path.
        field: String,
        /// Lower edge.
        from: Edge,
        /// Upper edge.
        to: Edge,
    },
    /// A point between two parallels and two meridians, in degrees; `west` > `east` crosses the date line.
    Within {
        /// Dotted path.
        field: String,
        /// From this longitude.
        west: f64,
        /// From this latitude.
        south: f64,
        /// To this longitude.
        east: f64,
        /// To this latitude.
        north: f64,
    },
    /// A point at most `meters` from another, along the great circle.
    Near {
        /// Dotted path.
        field: String,
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// Metres, more than 0.
        meters: f64,
    },
    /// Anything indexed at `field` or below it.
    Exists {
        /// Dotted path.
        field: String,
    },
    /// Documents with these ids.
    Ids(Vec<String>),
    /// Several conditions at once.
    Bool(Box<Clauses>),
    /// The same documents, with their relevance multiplied.
    Boost(Box<Query>, f32),
}

/// Conditions of [`Query::Bool`]: all of `must`, none of `must_not`, and one of `should` if there is no `must`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clauses {
    /// All must match, and count for relevance.
    pub must: Vec<Query>,
    /// All must match, and do not count for relevance.
    pub filter: Vec<Query>,
    /// At least one must match where `must` and `filter` are empty; otherwise they only add relevance.
    pub should: Vec<Query>,
    /// None may match.
    pub must_not: Vec<Query>,
}

impl Query {
    /// The whole value at `field` is `value`.
    pub fn term(field: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Term { field: field.into(), value: value.into() }
    }

    /// All of `queries` (none: everything), without counting for relevance.
    pub fn all_of(queries: impl IntoIterator<Item = Self>) -> Self {
        let mut filter = Vec::new();
        for query in queries {
            match query {
                Self::All => {}
                Self::Nothing => return Self::Nothing,
                other => filter.push(other),
            }
        }
        match filter.len() {
            0 => Self::All,
            1 => filter.remove(0),
            _ => Self::Bool(Box::new(Clauses { filter, ..Clauses::default() })),
        }
    }

    /// Any of `queries` (none: nothing).
    pub fn any_of(queries: impl IntoIterator<Item = Self>) -> Self {
        let mut should = Vec::new();
        for query in queries {
            match query {
                Self::All => return Self::All,
                Self::Nothing => {}
                other => should.push(other),
            }
        }
        match should.len() {
            0 => Self::Nothing,
            1 => should.remove(0),
            _ => Self::Bool(Box::new(Clauses { should, ..Clauses::default() })),
        }
    }

    /// Everything that `query` does not match.
    pub fn without(query: Self) -> Self {
        match query {
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            other => Self::Bool(Box::new(Clauses { must_not: vec![other], ..Clauses::default() })),
        }
    }

    /// The query holds for one document in memory. `value_at` gives the values at a dotted path.
    ///
    /// Only conditions on whole values can be decided without an index (this is what policies are made of);
    /// analysed text, ranges, fuzzy words and places never hold here.
    pub fn holds<'a>(&self, value_at: &dyn Fn(&str) -> Vec<&'a Value>) -> bool {
        let any = |field: &str, wanted: &dyn Fn(&str) -> bool| {
            value_at(field).into_iter().any(|value| text_of(value).is_some_and(|text| wanted(&text)))
        };
        match self {
            Self::All => true,
            Self::Term { field, value } => any(field, &|text| text == value),
            Self::Terms { field, values } => any(field, &|text| values.iter().any(|value| value == text)),
            Self::Exists { field } => value_at(field).into_iter().any(|value| !value.is_null()),
            Self::Boost(inner, _) => inner.holds(value_at),
            Self::Bool(clauses) => {
                let holds = |query: &Self| query.holds(value_at);
                let required = !clauses.must.is_empty() || !clauses.filter.is_empty();
                clauses.must.iter().all(holds)
                    && clauses.filter.iter().all(holds)
                    && !clauses.must_not.iter().any(holds)
                    && (required || clauses.should.is_empty() || clauses.should.iter().any(holds))
            }
            _ => false,
        }
    }
}

/// A scalar as the text that terms compare with.
pub fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// Whether a scalar is this text, as terms compare.
pub fn is_text(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        other => text_of(other).is_some_and(|text| text == wanted),
    }
}

/// Every value at the dotted `path` of `value`, walking lists on the way.
pub fn values_at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    any_at(value, path, &mut |value| {
        found.push(value);
        false
    });
    found
}

/// Whether a value at the dotted `path` passes, walking lists on the way; asks no further than needed.
pub fn any_at<'a>(value: &'a Value, path: &str, passes: &mut dyn FnMut(&'a Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| any_at(element, path, passes)),
        other if path.is_empty() => passes(other),
        other => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            other.get(first).is_some_and(|inner| any_at(inner, rest, passes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_found_through_lists() {
        let document = json!({"a": [{"b": [1, 2]}, {"b": 3}, {}]});
        assert_eq!(values_at(&document, "a.b"), [&json!(1), &json!(2), &json!(3)]);
        assert!(values_at(&document, "a.c").is_empty());
    }

    #[test]
    fn a_query_holds_for_a_document_as_an_index_would_find_it() {
        let document = json!({"access": {"record": "restricted"}, "owner": "7", "done": true});
        let at = |path: &str| values_at(&document, path);
        let mine = Query::any_of([Query::term("access.record", "public"), Query::term("owner", "7")]);
        assert!(mine.holds(&at));
        assert!(!Query::without(mine.clone()).holds(&at));
        assert!(Query::all_of([mine, Query::term("done", "true")]).holds(&at));
        assert!(!Query::any_of([]).holds(&at));
        assert!(Query::all_of([]).holds(&at));
    }
}
