//! Queries that walk the dictionary of terms: wildcards and fuzzy words, below a path's prefix.

use std::{fmt, sync::Arc};

use cairn_analysis::plan::{self, Pattern};
use tantivy::{
    query::{AutomatonWeight, DfaWrapper, EnableScoring, FuzzyTermQuery, Query, Weight},
    schema::{Field, Term},
};
use tantivy_fst::Automaton;

/// A fixed beginning and an automaton for what follows.
pub(super) struct Prefixed<A> {
    prefix: Vec<u8>,
    rest: A,
}

/// How far a term has come.
#[derive(Clone)]
pub(super) enum Progress<S> {
    Prefix(usize),
    Rest(S),
    Dead,
}

impl<A: Automaton> Automaton for Prefixed<A> {
    type State = Progress<A::State>;

    fn start(&self) -> Self::State {
        if self.prefix.is_empty() { Progress::Rest(self.rest.start()) } else { Progress::Prefix(0) }
    }

    fn is_match(&self, state: &Self::State) -> bool {
        matches!(state, Progress::Rest(state) if self.rest.is_match(state))
    }

    fn can_match(&self, state: &Self::State) -> bool {
        match state {
            Progress::Prefix(_) => true,
            Progress::Rest(state) => self.rest.can_match(state),
            Progress::Dead => false,
        }
    }

    fn will_always_match(&self, state: &Self::State) -> bool {
        matches!(state, Progress::Rest(state) if self.rest.will_always_match(state))
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match state {
            Progress::Prefix(at) if self.prefix.get(*at) != Some(&byte) => Progress::Dead,
            Progress::Prefix(at) if at + 1 == self.prefix.len() => Progress::Rest(self.rest.start()),
            Progress::Prefix(at) => Progress::Prefix(at + 1),
            Progress::Rest(state) => Progress::Rest(self.rest.accept(state, byte)),
            Progress::Dead => Progress::Dead,
        }
    }
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    /// One character, however many bytes.
    One,
    /// Any run of bytes.
    Run,
}

/// A pattern with `*` and `?`, as the set of places that can be reached: no backtracking, no explosion.
#[derive(Debug, Clone)]
pub(super) struct Wildcard {
    pieces: Vec<Piece>,
}

impl Wildcard {
    /// Adds the places behind runs, which may be empty.
    fn closed(&self, mut places: u128) -> u128 {
        for (at, piece) in self.pieces.iter().enumerate() {
            if *piece == Piece::Run && places >> at & 1 == 1 {
                places |= 1 << (at + 1);
            }
        }
        places
    }
}

impl Automaton for Wildcard {
    type State = u128;

    fn start(&self) -> u128 {
        self.closed(1)
    }

    fn is_match(&self, places: &u128) -> bool {
        places >> self.pieces.len() & 1 == 1
    }

    fn can_match(&self, places: &u128) -> bool {
        *places != 0
    }

    fn will_always_match(&self, places: &u128) -> bool {
        self.pieces.last() == Some(&Piece::Run) && self.is_match(places)
    }

    fn accept(&self, places: &u128, byte: u8) -> u128 {
        let continues = byte & 0xc0 == 0x80;
        let mut next = 0;
        let mut rest = *places;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if continues && at > 0 && self.pieces[at - 1] == Piece::One {
                next |= 1 << at;
            }
            match self.pieces.get(at) {
                Some(Piece::Byte(wanted)) if *wanted == byte => next |= 1 << (at + 1),
                Some(Piece::One) if !continues => next |= 1 << (at + 1),
                Some(Piece::Run) => next |= 1 << at,
                _ => {}
            }
        }
        self.closed(next)
    }
}

/// The automaton of `pattern` behind `prefix`.
pub(super) fn wildcard(prefix: &str, pattern: &Pattern) -> Prefixed<Wildcard> {
    let mut pieces = Vec::new();
    for piece in &pattern.rest {
        match piece {
            plan::Piece::Literal(text) => pieces.extend(text.bytes().map(Piece::Byte)),
            plan::Piece::One => pieces.push(Piece::One),
            plan::Piece::Run => pieces.push(Piece::Run),
        }
    }
    Prefixed { prefix: format!("{prefix}{}", pattern.start).into_bytes(), rest: Wildcard { pieces } }
}

/// The automaton of words within `distance` edits of `word` (swapped neighbours are one edit).
pub(super) fn fuzzy(
    field: Field,
    prefix: &str,
    word: &str,
    distance: u8,
) -> tantivy::Result<Prefixed<DfaWrapper>> {
    let rest = FuzzyTermQuery::new(Term::from_field_text(field, word), distance.min(2), true).automaton()?;
    Ok(Prefixed { prefix: prefix.as_bytes().to_vec(), rest })
}

/// Documents with a term of `field` that the automaton accepts, all with the same score.
pub(super) struct AutomatonQuery<A> {
    field: Field,
    automaton: Arc<Prefixed<A>>,
}

impl<A> AutomatonQuery<A> {
    pub(super) fn new(field: Field, automaton: Prefixed<A>) -> Self {
        Self { field, automaton: Arc::new(automaton) }
    }
}

impl<A> Clone for AutomatonQuery<A> {
    fn clone(&self) -> Self {
        Self { field: self.field, automaton: self.automaton.clone() }
    }
}

impl<A> fmt::Debug for AutomatonQuery<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = String::from_utf8_lossy(&self.automaton.prefix);
        write!(formatter, "AutomatonQuery({:?}, {prefix:?}…)", self.field)
    }
}

impl<A> Query for AutomatonQuery<A>
where
    A: Automaton + Send + Sync + 'static,
    A::State: Clone,
{
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(AutomatonWeight::<Prefixed<A>>::new(self.field, self.automaton.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts<A: Automaton>(automaton: &A, text: &str) -> bool {
        let end = text.bytes().fold(automaton.start(), |state, byte| automaton.accept(&state, byte));
        automaton.is_match(&end)
    }

    fn automaton(pattern: &str) -> Prefixed<Wildcard> {
        wildcard("p:", &Pattern::read(pattern, str::to_owned).unwrap())
    }

    fn matches(pattern: &str, text: &str) -> bool {
        accepts(&automaton(pattern), &format!("p:{text}"))
    }

    #[test]
    fn stars_and_question_marks_match_runs_and_characters() {
        for (pattern, text) in [
            ("elder*", "elderberry"),
            ("elder*", "elder"),
            ("*", ""),
            ("*rry", "elderberry"),
            ("e?d*y", "elderberry"),
            ("?", "é"),
            ("a?c", "a本c"),
            ("a??", "a本é"),
            ("*é*", "caféx"),
            ("**a**", "a"),
            ("a\\*b", "a*b"),
            ("a\\?", "a?"),
            ("", ""),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("elder*", "elde"),
            ("?", ""),
            ("?", "ab"),
            ("a?c", "ac"),
            ("a\\*b", "axb"),
            ("??", "é"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn other_prefixes_do_not_match() {
        assert!(!accepts(&automaton("a*"), "q:ab"));
    }
}
