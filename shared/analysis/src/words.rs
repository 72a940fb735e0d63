//! Text analysis: words by UAX #29, lower case, ASCII folding, and the glued form of runs that punctuation joins.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::{UnicodeSegmentation, UnicodeWordIndices};

use crate::SEPARATOR;

/// Words longer than this many bytes are cut: nobody types them, and they bloat the dictionary.
const LONGEST_WORD: usize = 255;
/// Runs of more parts are not glued.
const MOST_GLUED_PARTS: usize = 24;

/// Words that stand together: one plain word, or several joined by punctuation (`10.5281/zenodo.1`, `snake_case`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The folded words in their order.
    pub parts: Vec<String>,
}

impl Run {
    /// The parts without what stood between them; nothing where there is but one part.
    pub fn glued(&self) -> Option<String> {
        let bytes = self.parts.iter().map(String::len).sum();
        can_be_glued(self.parts.len(), bytes).then(|| self.parts.concat())
    }
}

/// Whether so many parts of so many bytes are also indexed as one.
pub fn can_be_glued(parts: usize, bytes: usize) -> bool {
    (2..=MOST_GLUED_PARTS).contains(&parts) && bytes <= LONGEST_WORD
}

/// The runs of `text`.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for Part { text, begins_run, .. } in Parts::of(text) {
        let mut word = String::new();
        fold_word(text, &mut word);
        match runs.last_mut() {
            Some(run) if !begins_run => run.parts.push(word),
            _ => runs.push(Run { parts: vec![word] }),
        }
    }
    runs
}

/// A word of a text as it is written.
pub struct Part<'t> {
    pub text: &'t str,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// It is not joined to the word before.
    pub begins_run: bool,
}

/// The words of a text, one after the other.
pub struct Parts<'t> {
    /// What is not looked at yet, and where it begins.
    rest: &'t str,
    rest_at: usize,
    /// The words of the present piece, which has no blanks, and where that begins.
    words: UnicodeWordIndices<'t>,
    piece_at: usize,
    /// Where the word before ends, if it is of the same piece.
    word_before: Option<usize>,
    /// What is left of the present word, and where that begins.
    word: &'t str,
    word_at: usize,
    begins_run: bool,
}

impl<'t> Parts<'t> {
    pub fn of(text: &'t str) -> Self {
        Self {
            rest: text,
            rest_at: 0,
            words: "".unicode_word_indices(),
            piece_at: 0,
            word_before: None,
            word: "",
            word_at: 0,
            begins_run: true,
        }
    }

    /// The next letters of the present word, and where they begin.
    fn letters(&mut self) -> Option<(usize, &'t str)> {
        let from = self.word.find(is_letter)?;
        let letters = &self.word[from..];
        let (text, left) =
            letters.split_at(letters.find(|letter| !is_letter(letter)).unwrap_or(letters.len()));
        let start = self.word_at + from;
        (self.word, self.word_at) = (left, start + text.len());
        Some((start, text))
    }

    /// What stands between the next blanks, and where it begins.
    fn piece(&mut self) -> Option<(usize, &'t str)> {
        let trimmed = self.rest.trim_start();
        let start = self.rest_at + self.rest.len() - trimmed.len();
        // Most texts are plain here: letters are read only from where they are not.
        let plain = trimmed.bytes().take_while(u8::is_ascii_graphic).count();
        let end = trimmed[plain..].find(char::is_whitespace).map_or(trimmed.len(), |end| plain + end);
        let (piece, rest) = trimmed.split_at(end);
        (self.rest, self.rest_at) = (rest, start + piece.len());
        (!piece.is_empty()).then_some((start, piece))
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Part<'t>;

    fn next(&mut self) -> Option<Part<'t>> {
        loop {
            if let Some((start, text)) = self.letters() {
                let begins_run = std::mem::replace(&mut self.begins_run, false);
                return Some(Part { text, start, begins_run });
            }
            if let Some((at, word)) = self.words.next() {
                let start = self.piece_at + at;
                // Neighbours with nothing between them (ideographs) are not joined.
                self.begins_run = self.word_before.is_none_or(|end| end == start);
                self.word_before = Some(start + word.len());
                (self.word, self.word_at) = (word, start);
                continue;
            }
            let (start, piece) = self.piece()?;
            if piece.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Some(Part { text: piece, start, begins_run: true });
            }
            (self.words, self.piece_at, self.word_before) = (piece.unicode_word_indices(), start, None);
        }
    }
}

