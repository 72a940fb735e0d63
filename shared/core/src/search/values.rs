//! How single parameters are read: numbers, and yes or no.

use cairn_model::FieldError;

use super::params::Options;

/// The yes or no of each parameter that is one, and was given.
pub(super) fn flags<'v>(
    value: &impl Fn(&str) -> Option<&'v str>,
    options: &Options,
    problems: &mut Vec<FieldError>,
) -> Vec<(&'static str, bool)> {
    let mut flags = Vec::new();
    for name in options.flags.iter().chain(options.silent_flags) {
        match value(name).map(flag) {
            Some(Some(yes)) => flags.push((*name, yes)),
            Some(None) => problems.push(FieldError::new(*name, "Not a valid boolean.")),
            None => {}
        }
    }
    flags
}

/// A whole number of at least 1. Larger ones than there are count as the largest.
pub(super) fn whole(text: &str) -> Result<usize, &'static str> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("Not a valid integer.");
    }
    let number = digits.parse::<usize>().unwrap_or(usize::MAX);
    if text.starts_with('-') || number == 0 {
        return Err("Must be greater than or equal to 1.");
    }
    Ok(number)
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "on" | "y" | "yes" => Some(true),
        "0" | "f" | "false" | "off" | "n" | "no" => Some(false),
        _ => None,
    }
}
