//! The query string: Lucene's classic grammar, with its precedence, as Cairn's typed query.

use cairn_model::{
    Query, Timestamp,
    mapping::Mapping,
    query::{Clauses, Edge},
};
use cairn_ports::Clock;

use super::{
    fields::{Fields, Names, Scope},
    lexer::{End, Token, Unreadable, tokens},
    moments,
};

/// Longer texts are cut, and searched as plain words.
const LONGEST_TEXT: usize = 4_096;
/// Groups within groups.
const DEEPEST: usize = 32;
/// What all parts of a query may cost together: a word, in the default fields, costs one. `make prove-queries` measures
/// that no query is dearer than 50 ms.
const BUDGET: usize = 96;
/// A pattern with a known beginning walks a part of the dictionaries.
const PREFIX_COST: usize = 6;
/// A fuzzy word walks many branches of the dictionaries.
const FUZZY_COST: usize = 12;
/// A pattern without a known beginning walks the dictionaries from end to end.
const OPEN_PATTERN_COST: usize = 48;

/// What a query string asks for. Never fails: what the grammar does not allow is searched as plain words in the
/// default fields, and so is what names a restricted path or would cost too much. Blank and `*` mean everything;
/// a field that is not mapped holds nothing. Dates that are computed are so by `clock`.
pub fn parse(text: &str, mappings: &[&Mapping], names: Names<'_>, clock: &dyn Clock) -> Query {
    let fields = Fields { mappings, names };
    if matches!(text.trim(), "" | "*" | "*:*") {
        return Query::All;
    }
    let shortened = match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let whole = shortened.len() == text.len();
    let parsed = if whole {
        tokens(text).and_then(|tokens| Parser::new(&fields, clock, tokens).all())
    } else {
        Err(Unreadable)
    };
    parsed.unwrap_or_else(|Unreadable| Query::Words {
        fields: fields.defaults(),
        text: shortened.into(),
        all: false,
    })
}

type Parsed<T> = Result<T, Unreadable>;

/// Whether a clause is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occur {
    Must,
    Should,
    MustNot,
}

struct Parser<'a> {
    fields: &'a Fields<'a>,
    /// What is still to come, the next token last.
    tokens: Vec<Token>,
    cost: usize,
    clock: &'a dyn Clock,
    /// The same instant in all parts of a query.
    now: Option<Timestamp>,
}

impl<'a> Parser<'a> {
    fn new(fields: &'a Fields<'a>, clock: &'a dyn Clock, mut tokens: Vec<Token>) -> Self {
        tokens.reverse();
        Self { fields, tokens, cost: 0, clock, now: None }
    }

    fn all(mut self) -> Parsed<Query> {
        let query = self.clauses(&Scope::Defaults, 0)?;
        if self.tokens.is_empty() { Ok(query.unwrap_or(Query::Nothing)) } else { Err(Unreadable) }
    }

    fn take(&mut self, wanted: &Token) -> bool {
        self.tokens.pop_if(|token| token == wanted).is_some()
    }

    /// Clauses up to the end of the text or group. Nothing where all of them are words without letters.
    fn clauses(&mut self, scope: &Scope, depth: usize) -> Parsed<Option<Query>> {
        if depth > DEEPEST {
            return Err(Unreadable);
        }
        let mut clauses: Vec<(Occur, Query)> = Vec::new();
        let mut first = true;
        while first || !matches!(self.tokens.last(), None | Some(Token::Close)) {
            let and = !first && self.take(&Token::And);
            if !first && !and {
                self.take(&Token::Or);
            }
            let occur = match () {
                () if self.take(&Token::Plus) => Occur::Must,
                () if self.take(&Token::Minus) || self.take(&Token::Not) => Occur::MustNot,
                () if and => Occur::Must,
                () => Occur::Should,
            };
            // `AND` also binds what stands before it; `OR` does not set it free again.
            if let (true, Some((before @ Occur::Should, _))) = (and, clauses.last_mut()) {
                *before = Occur::Must;
            }
            clauses.extend(self.clause(scope, depth)?.map(|query| (occur, query)));
            first = false;
        }
        Ok(combined(clauses))
    }

    fn clause(&mut self, outer: &Scope, depth: usize) -> Parsed<Option<Query>> {
        let named = self.field();
        if named.as_deref() == Some("_exists_") {
            return self.presence().map(Some);
        }
        if let (Some(name), Some(Token::Pattern(pattern))) = (&named, self.tokens.last())
            && pattern.bytes().all(|byte| byte == b'*')
        {
            self.tokens.pop();
            let query = if name == "*" { Query::All } else { self.exists(name)? };
            return self.boosted(query).map(Some);
        }
        let scope = match named {
            Some(name) => self.fields.scope(&name)?,
            None => outer.clone(),
        };
        if !self.take(&Token::Open) {
            return self.value(&scope);
        }
        let inner = self.clauses(&scope, depth + 1)?;
        if !self.take(&Token::Close) {
            return Err(Unreadable);
        }
        match inner {
            Some(query) => self.boosted(query).map(Some),
            None => self.boosted(Query::Nothing).map(|_| None),
        }
    }

