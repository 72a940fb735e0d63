//! Queries that walk the dictionary of terms: wildcards and fuzzy words, below a path's prefix.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use cairn_analysis::plan::{self, Pattern};
use tantivy::{
    SegmentReader,
    postings::TermInfo,
    query::{DfaWrapper, FuzzyTermQuery},
    schema::{Field, Term},
    termdict::TermDictionary,
};
use tantivy_fst::Automaton;

use super::{best::Terms, open::Listings};

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

/// A pattern with `*` and `?`, as the set of places that can be reached: no backtracking, no explosion, and each byte takes
/// the same few steps however long the pattern is.
#[derive(Debug, Clone)]
pub(super) struct Wildcard {
    /// Before which places each byte stands.
    bytes: Box<[u128; 256]>,
    /// Before which places a single character stands, and a run.
    ones: u128,
    runs: u128,
    /// The place behind the whole pattern.
    end: u128,
}

impl Wildcard {
    /// What comes behind the known beginning of a pattern.
    pub(super) fn of(pattern: &Pattern) -> Self {
        let mut pieces = Vec::new();
        for piece in &pattern.rest {
            match piece {
                plan::Piece::Literal(text) => pieces.extend(text.bytes().map(Piece::Byte)),
                plan::Piece::One => pieces.push(Piece::One),
                plan::Piece::Run => pieces.push(Piece::Run),
            }
        }
        Self::new(&pieces)
    }

    fn new(pieces: &[Piece]) -> Self {
        let mut made = Self { bytes: Box::new([0; 256]), ones: 0, runs: 0, end: 1 };
        for piece in pieces {
            match piece {
                Piece::Byte(byte) => made.bytes[usize::from(*byte)] |= made.end,
                Piece::One => made.ones |= made.end,
                Piece::Run => made.runs |= made.end,
            }
            made.end <<= 1;
        }
        made
    }

    /// Adds the places behind runs, which may be empty. No run stands behind another.
    fn closed(&self, places: u128) -> u128 {
        places | ((places & self.runs) << 1)
    }
}

impl Automaton for Wildcard {
    type State = u128;

    fn start(&self) -> u128 {
        self.closed(1)
    }

    fn is_match(&self, places: &u128) -> bool {
        places & self.end != 0
    }

    fn can_match(&self, places: &u128) -> bool {
        *places != 0
    }

    fn will_always_match(&self, places: &u128) -> bool {
        places & self.runs & (self.end >> 1) != 0
    }

    fn accept(&self, places: &u128, byte: u8) -> u128 {
        let continues = byte & 0xc0 == 0x80;
        // The rest of a character stays where its first byte has led.
        let of_one = if continues { places & (self.ones << 1) } else { (places & self.ones) << 1 };
        let of_byte = (places & self.bytes[usize::from(byte)]) << 1;
        self.closed(of_byte | of_one | (places & self.runs))
    }
}

/// The automaton of `pattern` behind `prefix`.
pub(super) fn wildcard(prefix: &str, pattern: &Pattern) -> Prefixed<Wildcard> {
    Prefixed { prefix: format!("{prefix}{}", pattern.start).into_bytes(), rest: Wildcard::of(pattern) }
}

/// What the walks of one search share.
#[derive(Default)]
pub(super) struct Walks {
    /// Automata of words within some edits of a word (swapped neighbours are one edit), made once for all fields: one takes
    /// megabytes for a long word.
    near: HashMap<(String, u8), Arc<DfaWrapper>>,
    /// What was read for patterns that may fit anywhere.
    pub listings: Arc<Listings>,
}

impl Walks {
    /// The automaton of words within `distance` edits of `word`, below a path's prefix.
    pub(super) fn near(
        &mut self,
        field: Field,
        prefix: &str,
        word: String,
        distance: u8,
    ) -> tantivy::Result<Prefixed<NearWord>> {
        let rest = match self.near.entry((word, distance.min(2))) {
            Entry::Occupied(made) => made.get().clone(),
            Entry::Vacant(place) => {
                let (word, distance) = place.key();
                let term = Term::from_field_text(field, word);
                let made = FuzzyTermQuery::new(term, *distance, true).automaton()?;
                place.insert(Arc::new(made)).clone()
            }
        };
        Ok(Prefixed { prefix: prefix.as_bytes().to_vec(), rest: NearWord(rest) })
    }
}

/// Accepts words within some edits of another.
#[derive(Clone)]
pub(super) struct NearWord(Arc<DfaWrapper>);

impl Automaton for NearWord {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.start()
    }

    fn is_match(&self, state: &u32) -> bool {
        self.0.is_match(state)
    }

    fn can_match(&self, state: &u32) -> bool {
        self.0.can_match(state)
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.accept(state, byte)
    }
}

/// The terms of `field` that the automaton accepts.
pub(super) struct Accepted<A> {
    pub field: Field,
    pub automaton: Prefixed<A>,
}

impl<A> Terms for Accepted<A>
where
    A: Automaton + Send + Sync,
    A::State: Clone,
{
    fn field(&self) -> Field {
        self.field
    }

    fn each(
        &self,
        _: &SegmentReader,
        terms: &TermDictionary,
        see: &mut dyn FnMut(&TermInfo) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let mut found = terms.search(&self.automaton).without_keys().into_stream()?;
        while found.advance() {
            see(found.value())?;
        }
        Ok(())
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
    fn patterns_at_their_longest_match() {
        let pattern = "*a?".repeat(40);
        assert!(matches(&pattern, &"xab".repeat(40)));
        assert!(matches(&pattern, &"aé".repeat(40)));
        assert!(!matches(&pattern, &"ab".repeat(40 - 1)));
        assert!(!matches(&pattern, &format!("{}x", "ab".repeat(40 - 1))));
    }

    #[test]
    fn whatever_follows_a_last_run_matches() {
        let automaton = wildcard("", &Pattern::read("a*", str::to_owned).unwrap());
        let after =
            |text: &str| text.bytes().fold(automaton.start(), |state, byte| automaton.accept(&state, byte));
        assert!(automaton.will_always_match(&after("ab")) && !automaton.will_always_match(&after("")));
    }

    #[test]
    fn words_nearly_the_same_are_recognised_by_one_automaton_in_all_fields() {
        let (field, mut walks) = (Field::from_field_id(0), Walks::default());
        let mut made = |prefix: &str, distance| walks.near(field, prefix, "kiln".into(), distance).unwrap();
        let (one, two, far) = (made("p:", 1), made("q:", 1), made("p:", 2));
        assert!(accepts(&one, "p:klin") && accepts(&two, "q:kil") && accepts(&far, "p:kl"));
        assert!(!accepts(&one, "q:kiln") && !accepts(&one, "p:kl"));
        assert!(Arc::ptr_eq(&one.rest.0, &two.rest.0) && !Arc::ptr_eq(&one.rest.0, &far.rest.0));
    }

    #[test]
    fn other_prefixes_do_not_match() {
        assert!(!accepts(&automaton("a*"), "q:ab"));
    }
}
