//! Identifiers that are numbers with a check digit: ISBN, ISSN, EAN, ISTC, ISNI, ORCID.

use super::scan::{after, after_site, after_url, compact, is_digits, is_digits_of};

/// The values of `text`'s digits, `X` counting ten; `None` at anything else.
fn values(text: &str) -> Option<Vec<u32>> {
    let value = |character: char| match character {
        'x' | 'X' => Some(10),
        digit => digit.to_digit(10),
    };
    text.chars().map(value).collect()
}

/// Whether the last digit of `text` is the check digit of an EAN whose weights start with `first`.
fn ean_holds(text: &str, first: u32) -> bool {
    let digits: Vec<u32> = text.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let Some((check, body)) = digits.split_last() else { return false };
    let weights = [first, 4 - first].into_iter().cycle();
    let sum: u32 = body.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    (10 - sum % 10) % 10 == *check
}

/// EAN-13: 13 digits, weights 1 and 3.
pub(super) fn is_ean13(value: &str) -> bool {
    is_digits_of(value, 13..=13) && ean_holds(value, 1)
}

/// EAN-8: 8 digits, weights 3 and 1.
pub(super) fn is_ean8(value: &str) -> bool {
    is_digits_of(value, 8..=8) && ean_holds(value, 3)
}

/// The bare characters of an ISBN, without a leading `ISBN`, hyphens and blanks.
fn isbn_characters(value: &str) -> String {
    let value = after(value, "isbn").unwrap_or(value);
    compact(value.trim_start_matches([':', ' '])).to_ascii_uppercase()
}

fn is_isbn10(text: &str) -> bool {
    let Some((body, check)) = text.split_at_checked(9) else { return false };
    if !is_digits(body) || !(is_digits_of(check, 1..=1) || check == "X") {
        return false;
    }
    let weighted = |digits: Vec<u32>| digits.iter().zip((1..=10).rev()).map(|(d, w)| d * w).sum::<u32>();
    values(text).is_some_and(|digits| weighted(digits).is_multiple_of(11))
}

fn is_isbn13(text: &str) -> bool {
    (text.starts_with("978") || text.starts_with("979")) && is_ean13(text)
}

/// A valid ISBN-10 or ISBN-13, hyphens and blanks ignored.
pub(super) fn is_isbn(value: &str) -> bool {
    let text = isbn_characters(value);
    is_isbn10(&text) || is_isbn13(&text)
}

/// The ISBN-13 with hyphens; without them where the publisher's range is not known.
pub(super) fn normalize_isbn(value: &str) -> String {
    let text = isbn_characters(value);
    let thirteen = match text.parse::<isbn2::Isbn>() {
        Ok(isbn2::Isbn::_10(ten)) => isbn2::Isbn13::from(ten),
        Ok(isbn2::Isbn::_13(thirteen)) => thirteen,
        Err(_) => return value.to_owned(),
    };
    thirteen.hyphenate().map_or_else(|_| thirteen.to_string(), |hyphenated| hyphenated.to_string())
}

/// ISSN: 7 digits and a check digit modulo 11, hyphens and blanks ignored.
pub(super) fn is_issn(value: &str) -> bool {
    let text = compact(value);
    let Some((body, check)) = text.split_at_checked(7) else { return false };
    if !is_digits(body) || check.len() != 1 {
        return false;
    }
    let weighted = |digits: Vec<u32>| digits.iter().zip((1..=8).rev()).map(|(d, w)| d * w).sum::<u32>();
    values(&text).is_some_and(|digits| weighted(digits).is_multiple_of(11))
}

/// `NNNN-NNNX`.
pub(super) fn normalize_issn(value: &str) -> String {
    let text = compact(value).to_ascii_uppercase();
    match text.split_at_checked(4) {
        Some((head, tail)) => format!("{head}-{tail}"),
        None => text,
    }
}

/// ISTC: 16 hexadecimal digits, the last one a weighted sum modulo 16.
pub(super) fn is_istc(value: &str) -> bool {
    let text = compact(value);
    let digits: Option<Vec<u32>> = text.chars().map(|character| character.to_digit(16)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 16) else { return false };
    let weights = [11, 9, 3, 1].into_iter().cycle();
    let sum: u32 = digits[..15].iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    sum % 16 == digits[15]
}

