//! Tokens of the query language: the classic Lucene syntax, with slashes as plain text.

/// Something that the syntax does not allow: the text is then searched as plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// One end of a range as written; `*` is an open end.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    Open,
    At(String),
}

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    And,
    Or,
    Not,
    Plus,
    Minus,
    Open,
    Close,
    Colon,
    /// A plain word, escapes resolved.
    Word(String),
    /// A word with `*` or `?`; escaped ones are still escaped.
    Pattern(String),
    /// Text between quotes, escapes resolved.
    Quoted(String),
    /// `^` and a number.
    Boost(f32),
    /// `~`, with or without a number.
    Tilde(Option<f32>),
    /// `[from TO to]`; whether each edge itself belongs to it.
    Range {
        from: End,
        from_included: bool,
        to: End,
        to_included: bool,
    },
}

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Unreadable> {
    let mut lexer = Lexer { rest: text };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'t> {
    rest: &'t str,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn next(&mut self) -> Result<Option<Token>, Unreadable> {
        self.skip_blanks();
        let Some(letter) = self.peek() else { return Ok(None) };
        let token = match letter {
            '(' => Token::Open,
            ')' => Token::Close,
            ':' => Token::Colon,
            '+' | '-' | '!' => return self.sign().map(Some),
            '"' => return self.quoted().map(|text| Some(Token::Quoted(text))),
            '[' | '{' => return self.range().map(Some),
            '^' => {
                self.bump();
                return self.number().map(Token::Boost).map(Some).ok_or(Unreadable);
            }
            '~' => {
                self.bump();
                return Ok(Some(Token::Tilde(self.number())));
            }
            ']' | '}' => return Err(Unreadable),
            _ => return self.word().map(Some),
        };
        self.bump();
        Ok(Some(token))
    }

    /// A sign before a blank is a word without letters; anywhere else it says something of what follows.
    fn sign(&mut self) -> Result<Token, Unreadable> {
        let sign = self.bump();
        if self.peek().is_some_and(char::is_whitespace) {
            return Ok(Token::Word(sign.into_iter().collect()));
        }
        match sign {
            Some('+') => Ok(Token::Plus),
            Some('-') => Ok(Token::Minus),
            Some('!') => Ok(Token::Not),
            _ => Err(Unreadable),
        }
    }

    fn number(&mut self) -> Option<f32> {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let number = digits.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    fn quoted(&mut self) -> Result<String, Unreadable> {
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump().ok_or(Unreadable)? {
                '"' => return Ok(text),
                '\\' => text.push(self.escaped()?),
                letter => text.push(letter),
            }
        }
    }

    /// What a backslash stands before: the character itself, or the one that `u` and four hexadecimal digits name.
    fn escaped(&mut self) -> Result<char, Unreadable> {
        let letter = self.bump().ok_or(Unreadable)?;
        if letter != 'u' {
            return Ok(letter);
        }
        let (digits, rest) = self.rest.split_at_checked(4).ok_or(Unreadable)?;
        self.rest = rest;
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'));
        code.and_then(char::from_u32).ok_or(Unreadable)
    }

    fn word(&mut self) -> Result<Token, Unreadable> {
        let from = self.rest;
        // A pattern keeps the escapes of its own signs; both are built until it shows which one it is.
        let (mut plain, mut pattern, mut is_pattern) = (String::new(), String::new(), false);
        let mut start = true;
        while let Some(letter) = self.peek() {
            let escaped = letter == '\\';
            if !escaped && !belongs_to_word(letter, start) {
                break;
            }
            self.bump();
            start = false;
            let letter = if escaped { self.escaped()? } else { letter };
            let sign = matches!(letter, '*' | '?');
            is_pattern |= sign && !escaped;
            if escaped && (sign || letter == '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
            plain.push(letter);
        }
        // What is escaped is no operator.
        Ok(match &from[..from.len() - self.rest.len()] {
            "AND" | "&&" => Token::And,
            "OR" | "||" => Token::Or,
            "NOT" => Token::Not,
            _ if is_pattern => Token::Pattern(pattern),
            _ => Token::Word(plain),
        })
    }

    fn range(&mut self) -> Result<Token, Unreadable> {
        let from_included = self.bump() == Some('[');
        let from = self.end()?;
        self.skip_blanks();
        self.rest = self
            .rest
            .strip_prefix("TO")
            .filter(|rest| rest.starts_with(char::is_whitespace))
            .ok_or(Unreadable)?;
        let to = self.end()?;
        self.skip_blanks();
        let to_included = match self.bump() {
            Some(']') => true,
            Some('}') => false,
            _ => return Err(Unreadable),
        };
        Ok(Token::Range { from, from_included, to, to_included })
    }

    fn end(&mut self) -> Result<End, Unreadable> {
        self.skip_blanks();
        if self.peek() == Some('"') {
            return self.quoted().map(End::At);
        }
        let mut text = String::new();
        while let Some(letter) =
            self.peek().filter(|letter| !letter.is_whitespace() && !matches!(letter, ']' | '}'))
        {
            self.bump();
            text.push(if letter == '\\' { self.escaped()? } else { letter });
        }
        match text.as_str() {
            "" => Err(Unreadable),
            "*" => Ok(End::Open),
            _ => Ok(End::At(text)),
        }
    }
}