    /// A field's name and its colon, if they come next.
    fn field(&mut self) -> Option<String> {
        match self.tokens.as_mut_slice() {
            [.., Token::Colon, Token::Word(name)] => {
                let name = std::mem::take(name);
                self.tokens.truncate(self.tokens.len() - 2);
                Some(name)
            }
            [.., Token::Colon, Token::Pattern(star)] if star == "*" => {
                self.tokens.truncate(self.tokens.len() - 2);
                Some("*".into())
            }
            _ => None,
        }
    }

    fn presence(&mut self) -> Parsed<Query> {
        match self.tokens.pop() {
            Some(Token::Word(name) | Token::Pattern(name) | Token::Quoted(name)) => {
                let query = self.exists(&name)?;
                self.boosted(query)
            }
            _ => Err(Unreadable),
        }
    }

    fn exists(&mut self, name: &str) -> Parsed<Query> {
        let paths = self.fields.present(name)?;
        self.spend(paths.len())?;
        Ok(Query::any_of(paths.into_iter().map(|field| Query::Exists { field })))
    }

    fn value(&mut self, scope: &Scope) -> Parsed<Option<Query>> {
        let query = match self.tokens.pop() {
            Some(Token::Word(word)) => match self.tilde() {
                Some(tilde) => self.fuzzy(scope, word, tilde)?,
                None => self.word(scope, word)?,
            },
            Some(Token::Pattern(pattern)) => {
                self.tilde();
                Some(self.pattern(scope, pattern)?)
            }
            Some(Token::Quoted(text)) => {
                let slop = self.tilde().flatten().unwrap_or_default();
                self.phrase(scope, text, slop)?
            }
            Some(Token::Range { from, from_included, to, to_included }) => {
                Some(self.range(scope, &edge(from, from_included), &edge(to, to_included))?)
            }
            _ => return Err(Unreadable),
        };
        match query {
            Some(query) => self.boosted(query).map(Some),
            None => self.boosted(Query::Nothing).map(|_| None),
        }
    }

    #[expect(clippy::option_option, reason = "no tilde, a bare one, and one with a number are three things")]
    fn tilde(&mut self) -> Option<Option<f32>> {
        match self.tokens.last() {
            Some(Token::Tilde(number)) => {
                let number = *number;
                self.tokens.pop();
                Some(number)
            }
            _ => None,
        }
    }

    /// `query` with the boost that follows it, if one does. A tilde after the boost says nothing.
    fn boosted(&mut self, query: Query) -> Parsed<Query> {
        let Some(Token::Boost(factor)) = self.tokens.pop_if(|token| matches!(token, Token::Boost(_))) else {
            return Ok(query);
        };
        self.tilde();
        if factor.is_finite() { Ok(Query::Boost(Box::new(query), factor)) } else { Err(Unreadable) }
    }

    /// Spends on something that is looked for in the fields of a scope.
    fn spend_in(&mut self, scope: &Scope, cost: usize) -> Parsed<()> {
        let width = match scope {
            Scope::Text(name) => self.fields.width(name),
            _ => 1,
        };
        self.spend(cost.saturating_mul(width))
    }

    fn spend(&mut self, cost: usize) -> Parsed<()> {
        self.cost += cost.max(1);
        if self.cost > BUDGET { Err(Unreadable) } else { Ok(()) }
    }

    fn word(&mut self, scope: &Scope, word: String) -> Parsed<Option<Query>> {
        if let (Scope::Text(_) | Scope::Whole(_), Some((from, to))) = (scope, comparison(&word)) {
            return self.range(scope, &from, &to).map(Some);
        }
        self.spend_in(scope, 1)?;
        Ok(match scope {
            Scope::Defaults | Scope::Text(_) if !has_letters(&word) => None,
            Scope::Whole(field) => Some(self.whole(field, word)),
            Scope::Nowhere => Some(Query::Nothing),
            _ => Some(Query::Words { fields: self.weighted(scope), text: word, all: false }),
        })
    }

    fn phrase(&mut self, scope: &Scope, text: String, slop: f32) -> Parsed<Option<Query>> {
        self.spend_in(scope, text.split_whitespace().count().max(1))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off at both ends")]
        let slop = slop.clamp(0.0, 1_000.0) as u32;
        Ok(match scope {
            Scope::Defaults | Scope::Text(_) if !has_letters(&text) => None,
            Scope::Whole(field) => Some(self.whole(field, text)),
            Scope::Nowhere => Some(Query::Nothing),
            _ => Some(Query::Phrase { fields: self.weighted(scope), text, slop }),
        })
    }

