//! Identifiers of people and organisations that carry no check digit: GND, ROR, VIAF, e-mail.

use super::scan::{after, after_site, after_url, is_digits, is_digits_of, split_digits};

/// Behind the prefix or resolver of the German authority file.
fn gnd_rest(value: &str) -> &str {
    after(value, "gnd:").or_else(|| after_site(value, "d-nb.info/gnd/")).unwrap_or(value)
}

/// The number at the start of `text`, without an end anchor, as the rule is.
fn gnd_number(text: &str) -> Option<&str> {
    let (digits, rest) = split_digits(text);
    gnd_plain(digits, rest).or_else(|| gnd_hyphened(digits, rest)).and_then(|length| text.get(..length))
}

/// `1[012]?` or `3`, seven digits, and a digit or `X`: the length matched.
fn gnd_plain(digits: &str, rest: &str) -> Option<usize> {
    let checked = |length: usize| match digits.len() {
        found if found > length => Some(length + 1),
        found if found == length && rest.starts_with(['X', 'x']) => Some(length + 1),
        _ => None,
    };
    match digits.as_bytes() {
        [b'1', b'0'..=b'2', ..] => checked(9).or_else(|| checked(8)),
        [b'1' | b'3', ..] => checked(8),
        _ => None,
    }
}

/// One to eight digits, a hyphen, and a digit or `X`: the length matched.
fn gnd_hyphened(digits: &str, rest: &str) -> Option<usize> {
    let check = rest.strip_prefix('-')?.chars().next()?;
    let fits = (1..=8).contains(&digits.len()) && !digits.starts_with('0');
    (fits && (check.is_ascii_digit() || matches!(check, 'X' | 'x'))).then_some(digits.len() + 2)
}

pub(super) fn is_gnd(value: &str) -> bool {
    gnd_number(gnd_rest(value)).is_some()
}

/// `gnd:` and the number.
pub(super) fn normalize_gnd(value: &str) -> String {
    let rest = gnd_rest(value);
    format!("gnd:{}", gnd_number(rest).unwrap_or(rest))
}

fn ror_key(value: &str) -> &str {
    let rest = super::scan::after_http(value).unwrap_or(value);
    after(rest, "ror.org/").unwrap_or(rest)
}

/// `0`, six word characters, two digits.
pub(super) fn is_ror(value: &str) -> bool {
    let key = ror_key(value);
    let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    key.len() == 9 && key.starts_with('0') && word(key) && is_digits(&key[7..])
}

/// The nine characters, in the case given.
pub(super) fn normalize_ror(value: &str) -> String {
    ror_key(value).to_owned()
}

fn viaf_number(value: &str) -> Option<&str> {
    after(value, "viaf:").or_else(|| after_site(value, "viaf.org/viaf/"))
}

pub(super) fn is_viaf(value: &str) -> bool {
    let Some(number) = viaf_number(value) else { return false };
    let fits = is_digits_of(number, 2..=9) || is_digits_of(number, 19..=22);
    after_url(value, "viaf.org/viaf/").is_some() || (fits && !number.starts_with('0'))
}

pub(super) fn normalize_viaf(value: &str) -> String {
    format!("viaf:{}", viaf_number(value).unwrap_or(value))
}

/// `x@y.z`.
pub(super) fn is_email(value: &str) -> bool {
    let Some((user, host)) = value.split_once('@') else { return false };
    let parts = host.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && !top.is_empty());
    !user.is_empty() && parts && !host.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gnd_forms() {
        for (value, normal) in [
            ("gnd:4079154-3", "gnd:4079154-3"),
            ("http://d-nb.info/gnd/1-2", "gnd:1-2"),
            ("118604740", "gnd:118604740"),
            ("d-nb.info/gnd/1089828535", "gnd:1089828535"),
            ("16942750X", "gnd:16942750X"),
        ] {
            assert!(is_gnd(value), "{value}");
            assert_eq!(normalize_gnd(value), normal);
        }
        for value in ["", "gnd:", "0-1", "gnd:é", "abc", "123"] {
            assert!(!is_gnd(value), "{value}");
        }
    }

    #[test]
    fn ror_viaf_and_mail_forms() {
        assert!(is_ror("03yrm5c26") && is_ror("https://ror.org/03yrm5c26") && is_ror("ror.org/03yrm5c26"));
        assert!(!is_ror("13yrm5c26") && !is_ror("03yrm5c2x") && !is_ror("0é3yrm5c26"));
        assert_eq!(normalize_ror("https://ror.org/03yrm5c26"), "03yrm5c26");
        assert!(
            is_viaf("viaf:75121530") && is_viaf("https://viaf.org/viaf/75121530") && !is_viaf("75121530")
        );
        assert_eq!(normalize_viaf("http://viaf.org/viaf/75121530"), "viaf:75121530");
        assert!(is_email("a@b.c") && !is_email("a@b") && !is_email("@b.c"));
    }
}
