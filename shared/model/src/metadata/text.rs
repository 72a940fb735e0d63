//! Plain text as people paste it, cleaned: blanks around it, entities, mojibake, characters no export can carry.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::mojibake;

/// Text as it is stored: trimmed; HTML entities decoded if there is no markup; UTF-8 that was read as Latin-1 or
/// Windows-1252 repaired; letters with their accents (NFC); lines that end in `\n`; without characters that XML 1.0 forbids,
/// marks of byte order and zero-width spaces. Cleaning what is clean changes nothing.
pub fn clean(text: &str) -> String {
    settle(text, |text| if text.contains('<') { text.to_owned() } else { decode_entities(text) })
}

/// The same for text that holds markup, where entities mean themselves.
pub(super) fn clean_markup(text: &str) -> String {
    settle(text, str::to_owned)
}

/// How often repairs may uncover each other. Real text needs one round; the bound is for hostile text.
const ROUNDS: usize = 8;

fn settle(text: &str, decode: impl Fn(&str) -> String) -> String {
    let text = text.trim();
    // Nearly all text needs no more than this one look.
    if text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b' '..=b'%' | b'\''..=b'\x7f')) {
        return text.to_owned();
    }
    let mut current = legal(text).into_owned();
    for _ in 0..ROUNDS {
        let decoded =
            if current.contains('&') { Cow::Owned(decode(&current)) } else { Cow::Borrowed(&*current) };
        let repaired = mojibake::repair(&decoded);
        let next = legal(&repaired);
        if *next == current {
            break;
        }
        current = next.trim().to_owned();
    }
    current
}

/// Whether XML 1.0 can carry `character`, and it is visible or meant.
fn is_legal(character: char) -> bool {
    match character {
        '\u{200B}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => false,
        '\t' | '\n' | '\r' => true,
        other => other >= ' ',
    }
}

/// Other ends of lines than `\n`.
fn ends_line(character: char) -> bool {
    matches!(character, '\r' | '\u{2028}' | '\u{2029}')
}

fn legal(text: &str) -> Cow<'_, str> {
    let is_fine = |character| is_legal(character) && !ends_line(character);
    if text.chars().all(is_fine) && is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter(|character| is_legal(*character));
    let lines = kept.map(|character| if ends_line(character) { '\n' } else { character });
    Cow::Owned(lines.nfc().collect::<String>().trim().to_owned())
}

/// The longest entity looked for, ampersand and semicolon included.
const LONGEST_ENTITY: usize = 34;

/// Decodes entities until none is left, in one pass: `&amp;lt;` becomes `<`, however deep it was escaped.
fn decode_entities(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        output.push(character);
        // A decoded character may itself end an entity that was escaped twice.
        while output.ends_with(';') && decode_last(&mut output) {}
    }
    output
}

/// Decodes the entity that ends `output`, if there is one.
fn decode_last(output: &mut String) -> bool {
    let from = output.floor_char_boundary(output.len().saturating_sub(LONGEST_ENTITY));
    let Some(start) = output[from..].rfind('&').map(|at| from + at) else { return false };
    let entity = &output[start..];
    let decoded = html_escape::decode_html_entities(entity);
    if decoded == entity {
        return false;
    }
    let decoded: String = decoded.chars().filter(|character| is_legal(*character)).collect();
    output.truncate(start);
    output.push_str(&decoded);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned() {
        for (given, stored) in [
            ("  a title \n", "a title"),
            ("a\u{200b}b\u{0}c\u{b}d", "abcd"),
            ("AT&amp;T &lt; caf&eacute; &#8211; &#x2014;", "AT&T < café – —"),
            ("&amp;amp;lt;", "<"),
            ("<b>AT&amp;T</b>", "<b>AT&amp;T</b>"),
            ("R&D; &nosuchthing; & ;", "R&D; &nosuchthing; & ;"),
            ("cafÃ© â€œxâ€\u{9d} Â°", "café “x” °"),
            ("\u{200b} a", "a"),
            ("tab\tline\nend", "tab\tline\nend"),
            ("\u{feff}one\r\ntwo\rthree\u{2028}four", "one\ntwo\nthree\nfour"),
            ("cafe\u{301} A\u{30a}", "café Å"),
            ("“Ω” é — 日本 🦀", "“Ω” é — 日本 🦀"),
            ("", ""),
        ] {
            assert_eq!(clean(given), stored, "{given:?}");
            assert_eq!(clean(stored), stored, "{stored:?}");
        }
    }

    #[test]
    fn deep_escaping_takes_one_pass() {
        let deep = format!("&{}lt;", "amp;".repeat(100_000));
        assert_eq!(clean(&deep), "<");
        let flat = "&;".repeat(200_000);
        assert_eq!(clean(&flat), flat);
    }
}