/// Folded, without anything that is not part of a word.
pub fn letters(text: &str) -> String {
    runs(text).into_iter().flat_map(|run| run.parts).collect()
}

/// The words of texts as an engine takes them that splits at blanks: what shares a place is joined by `|`, which no word
/// contains. Each word of a leaf comes behind the leaf's path, and behind the separator alone for searches in all leaves.
/// One piece of memory for all texts.
#[derive(Default)]
pub struct Writer {
    text: String,
    /// The parts of a run one after the other, which is its glued form too; and where each ends.
    run: String,
    ends: Vec<usize>,
}

impl Writer {
    /// The words of one text.
    pub fn written(&mut self, leaf: Option<&str>, text: &str) -> &str {
        self.text.clear();
        for Part { text, begins_run, .. } in Parts::of(text) {
            if begins_run {
                self.end_run(leaf);
            }
            fold_word(text, &mut self.run);
            self.ends.push(self.run.len());
        }
        self.end_run(leaf);
        &self.text
    }

    fn end_run(&mut self, leaf: Option<&str>) {
        let Self { text, run, ends } = self;
        let mut start = 0;
        for (at, end) in ends.iter().enumerate() {
            add(text, leaf, &run[start..*end], ' ');
            if at == 0 && can_be_glued(ends.len(), run.len()) {
                add(text, leaf, run, '|');
            }
            start = *end;
        }
        run.clear();
        ends.clear();
    }
}

/// Adds a word that `before` parts from what is there.
fn add(text: &mut String, leaf: Option<&str>, word: &str, before: char) {
    if !text.is_empty() {
        text.push(before);
    }
    if let Some(leaf) = leaf {
        text.push_str(leaf);
        text.push(SEPARATOR);
        text.push_str(word);
        text.push('|');
        text.push(SEPARATOR);
    }
    text.push_str(word);
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter) || matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Adds a word to `folded`, cut where it is too long.
pub fn fold_word(word: &str, folded: &mut String) {
    let start = folded.len();
    if word.is_ascii() {
        folded.push_str(word);
        folded[start..].make_ascii_lowercase();
    } else {
        folded.push_str(&fold(word));
    }
    if folded.len() - start > LONGEST_WORD {
        let end = (start..=start + LONGEST_WORD).rev().find(|&at| folded.is_char_boundary(at));
        folded.truncate(end.unwrap_or(start));
    }
}

/// Lower case, without diacritics: `Müller` is `muller`, `Ærøskøbing` is `aeroskobing`.
pub fn fold(text: &str) -> String {
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
    fn what_shares_a_place_is_joined() {
        let mut words = Writer::default();
        assert_eq!(words.written(None, "(a) snake_case B! x-y"), "a snake|snakecase case b x|xy y");
        assert_eq!(words.written(Some("en"), "A-b"), "en\0a|\0a|en\0ab|\0ab en\0b|\0b");
        assert_eq!(words.written(None, " -- "), "");
    }

    #[test]
    fn words_are_where_they_say() {
        let text = "(é) a_b\u{301}c 日本 x’y-z!";
        let found: Vec<_> = Parts::of(text).map(|part| (part.start, part.text)).collect();
        for (start, word) in &found {
            assert!(text[*start..].starts_with(word), "{word} at {start}");
        }
        let starts: Vec<usize> = found.iter().map(|(start, _)| *start).collect();
        assert_eq!(starts, [1, 5, 7, 12, 15, 19, 23, 25]);
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
    fn a_word_without_end_is_cut() {
        assert_eq!(runs(&"ж".repeat(5_000))[0].parts[0].len(), 254);
    }
}
