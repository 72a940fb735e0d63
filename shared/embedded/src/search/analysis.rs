//! Text analysis: words by UAX #29, lower case, ASCII folding, and the glued form of runs that punctuation joins.

use tantivy::tokenizer::Token;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::markup;

/// Words longer than this many bytes are cut: nobody types them, and they bloat the dictionary.
const LONGEST_WORD: usize = 255;
/// Runs of more parts are not glued.
const MOST_GLUED_PARTS: usize = 24;

/// Words that stand together: one plain word, or several joined by punctuation (`10.5281/zenodo.1`, `snake_case`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Run {
    /// The folded words in their order.
    pub parts: Vec<String>,
}

impl Run {
    /// The parts without what stood between them; nothing where there is but one part.
    pub(super) fn glued(&self) -> Option<String> {
        let bytes: usize = self.parts.iter().map(String::len).sum();
        let fits = (2..=MOST_GLUED_PARTS).contains(&self.parts.len()) && bytes <= LONGEST_WORD;
        fits.then(|| self.parts.concat())
    }
}

/// The runs of `text`.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open = Run::default();
    let mut joined = false;
    for segment in text.split_word_bounds() {
        if segment.chars().all(char::is_whitespace) {
            close(&mut open, &mut runs);
            continue;
        }
        let mut parts = segment.split(|letter| !is_letter(letter)).filter(|part| !part.is_empty()).peekable();
        if parts.peek().is_none() {
            joined = true;
            continue;
        }
        // Neighbours with nothing between them (ideographs) are words of their own.
        if !joined {
            close(&mut open, &mut runs);
        }
        open.parts.extend(parts.map(word));
        joined = false;
    }
    close(&mut open, &mut runs);
    runs
}

fn close(open: &mut Run, runs: &mut Vec<Run>) {
    if !open.parts.is_empty() {
        runs.push(std::mem::take(open));
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter) || matches!(letter, '\u{200c}' | '\u{200d}')
}

fn word(part: &str) -> String {
    let mut folded = fold(part);
    if folded.len() > LONGEST_WORD {
        let end = (0..=LONGEST_WORD).rev().find(|&at| folded.is_char_boundary(at)).unwrap_or_default();
        folded.truncate(end);
    }
    folded
}

/// Lower case, without diacritics: `Müller` is `muller`, `Ærøskøbing` is `aeroskobing`.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.to_lowercase().nfkd().filter(|&letter| !is_diacritic(letter)) {
        match LETTERS.iter().find(|(from, _)| *from == letter) {
            Some((_, to)) => folded.push_str(to),
            None => folded.push(letter),
        }
    }
    if folded.is_ascii() { folded } else { folded.nfc().collect() }
}

/// Marks of the European scripts. Those of other scripts are letters in their own right and stay.
fn is_diacritic(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Letters without a decomposition, as Lucene's ASCII folding writes them.
const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ł', "l"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ŋ', "n"),
    ('ŧ', "t"),
    ('ƒ', "f"),
    ('ĸ', "q"),
    ('ə', "a"),
    ('ɓ', "b"),
    ('ɗ', "d"),
    ('ɛ', "e"),
    ('ɔ', "o"),
    ('ƙ', "k"),
    ('’', "'"),
];

/// The tokens of a text for the index: every word, and the glued form of a run at the place of its first part;
/// once behind each of `prefixes`. Positions go on from `start`; the next free one comes back.
pub(super) fn tokens(text: &str, prefixes: &[&str], start: usize, tokens: &mut Vec<Token>) -> usize {
    let mut position = start;
    let mut push = |word: &str, position| {
        tokens.extend(prefixes.iter().map(|prefix| Token {
            offset_from: 0,
            offset_to: 0,
            position,
            text: format!("{prefix}{word}"),
            position_length: 1,
        }));
    };
    for run in runs(&markup::strip(text)) {
        if let Some(glued) = run.glued() {
            push(&glued, position);
        }
        for part in &run.parts {
            push(part, position);
            position += 1;
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<Vec<String>> {
        runs(text).into_iter().map(|run| run.parts).collect()
    }

    #[test]
    fn words_are_folded_and_lower_cased() {
        assert_eq!(parts("Müller  ŁÓDŹ"), [["muller"], ["lodz"]]);
        assert_eq!(fold("Ærøskøbing Straße İstanbul ﬁn"), "aeroskobing strasse istanbul fin");
        assert_eq!(fold("가각"), "가각");
        assert_eq!(fold("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(fold("e\u{301}tude"), fold("étude"));
    }

    #[test]
    fn punctuation_joins_the_parts_of_a_run() {
        assert_eq!(
            parts("see 10.5281/zenodo.1, snake_case!"),
            vec![
                vec!["see".to_owned()],
                vec!["10".into(), "5281".into(), "zenodo".into(), "1".into()],
                vec!["snake".into(), "case".into()],
            ]
        );
        assert_eq!(runs("snake_case")[0].glued().as_deref(), Some("snakecase"));
        assert_eq!(runs("snake")[0].glued(), None);
        assert!(runs("!!! -- …").is_empty());
    }

    #[test]
    fn ideographs_are_words_of_their_own() {
        assert_eq!(parts("日本 語"), [["日"], ["本"], ["語"]]);
    }

    #[test]
    fn words_of_other_scripts_keep_their_marks() {
        assert_eq!(parts("हिन्दी"), [["हिन्दी"]]);
        assert_eq!(parts("שלום עולם"), [["שלום"], ["עולם"]]);
    }

    #[test]
    fn a_glued_form_shares_the_place_of_its_first_part() {
        let mut found = Vec::new();
        let next = tokens("a snake_case <b>b</b>", &[""], 0, &mut found);
        let flat: Vec<(&str, usize)> =
            found.iter().map(|token| (token.text.as_str(), token.position)).collect();
        assert_eq!(flat, [("a", 0), ("snakecase", 1), ("snake", 1), ("case", 2), ("b", 3)]);
        assert_eq!(next, 4);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(runs(&"ж".repeat(5_000))[0].parts[0].len(), 254);
    }
}
