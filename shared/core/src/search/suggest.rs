//! Suggestions while somebody types: every word must be the beginning of one that is there.

use cairn_model::{
    Query,
    query::{Clauses, Weighted},
};

/// Words looked at; nobody types more before choosing.
const WORDS: usize = 16;

/// Whether a word that is nearly right will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typos {
    /// It will: one wrong letter in short words, two in longer ones.
    Allowed,
    /// It will where nothing is found as it is written: many names are close to each other.
    Otherwise,
    /// It will not: ids and short titles are too close to each other.
    Refused,
}

impl Typos {
    /// What is looked for first, and what where that finds nothing.
    pub fn tries(self) -> &'static [Self] {
        match self {
            Self::Allowed => &[Self::Allowed],
            Self::Otherwise => &[Self::Refused, Self::Allowed],
            Self::Refused => &[Self::Refused],
        }
    }
}

/// Documents in which each word of `text` begins a word (or a whole value) of `fields`.
pub fn suggest(text: &str, fields: &[(&str, f32)], typos: Typos) -> Query {
    let fields: Vec<Weighted> = fields.iter().map(|(path, weight)| ((*path).to_owned(), *weight)).collect();
    let words: Vec<Query> =
        text.split_whitespace().take(WORDS).map(|word| begins(word, &fields, typos)).collect();
    if words.is_empty() {
        return Query::All;
    }
    Query::Bool(Box::new(Clauses { must: words, ..Clauses::default() }))
}

/// The pattern of what begins with `text`.
pub fn beginning(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if matches!(character, '*' | '?' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('*');
    pattern
}

fn begins(word: &str, fields: &[Weighted], typos: Typos) -> Query {
    // The whole word counts more than its beginning: `art` before `artefact`.
    let whole = Query::Words { fields: fields.to_vec(), text: word.to_owned(), all: true };
    let mut ways = vec![
        Query::Boost(Box::new(whole), 2.0),
        Query::Wildcard { fields: fields.to_vec(), pattern: beginning(word) },
    ];
    if typos == Typos::Allowed {
        let nearly = Query::Fuzzy { fields: fields.to_vec(), word: word.to_owned(), distance: None };
        ways.push(Query::Boost(Box::new(nearly), 0.5));
    }
    Query::any_of(ways)
}