/// Whether 16 characters hold by ISO 7064 mod 11-2, the check of ISNI and ORCID.
fn iso7064_holds(text: &str) -> bool {
    let Some((body, check)) = text.split_at_checked(15) else { return false };
    if !is_digits(body) || check.len() != 1 {
        return false;
    }
    let remainder = body.bytes().fold(0, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
    values(check).is_some_and(|value| value[0] == (12 - remainder) % 11)
}

/// ISNI, with or without its URL.
pub(super) fn is_isni(value: &str) -> bool {
    iso7064_holds(&compact(after_url(value, "isni.org/isni/").unwrap_or(value)))
}

/// The ranges of ISNI numbers that are set apart for ORCID (the first 15 digits).
const ORCID_BLOCKS: [std::ops::RangeInclusive<u64>; 2] =
    [15_000_000..=35_000_000, 900_000_000_000..=900_100_000_000];

/// ORCID: an ISNI within the blocks set apart for it, with or without its URL.
pub(super) fn is_orcid(value: &str) -> bool {
    if after_site(value, "isni.org/").is_some() {
        return false;
    }
    let text = compact(after_url(value, "orcid.org/").unwrap_or(value));
    let number = text.get(..15).and_then(|body| body.parse::<u64>().ok());
    iso7064_holds(&text)
        && number.is_some_and(|number| ORCID_BLOCKS.iter().any(|block| block.contains(&number)))
}

/// `dddd-dddd-dddd-dddX`.
pub(super) fn normalize_orcid(value: &str) -> String {
    let text = compact(after_url(value, "orcid.org/").unwrap_or(value)).to_ascii_uppercase();
    match (text.get(..4), text.get(4..8), text.get(8..12), text.get(12..)) {
        (Some(a), Some(b), Some(c), Some(d)) => format!("{a}-{b}-{c}-{d}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_hold_and_one_wrong_digit_does_not() {
        assert!(is_isbn("978-3-16-148410-0") && is_isbn("3-16-148410-X") && is_isbn("ISBN 0-306-40615-2"));
        assert!(!is_isbn("978-3-16-148410-1") && !is_isbn("3161484101") && !is_isbn("4006381333931"));
        assert!(is_issn("0317-8471") && is_issn("1050-124X") && !is_issn("0317-8472"));
        assert!(!is_issn("1234-5678"));
        assert!(is_ean13("4006381333931") && !is_ean13("4006381333932"));
        assert!(is_ean8("73513537") && !is_ean8("73513536"));
        assert!(is_istc("0A9 2002 12B4A105 7") && !is_istc("0A9 2002 12B4A105 6"));
        assert!(is_isni("0000 0001 1456 7559") && is_isni("https://isni.org/isni/000000012156142X"));
        assert!(!is_isni("0000 0001 1456 7558"));
        assert!(is_orcid("0000-0002-1825-0097") && is_orcid("https://orcid.org/0000-0001-5109-3700"));
        assert!(!is_orcid("0000-0002-1825-0098") && !is_orcid("0000 0001 2156 142X"));
        assert!(is_orcid("0009-0000-0000-0004") || !is_isni("0009-0000-0000-0004"));
    }

    #[test]
    fn normal_forms_are_hyphenated() {
        assert_eq!(normalize_isbn("9783161484100"), "978-3-16-148410-0");
        assert_eq!(normalize_isbn("316148410X"), "978-3-16-148410-0");
        assert_eq!(normalize_issn("1050124x"), "1050-124X");
        assert_eq!(normalize_orcid("https://orcid.org/0000000218250097"), "0000-0002-1825-0097");
    }

    #[test]
    fn odd_text_is_refused_without_panic() {
        for text in ["", "é", "éééééééé", "٣٣٣٣٣٣٣٣", "12345678é", "ééééééééééééééé0", "isbn", "-"]
        {
            assert!(!is_isbn(text) && !is_issn(text) && !is_isni(text) && !is_orcid(text));
            assert!(!is_ean13(text) && !is_ean8(text) && !is_istc(text));
            let _ = (normalize_isbn(text), normalize_issn(text), normalize_orcid(text));
        }
    }
}
