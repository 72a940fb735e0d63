//! The words of a text, and where they stand.

use std::ops::Range;

use cairn_analysis::words::{Parts, can_be_glued, fold_word};

/// Of longer words, in bytes, only the beginning is marked: more of them is not compared either.
const LONGEST_MARK: usize = 255;

/// A word as it is indexed.
pub(super) struct Word {
    folded: String,
    /// Where it is in the text, in bytes.
    pub range: Range<usize>,
    /// With the words that punctuation joins to it, if it is the first of them; how many words follow it there.
    glued: Option<(String, usize)>,
}

impl Word {
    /// What it is found by, and how many words that follow belong to that.
    pub(super) fn forms(&self) -> impl Iterator<Item = (&str, usize)> {
        let glued = self.glued.as_ref().map(|(glued, following)| (glued.as_str(), *following));
        std::iter::once((self.folded.as_str(), 0)).chain(glued)
    }
}

/// The words of `text`.
pub(super) fn read(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut run = 0;
    for part in Parts::of(text) {
        if part.begins_run {
            glue(&mut words[run..]);
            run = words.len();
        }
        let mut folded = String::new();
        fold_word(part.text, &mut folded);
        let range = part.start..part.start + part.text.floor_char_boundary(LONGEST_MARK);
        words.push(Word { folded, range, glued: None });
    }
    glue(&mut words[run..]);
    words
}

fn glue(run: &mut [Word]) {
    if can_be_glued(run.len(), run.iter().map(|word| word.folded.len()).sum()) {
        let glued = run.iter().map(|word| word.folded.as_str()).collect();
        run[0].glued = Some((glued, run.len() - 1));
    }
}
