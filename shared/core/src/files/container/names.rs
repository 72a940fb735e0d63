//! Names of members as text.

use std::borrow::Cow;

/// What the bytes from 0x80 on are in code page 437, which names are in that are not UTF-8 (APPNOTE.TXT, D.1).
const UPPER_HALF: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The name as text, each name as another one. UTF-8 where it can be that, whatever the flag says: many programs
/// write UTF-8 without the flag, and hardly a text in code page 437 happens to be valid UTF-8.
pub(super) fn decoded(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(name.iter().map(|byte| character(*byte)).collect()),
    }
}

fn character(byte: u8) -> char {
    let upper = usize::from(byte).checked_sub(0x80).and_then(|place| UPPER_HALF.chars().nth(place));
    upper.unwrap_or_else(|| char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf_8_or_code_page_437() {
        assert_eq!(decoded("Müller.txt".as_bytes()), "Müller.txt");
        assert_eq!(decoded(b"M\x81ller.txt"), "Müller.txt");
        assert_eq!(decoded(&[0x80, 0xE1, 0xFE, 0xFF]), "Çß■\u{a0}");
        assert_eq!(UPPER_HALF.chars().count(), 128);
    }
}
