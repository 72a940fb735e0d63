//! Dates and instants as numbers: what a written date begins and ends with.

use cairn_model::query::Edge;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};

/// How instants may be written, and how much each is exact to, in microseconds.
const FORMATS: &[(&str, i64)] = &[("%Y-%m-%dT%H:%M:%S%.f", 1), ("%Y-%m-%dT%H:%M", 60_000_000)];

/// First and last microsecond (since 1970) of a year, month, day or instant as written. Nothing if it is no date.
pub fn instants(text: &str) -> Option<(i64, i64)> {
    if let Some((first, last)) = dates(text) {
        let end = last.checked_add_days(Days::new(1))?;
        return Some((midnight(first), midnight(end) - 1));
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        let micros = instant.timestamp_micros();
        return Some((micros, micros));
    }
    let text = text.trim_end_matches('Z');
    FORMATS.iter().find_map(|(format, length)| {
        let micros = NaiveDateTime::parse_from_str(text, format).ok()?.and_utc().timestamp_micros();
        Some((micros, micros + length - 1))
    })
}

/// First and last day (since 1970) of a date or instant as written.
pub fn days(text: &str) -> Option<(i64, i64)> {
    let (first, last) = dates(text).or_else(|| dates(text.split_once('T')?.0))?;
    Some((day(first), day(last)))
}

/// The year of a day since 1970.
pub fn year(day: i64) -> i64 {
    use chrono::Datelike;
    let date = i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days);
    i64::from(date.unwrap_or_default().year())
}

fn day(date: NaiveDate) -> i64 {
    i64::from(date.to_epoch_days())
}

fn midnight(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp_micros()
}

fn dates(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let mut parts = text.split('-');
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())?
    };
    let year = i32::try_from(number(parts.next()?, 4)?).ok()?;
    let Some(month) = parts.next() else {
        return Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?));
    };
    let month = number(month, 2)?;
    let Some(day) = parts.next() else {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((first, first.checked_add_months(Months::new(1))?.pred_opt()?));
    };
    let date = NaiveDate::from_ymd_opt(year, month, number(day, 2)?)?;
    parts.next().is_none().then_some((date, date))
}

/// The numbers from `from` to `to`, both included, where `read` gives what a written value begins and ends with.
///
/// # Errors
/// The value that `read` cannot read.
pub fn bounds<'e>(
    from: &'e Edge,
    to: &'e Edge,
    read: impl Fn(&str) -> Option<(i64, i64)>,
) -> Result<(i64, i64), &'e str> {
    let read = |text: &'e str| read(text).ok_or(text);
    let low = match from {
        Edge::Open => i64::MIN,
        Edge::Included(text) => read(text)?.0,
        Edge::Excluded(text) => read(text)?.1.saturating_add(1),
    };
    let high = match to {
        Edge::Open => i64::MAX,
        Edge::Included(text) => read(text)?.1,
        Edge::Excluded(text) => read(text)?.0.saturating_sub(1),
    };
    Ok((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_date_stands_for_all_its_days() {
        assert_eq!(days("1970"), Some((0, 364)));
        assert_eq!(days("1970-02"), Some((31, 58)));
        assert_eq!(days("1970-01-02"), Some((1, 1)));
        assert_eq!(days("1970-01-02T10:00:00Z"), Some((1, 1)));
        assert_eq!(instants("1970-01-01"), Some((0, 86_399_999_999)));
        assert_eq!(instants("1970-01-01T00:00:01.5+00:00"), Some((1_500_000, 1_500_000)));
        assert_eq!(instants("1970-01-01T00:01"), Some((60_000_000, 119_999_999)));
        assert_eq!(year(-1), 1969);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "197", "1970-13", "1970-02-30", "1970-1-1", "x", "+970", "1970-01-01-01", "-", "1970-"]
        {
            assert_eq!(days(text), None, "{text}");
            assert_eq!(instants(text), None, "{text}");
        }
    }

    #[test]
    fn excluded_edges_leave_out_the_whole_value() {
        let edges = |from, to| bounds(from, to, days).unwrap();
        let (low, high) = (Edge::Excluded("1970".into()), Edge::Excluded("1972".into()));
        assert_eq!(edges(&low, &high), (365, 729));
        assert_eq!(edges(&Edge::Open, &Edge::Included("1970".into())), (i64::MIN, 364));
        assert_eq!(bounds(&Edge::Included("x".into()), &Edge::Open, days), Err("x"));
    }
}
