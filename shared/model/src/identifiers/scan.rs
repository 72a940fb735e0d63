//! Small matchers over text, in place of regular expressions: linear, no state, nothing compiled.

/// `value` behind `prefix` (ASCII case does not matter), if it starts with it.
pub(super) fn after<'a>(value: &'a str, prefix: &str) -> Option<&'a str> {
    let head = value.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &value[prefix.len()..])
}

/// `value` behind the first of `prefixes` it starts with.
pub(super) fn after_any<'a>(value: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| after(value, prefix))
}

/// `value` behind `http://` or `https://`, if it starts so.
pub(super) fn after_http(value: &str) -> Option<&str> {
    after_any(value, &["https://", "http://"])
}

/// `value` behind `[http[s]://]<site>`: the scheme may be missing, the site may not.
pub(super) fn after_site<'a>(value: &'a str, site: &str) -> Option<&'a str> {
    after(after_http(value).unwrap_or(value), site)
}

/// `value` behind `http[s]://<site>`: neither may be missing.
pub(super) fn after_url<'a>(value: &'a str, site: &str) -> Option<&'a str> {
    after(after_http(value)?, site)
}

/// Whether `text` is a non-empty run of ASCII digits.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` is a run of ASCII digits of one of the lengths in `lengths`.
pub(super) fn is_digits_of(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && is_digits(text)
}

/// Splits `text` behind its leading ASCII digits.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// Whether `text` is a non-empty run of `[A-Za-z0-9_-]`.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// `text` without a trailing version `vN`.
pub(super) fn without_version(text: &str) -> &str {
    match text.rfind(['v', 'V']) {
        Some(at) if is_digits(&text[at + 1..]) => &text[..at],
        _ => text,
    }
}

/// `text` without a trailing `.N`.
pub(super) fn without_dot_number(text: &str) -> &str {
    match text.rsplit_once('.') {
        Some((head, number)) if is_digits(number) => head,
        _ => text,
    }
}

/// `value` without hyphens and blanks: the form in which check digits are computed.
pub(super) fn compact(value: &str) -> String {
    value.chars().filter(|character| !matches!(character, '-' | ' ')).collect()
}