    /// A whole value; of dates that are computed, all that rounding leaves equal.
    fn whole(&mut self, field: &str, value: String) -> Query {
        if self.fields.dates(field).is_some() && moments::is_computed(&value) {
            let edge = Edge::Included(value);
            return self.between(field.to_owned(), &edge, &edge);
        }
        Query::Term { field: field.to_owned(), value }
    }

    fn pattern(&mut self, scope: &Scope, pattern: String) -> Parsed<Query> {
        if *scope == Scope::Defaults && pattern.bytes().all(|byte| byte == b'*') {
            self.spend(1)?;
            return Ok(Query::All);
        }
        // Signs are not indexed with words: what begins with one has no known beginning either.
        let is_open = !pattern.starts_with(char::is_alphanumeric);
        self.spend_in(scope, if is_open { OPEN_PATTERN_COST } else { PREFIX_COST })?;
        Ok(match scope {
            Scope::Nowhere => Query::Nothing,
            _ => Query::Wildcard { fields: self.weighted(scope), pattern },
        })
    }

    fn fuzzy(&mut self, scope: &Scope, word: String, tilde: Option<f32>) -> Parsed<Option<Query>> {
        self.spend_in(scope, FUZZY_COST)?;
        if !has_letters(&word) {
            return Ok(None);
        }
        let distance = tilde.map(|number| edits(number, word.chars().count()));
        Ok(Some(match scope {
            Scope::Nowhere => Query::Nothing,
            _ => Query::Fuzzy { fields: self.weighted(scope), word, distance },
        }))
    }

    fn range(&mut self, scope: &Scope, from: &Edge, to: &Edge) -> Parsed<Query> {
        let fields = match scope {
            Scope::Nowhere => Vec::new(),
            Scope::Text(field) if field.contains('*') => Vec::new(),
            _ => self.weighted(scope),
        };
        self.spend(fields.len())?;
        Ok(Query::any_of(fields.into_iter().map(|(field, _)| self.between(field, from, to))))
    }

    fn between(&mut self, field: String, from: &Edge, to: &Edge) -> Query {
        let (from, to) = match self.fields.dates(&field) {
            Some(kind) if [from, to].into_iter().any(is_computed) => {
                let now = *self.now.get_or_insert_with(|| self.clock.now());
                moments::resolved(kind, from, to, now)
            }
            _ => (from.clone(), to.clone()),
        };
        Query::Range { field, from, to }
    }

    fn weighted(&self, scope: &Scope) -> Vec<(String, f32)> {
        match scope {
            Scope::Defaults => self.fields.defaults(),
            Scope::Text(field) | Scope::Whole(field) => vec![(field.clone(), 1.0)],
            Scope::Nowhere => Vec::new(),
        }
    }
}

fn combined(mut clauses: Vec<(Occur, Query)>) -> Option<Query> {
    if let [(Occur::Should | Occur::Must, _)] = clauses.as_slice() {
        return clauses.pop().map(|(_, query)| query);
    }
    if clauses.is_empty() {
        return None;
    }
    let mut sorted = Clauses::default();
    for (occur, query) in clauses {
        match occur {
            Occur::Must => sorted.must.push(query),
            Occur::Should => sorted.should.push(query),
            Occur::MustNot => sorted.must_not.push(query),
        }
    }
    Some(Query::Bool(Box::new(sorted)))
}

fn edge(end: End, included: bool) -> Edge {
    match end {
        End::Open => Edge::Open,
        End::At(text) if included => Edge::Included(text),
        End::At(text) => Edge::Excluded(text),
    }
}

fn is_computed(edge: &Edge) -> bool {
    matches!(edge, Edge::Included(text) | Edge::Excluded(text) if moments::is_computed(text))
}

/// The range that `>=x`, `>x`, `<=x` or `<x` stands for.
fn comparison(word: &str) -> Option<(Edge, Edge)> {
    let (sign, rest) = word.split_at_checked(1)?;
    let included = rest.strip_prefix('=');
    let value = included.unwrap_or(rest).to_owned();
    let edge = if included.is_some() { Edge::Included(value.clone()) } else { Edge::Excluded(value.clone()) };
    match sign {
        _ if value.is_empty() => None,
        ">" => Some((edge, Edge::Open)),
        "<" => Some((Edge::Open, edge)),
        _ => None,
    }
}

/// Edits that a number after `~` allows: itself, or (below one) the part of the word that may differ.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off at both ends")]
#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn edits(number: f32, length: usize) -> u8 {
    let edits = if number >= 1.0 || number <= 0.0 { number } else { (1.0 - number) * length as f32 };
    edits.clamp(0.0, 2.0) as u8
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
