//! Patterns with `*` and `?`.

use crate::BadQuery;

/// Longer patterns (in bytes after the first wildcard) are refused.
const LONGEST: usize = 120;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// This text.
    Literal(String),
    /// One character.
    One,
    /// Any run of characters.
    Run,
}

/// A pattern: a fixed beginning, and pieces from the first wildcard on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    /// What comes before the first wildcard.
    pub start: String,
    /// The rest; no two runs side by side.
    pub rest: Vec<Piece>,
}

impl Pattern {
    /// Reads `*` (any run), `?` (one character) and `\` (escapes); what is literal passes through `write`.
    ///
    /// # Errors
    /// It is too long.
    pub fn read(text: &str, write: impl Fn(&str) -> String) -> Result<Self, BadQuery> {
        let mut pattern = Self::default();
        let mut literal = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let wildcard = match letter {
                '*' => Piece::Run,
                '?' => Piece::One,
                '\\' => {
                    literal.push(letters.next().unwrap_or('\\'));
                    continue;
                }
                other => {
                    literal.push(other);
                    continue;
                }
            };
            pattern.literal(write(&std::mem::take(&mut literal)));
            if wildcard == Piece::One || pattern.rest.last() != Some(&Piece::Run) {
                pattern.rest.push(wildcard);
            }
        }
        pattern.literal(write(&literal));
        if pattern.length() > LONGEST { Err(BadQuery("the pattern is too long".into())) } else { Ok(pattern) }
    }

    /// The whole of `text` is as the pattern says.
    pub fn matches(&self, text: &str) -> bool {
        text.strip_prefix(self.start.as_str()).is_some_and(|rest| fits(&self.rest, rest))
    }

    fn literal(&mut self, text: String) {
        if self.rest.is_empty() {
            self.start.push_str(&text);
        } else if !text.is_empty() {
            self.rest.push(Piece::Literal(text));
        }
    }

    fn length(&self) -> usize {
        let length = |piece: &Piece| if let Piece::Literal(text) = piece { text.len() } else { 1 };
        self.rest.iter().map(length).sum()
    }
}

/// Whether pieces fit a text. A run that was passed may grow only until the next one: one place to come back to is enough.
fn fits(pieces: &[Piece], text: &str) -> bool {
    let (mut pieces, mut text) = (pieces, text);
    let mut run: Option<(&[Piece], &str)> = None;
    loop {
        let rest = match pieces.first() {
            Some(Piece::Run) => {
                pieces = &pieces[1..];
                run = Some((pieces, text));
                continue;
            }
            Some(Piece::One) => without_first(text),
            Some(Piece::Literal(literal)) => text.strip_prefix(literal.as_str()),
            None if text.is_empty() => return true,
            None => None,
        };
        match (rest, &mut run) {
            (Some(rest), _) => (pieces, text) = (&pieces[1..], rest),
            (None, Some((after, from))) => {
                let Some(longer) = without_first(from) else { return false };
                *from = longer;
                (pieces, text) = (*after, longer);
            }
            (None, None) => return false,
        }
    }
}

fn without_first(text: &str) -> Option<&str> {
    let mut letters = text.chars();
    letters.next().map(|_| letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Pattern {
        Pattern::read(text, str::to_uppercase).unwrap()
    }

    #[test]
    fn wildcards_part_what_is_literal() {
        use Piece::{Literal, One, Run};
        let pattern = read(r"a\*b**c?\");
        assert_eq!(pattern.start, "A*B");
        assert_eq!(pattern.rest, [Run, Literal("C".into()), One, Literal("\\".into())]);
        assert_eq!(read("ab"), Pattern { start: "AB".into(), rest: Vec::new() });
        assert_eq!(read("").rest, []);
    }

    #[test]
    fn a_long_beginning_is_fine_and_a_long_rest_is_refused() {
        assert!(Pattern::read(&format!("{}*", "a".repeat(1_000)), str::to_owned).is_ok());
        assert!(Pattern::read(&format!("*{}", "a".repeat(1_000)), str::to_owned).is_err());
    }

    #[test]
    fn a_pattern_matches_whole_texts() {
        for (pattern, fits, fails) in [
            ("neutr*", vec!["NEUTR", "NEUTRINO"], vec!["NEUT", "XNEUTRINO"]),
            ("*uon", vec!["MUON", "UON", "UONUON"], vec!["MUONS", "UO"]),
            ("a*bc*c", vec!["ABCC", "AXBCBXC"], vec!["ABC", "ABCD"]),
            ("k?l?", vec!["KÄLÖ"], vec!["KL", "KILNS", "KIL"]),
            ("*", vec!["", "X"], vec![]),
        ] {
            let pattern = read(pattern);
            assert!(fits.iter().all(|text| pattern.matches(text)), "{pattern:?}");
            assert!(!fails.iter().any(|text| pattern.matches(text)), "{pattern:?}");
        }
    }
}
