//! What the engine calls tokenizers: they feed the words of a text into the index.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use cairn_analysis::{
    SEPARATOR,
    words::{Part, Parts, can_be_glued, fold_word},
};

/// For fields that hold one path.
pub(super) const WORDS: &str = "words";
/// For fields that hold the leaves of an object: the text is preceded by the leaf's path and a separator.
pub(super) const LEAVES: &str = "leaves";

/// Makes the tokenizers known.
pub(super) fn register(tokenizers: &TokenizerManager) {
    tokenizers.register(WORDS, Words { leaves: false });
    tokenizers.register(LEAVES, Words { leaves: true });
}

/// Words, and the glued form of a run at the place of its first part.
#[derive(Debug, Clone)]
struct Words {
    leaves: bool,
}

impl Tokenizer for Words {
    type TokenStream<'t> = Stream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> Stream<'t> {
        let (leaf, text) = match text.split_once(SEPARATOR) {
            Some((leaf, text)) if self.leaves => (Some(leaf), text),
            _ => (None, text),
        };
        Stream {
            leaf,
            parts: Parts::of(text),
            ahead: None,
            run: Run::default(),
            word: String::new(),
            twice: false,
            token: Token::default(),
            next: 0,
        }
    }
}

/// The run that is being read.
#[derive(Default)]
struct Run {
    parts: usize,
    position: usize,
    glued: String,
}

/// The tokens of one text. Each word of a leaf comes twice: behind the leaf's path, and behind the separator alone
/// for searches in all leaves.
struct Stream<'t> {
    leaf: Option<&'t str>,
    parts: Parts<'t>,
    /// A part that begins the next run.
    ahead: Option<&'t str>,
    run: Run,
    /// The present word, folded.
    word: String,
    /// The present word has to come once more.
    twice: bool,
    token: Token,
    /// The position of the next word.
    next: usize,
}

impl<'t> Stream<'t> {
    /// Reads the next word and its position.
    fn read(&mut self) -> Option<usize> {
        if self.ahead.is_none() {
            match self.parts.next() {
                Some(Part { text, begins_run: false, .. }) => return Some(self.part(text)),
                Some(Part { text, .. }) => self.ahead = Some(text),
                None => {}
            }
        }
        let ended = std::mem::take(&mut self.run);
        if can_be_glued(ended.parts, ended.glued.len()) {
            self.word = ended.glued;
            return Some(ended.position);
        }
        let first = self.ahead.take()?;
        self.run.position = self.next;
        Some(self.part(first))
    }

    fn part(&mut self, text: &'t str) -> usize {
        self.word.clear();
        fold_word(text, &mut self.word);
        self.run.parts += 1;
        self.run.glued.push_str(&self.word);
        self.next += 1;
        self.next - 1
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        if self.twice {
            self.twice = false;
        } else {
            let Some(position) = self.read() else { return false };
            self.token.position = position;
            if let Some(leaf) = self.leaf {
                self.token.text.push_str(leaf);
                self.twice = true;
            }
        }
        if self.leaf.is_some() {
            self.token.text.push(SEPARATOR);
        }
        self.token.text.push_str(&self.word);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(leaves: bool, text: &str) -> Vec<(String, usize)> {
        let mut words = Words { leaves };
        let mut stream = words.token_stream(text);
        let mut tokens = Vec::new();
        while stream.advance() {
            tokens.push((stream.token().text.clone(), stream.token().position));
        }
        tokens
    }

    fn owned(wanted: &[(&str, usize)]) -> Vec<(String, usize)> {
        wanted.iter().map(|(text, position)| ((*text).to_owned(), *position)).collect()
    }

    #[test]
    fn a_glued_form_shares_the_place_of_its_first_part() {
        let wanted =
            [("a", 0), ("snake", 1), ("case", 2), ("snakecase", 1), ("b", 3), ("x", 4), ("y", 5), ("xy", 4)];
        assert_eq!(tokens(false, "(a) snake_case B! x-y"), owned(&wanted));
        assert_eq!(tokens(false, " -- "), []);
    }

    #[test]
    fn words_of_a_leaf_come_with_and_without_its_path() {
        let wanted = [("en\0a", 0), ("\0a", 0), ("en\0b", 1), ("\0b", 1), ("en\0ab", 0), ("\0ab", 0)];
        assert_eq!(tokens(true, "en\0A-b"), owned(&wanted));
    }
}
