//! Text without its HTML markup, as it is analysed.

use std::borrow::Cow;

/// Tags that stand within a word: `H<sub>2</sub>O` is one word.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "var", "wbr",
];

/// Entities that matter to words; what is not here stays as it is.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("mdash", '—'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("ccedil", 'ç'),
    ("ntilde", 'ñ'),
    ("aacute", 'á'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("oslash", 'ø'),
    ("aring", 'å'),
];

/// `text` without tags and comments, entities decoded. Block tags become a blank, inline tags nothing.
pub fn strip(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'<' | b'&')) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let last_end = text.rfind('>').unwrap_or_default();
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let (found, length) = match from.as_bytes() {
            // Looking for an end that never comes would cost the square of the length.
            [b'<', ..] if text.len() - from.len() > last_end => ('<', 1),
            [b'<', ..] => tag(from),
            _ => entity(from),
        };
        plain.push_str(found.encode_utf8(&mut [0; 4]).trim_start_matches('\0'));
        rest = &from[length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// What stands for the tag at the start of `text` (NUL: nothing), and how long it is. Not a tag: the `<` itself.
fn tag(text: &str) -> (char, usize) {
    if text.starts_with("<!--") {
        return (' ', text.find("-->").map_or(text.len(), |end| end + 3));
    }
    let inner = text[1..].trim_start_matches('/');
    if !inner.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '!') {
        return ('<', 1);
    }
    let Some(end) = text.find('>') else { return ('<', 1) };
    let name = inner.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    let inline = INLINE.iter().any(|known| known.eq_ignore_ascii_case(name));
    (if inline { '\0' } else { ' ' }, end + 1)
}

/// The character that the entity at the start of `text` stands for, and how long it is.
fn entity(text: &str) -> (char, usize) {
    let Some(end) = text.bytes().take(12).position(|byte| byte == b';') else { return ('&', 1) };
    let name = &text[1..end];
    let code = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    let known = ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter);
    match known.or_else(|| code.and_then(char::from_u32)).filter(|letter| *letter != '\0') {
        Some(letter) => (letter, end + 1),
        None => ('&', 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_text_stays() {
        assert_eq!(strip("<p>The <b>cat</b>fish</p><p>sat</p>"), " The catfish  sat ");
        assert_eq!(strip("H<sub>2</sub>O &amp; M&uuml;ller &#x41;&#66;"), "H2O & Müller AB");
        assert_eq!(strip("a<!-- <p> -->b<br/>c"), "a b c");
    }

    #[test]
    fn what_is_no_markup_stays() {
        assert_eq!(strip(&"<a".repeat(200_000)).len(), 400_000);
        for text in ["a < b & c > d", "x<3", "&nosuch; &", "<unclosed", "&#0;", "plain", "5 <", "é&é;"] {
            assert_eq!(strip(text), text);
        }
    }
}
