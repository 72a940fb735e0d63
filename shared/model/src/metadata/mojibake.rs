//! UTF-8 that somebody read as Latin-1 or Windows-1252 ("Ã©" for "é"), turned back; only where it is safe to tell.
//!
//! Typography must survive: "« café »" with no-break spaces is, byte by byte, valid UTF-8 too. So a lone sequence is
//! repaired only if it starts like Western mojibake does; other scripts only if the whole text decodes.

use std::borrow::Cow;

/// Windows-1252's characters for the bytes 0x80 to 0x9F; holes stand for themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The byte that was read as `character`.
fn byte_of(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(character) {
        return Some(byte);
    }
    let at = WINDOWS_1252.iter().position(|known| *known == character)?;
    u8::try_from(0x80 + at).ok()
}

/// The bytes a UTF-8 sequence has that starts with `lead`.
fn sequence_length(lead: u8) -> Option<usize> {
    match lead {
        0xC2..=0xDF => Some(2),
        0xE0..=0xEF => Some(3),
        0xF0..=0xF4 => Some(4),
        _ => None,
    }
}

/// One sequence found at the start of `text`: what it means, how much of `text` it is, whether it is beyond doubt.
struct Found {
    meant: char,
    length: usize,
    certain: bool,
}

fn sequence(text: &str, before: Option<char>) -> Option<Found> {
    let mut characters = text.chars();
    let lead = characters.next()?;
    let count = sequence_length(byte_of(lead)?)?;
    let mut bytes = [0_u8; 4];
    let mut length = 0;
    let mut control = false;
    for (slot, character) in bytes.iter_mut().zip(text.chars()).take(count) {
        *slot = byte_of(character)?;
        length += character.len_utf8();
        control |= ('\u{80}'..='\u{9F}').contains(&character);
    }
    let meant = std::str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
    // C1 control characters are never typed; else it must look like what Western text turns into.
    let certain = control || is_western(lead, characters.next()?, before, text[length..].chars().next());
    Some(Found { meant, length, certain })
}

/// Whether `lead` and `next` look like a Western letter, quotation mark or symbol read wrongly, given what is around them.
fn is_western(lead: char, next: char, before: Option<char>, after: Option<char>) -> bool {
    let is_small = |beside: Option<char>| beside.is_some_and(char::is_lowercase);
    match lead {
        // Capital letters in front: a word in capitals that ends in Ã or Â, and a quotation mark or blank.
        'Ã' | 'Â' => {
            let in_capitals = before.is_some_and(char::is_uppercase);
            !(in_capitals && (!('\u{A1}'..='\u{BF}').contains(&next) || next == '»'))
        }
        // A capital letter and a mark of punctuation within a word; an ellipsis may well follow a capital.
        'Ä' | 'Å' => is_small(before) || (is_small(after) && next != '…'),
        'â' => matches!(next, '€' | '‚' | '„' | 'ˆ' | '†' | 'œ' | '‰' | '˜' | '™'),
        'ð' => next == 'Ÿ',
        'ï' => next == '»',
        _ => false,
    }
}

/// How many sequences a text must have, and nothing else beyond ASCII, to be repaired whatever its script.
const WHOLE_TEXT_SEQUENCES: usize = 3;

/// `text` with mojibake turned back.
pub(super) fn repair(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let whole = decodes_as_a_whole(text);
    let mut output = String::with_capacity(text.len());
    let (mut rest, mut before) = (text, None);
    while let Some(first) = rest.chars().next() {
        let found = (!first.is_ascii()).then(|| sequence(rest, before)).flatten();
        let (character, length) = match found {
            Some(found) if found.certain || whole => (found.meant, found.length),
            _ => (first, first.len_utf8()),
        };
        output.push(character);
        rest = &rest[length..];
        before = Some(first);
    }
    Cow::Owned(output)
}

/// Whether everything beyond ASCII in `text` is a sequence, and there are enough of them.
fn decodes_as_a_whole(text: &str) -> bool {
    let (mut rest, mut count) = (text, 0);
    while let Some(start) = rest.find(|character: char| !character.is_ascii()) {
        let Some(found) = sequence(&rest[start..], None) else { return false };
        rest = &rest[start + found.length..];
        count += 1;
    }
    count >= WHOLE_TEXT_SEQUENCES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mojibake_is_turned_back_and_typography_is_kept() {
        for (given, meant) in [
            ("Ã©tÃ©", "été"),
            ("Ã‰cole", "École"),
            ("itâ€™s", "it’s"),
            ("ÐœÐ¾Ñ\u{81}ÐºÐ²Ð°", "Москва"),
            ("Å\u{82}", "ł"),
            ("ðŸ¦€", "🦀"),
            ("« café »", "« café »"),
            ("« café\u{a0}»", "« café\u{a0}»"),
            ("“AMANHÃ”", "“AMANHÃ”"),
            ("CAFÉ…", "CAFÉ…"),
            ("Å“uvre, cÅ“ur", "œuvre, cœur"),
            ("ErdÅ‘s, idÅ‘", "Erdős, idő"),
            ("âœ” No problems", "✔ No problems"),
            ("„Å“, “Å”, Ä… und Ä…und", "„Å“, “Å”, Ä… und Ä…und"),
            ("Ã", "Ã"),
            ("São Paulo, Århus", "São Paulo, Århus"),
        ] {
            assert_eq!(repair(given), meant);
        }
    }
}
