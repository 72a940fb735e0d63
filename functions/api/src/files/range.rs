//! Conditional requests and ranges (RFC 9110 §13 and §14), for content whose size and tag are known.

use std::ops::Range;

use cairn_http::Call;
use cairn_model::Timestamp;
use chrono::DateTime;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};

/// Which bytes are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of them.
    All,
    /// These.
    Some(Range<u64>),
    /// None that there are.
    Beyond,
    /// None: the caller has them already.
    Same,
}

/// What a call asks of content of `size` bytes with this tag (quoted), which may have a date. Dates count where the caller has
/// no tag.
pub(super) fn of(call: &Call, size: u64, tag: &str, modified: Option<Timestamp>) -> Asked {
    let known = match call.header(&IF_NONE_MATCH) {
        Some(tags) => {
            tags.trim() == "*" || tags.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
        }
        None => call
            .header(&IF_MODIFIED_SINCE)
            .and_then(|date| DateTime::parse_from_rfc2822(date).ok())
            .zip(modified)
            .is_some_and(|(since, modified)| modified.seconds() <= since.timestamp()),
    };
    if known {
        return Asked::Same;
    }
    let is_current = call
        .header(&IF_RANGE)
        .map(str::trim)
        .is_none_or(|one| one == tag || modified.is_some_and(|modified| one == modified.http_date()));
    match call.header(&RANGE).filter(|_| is_current) {
        Some(range) => parse(range, size),
        None => Asked::All,
    }
}

/// One range of bytes. Several at once, and what cannot be read, are as if nothing had been asked.
fn parse(text: &str, size: u64) -> Asked {
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Asked::All;
    };
    let number = |text: &str| text.trim().parse::<u64>();
    match (number(first), number(last)) {
        (Ok(from), Ok(to)) if from <= to && from < size => Asked::Some(from..size.min(to.saturating_add(1))),
        (Ok(from), Err(_)) if last.trim().is_empty() && from < size => Asked::Some(from..size),
        (Err(_), Ok(count)) if first.trim().is_empty() && count > 0 && size > 0 => {
            Asked::Some(size.saturating_sub(count)..size)
        }
        (Ok(from), Ok(to)) if from <= to => Asked::Beyond,
        (Ok(_), Err(_)) if last.trim().is_empty() => Asked::Beyond,
        (Err(_), Ok(_)) if first.trim().is_empty() => Asked::Beyond,
        _ => Asked::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (text, asked) in [
            ("bytes=0-9", Asked::Some(0..10)),
            ("bytes=5-", Asked::Some(5..17)),
            ("bytes=-5", Asked::Some(12..17)),
            ("bytes=-50", Asked::Some(0..17)),
            ("bytes=10-99", Asked::Some(10..17)),
            ("bytes=17-", Asked::Beyond),
            ("bytes=20-30", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            ("bytes=9-5", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("lines=1-2", Asked::All),
            ("bytes=x-y", Asked::All),
        ] {
            assert_eq!(parse(text, 17), asked, "{text}");
        }
        assert_eq!(parse("bytes=0-", 0), Asked::Beyond);
    }
}