fn belongs_to_word(letter: char, start: bool) -> bool {
    match letter {
        '!' | '(' | ')' | ':' | '^' | '[' | ']' | '"' | '{' | '}' | '~' => false,
        '+' | '-' => !start,
        other => !other.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Token {
        Token::Word(text.into())
    }

    #[test]
    fn words_signs_and_operators_are_told_apart() {
        assert_eq!(
            tokens("+a -b !c a-b a+b").unwrap(),
            vec![
                Token::Plus,
                word("a"),
                Token::Minus,
                word("b"),
                Token::Not,
                word("c"),
                word("a-b"),
                word("a+b"),
            ]
        );
        assert_eq!(
            tokens("AND OR NOT && || ANDy a&&b - c").unwrap(),
            vec![
                Token::And,
                Token::Or,
                Token::Not,
                Token::And,
                Token::Or,
                word("ANDy"),
                word("a&&b"),
                word("-"),
                word("c"),
            ]
        );
    }

    #[test]
    fn escapes_are_resolved_but_for_patterns() {
        assert_eq!(tokens(r"a\:b \AND a\*").unwrap(), vec![word("a:b"), word("AND"), word("a*")]);
        assert_eq!(tokens(r"\u00e9t\u002a").unwrap(), vec![word("ét*")]);
        for text in [r"\u12", r"\u12é", r"\uzzzz", r"\u+123", r"\ud800", r"a\users"] {
            assert_eq!(tokens(text), Err(Unreadable), "{text}");
        }
        assert_eq!(
            tokens(r"a\:b* a\**").unwrap(),
            vec![Token::Pattern("a:b*".into()), Token::Pattern(r"a\**".into())]
        );
        assert_eq!(tokens(r#""a\"b" x"#).unwrap(), vec![Token::Quoted("a\"b".into()), word("x")]);
    }

    #[test]
    fn slashes_are_plain_text() {
        assert_eq!(tokens("10.1/x /a[b/").err(), Some(Unreadable));
        assert_eq!(tokens("10.1/x /a/").unwrap(), vec![word("10.1/x"), word("/a/")]);
    }

    #[test]
    fn ranges_have_two_ends() {
        let range = |from: &str, to| Token::Range {
            from: End::At(from.into()),
            from_included: true,
            to,
            to_included: false,
        };
        assert_eq!(tokens("[a TO b}").unwrap(), vec![range("a", End::At("b".into()))]);
        assert_eq!(tokens("[ \"a b\"  TO * }").unwrap(), vec![range("a b", End::Open)]);
        for text in ["[a b]", "[a TO]", "[a TO b", "[TO b]", "[a TObb]", "]", "[", "{}"] {
            assert_eq!(tokens(text), Err(Unreadable), "{text}");
        }
    }

    #[test]
    fn numbers_follow_carets_and_may_follow_tildes() {
        assert_eq!(
            tokens("a~ b~0.5^2").unwrap(),
            vec![word("a"), Token::Tilde(None), word("b"), Token::Tilde(Some(0.5)), Token::Boost(2.0),]
        );
        for text in ["a^", "a^b", "\"open", "a\\"] {
            assert_eq!(tokens(text), Err(Unreadable), "{text}");
        }
    }
}
