//! Dates that are computed: `now-7d`, `now/d`, `2024-01-01||+1M/d`. OpenSearch: date math.
//!
//! They are resolved here, once for both engines, into instants and days.

use cairn_model::{Timestamp, mapping::FieldType, query::Edge};
use chrono::{DateTime, Datelike, Days, Months, NaiveTime, TimeDelta, Timelike, Utc};

/// The first instant of a year, for what is left out of a date.
const FIRST: &str = "0000-01-01T00:00:00";

/// The edges of a range in a field of dates, with those resolved that are computed. What cannot be computed stays as it
/// is, for the engine to refuse.
///
/// A rounded edge is the first instant of its unit where the range begins with it or ends before it, and the last one
/// where the range begins after it or ends with it.
pub(super) fn resolved(kind: FieldType, from: &Edge, to: &Edge, now: Timestamp) -> (Edge, Edge) {
    let write = |instant: DateTime<Utc>| match kind {
        FieldType::DateRange => instant.date_naive().to_string(),
        _ => Timestamp::from_micros(instant.timestamp_micros()).to_string(),
    };
    let moved = |text: &str, last: bool, by: i64| {
        instant(text, last, now)?.checked_add_signed(TimeDelta::microseconds(by)).map(write)
    };
    // What lies beyond an edge begins with the instant beside it: days have no edges between them.
    let from = match from {
        Edge::Included(text) => moved(text, false, 0).map_or_else(|| from.clone(), Edge::Included),
        Edge::Excluded(text) => moved(text, true, 1).map_or_else(|| from.clone(), Edge::Included),
        Edge::Open => Edge::Open,
    };
    let to = match to {
        Edge::Included(text) => moved(text, true, 0).map_or_else(|| to.clone(), Edge::Included),
        Edge::Excluded(text) => moved(text, false, -1).map_or_else(|| to.clone(), Edge::Included),
        Edge::Open => Edge::Open,
    };
    (from, to)
}

/// A date is written as a computation.
pub(super) fn is_computed(text: &str) -> bool {
    text.starts_with("now") || text.contains("||")
}

/// The instant that a computation comes to; `last`: rounding goes to the last instant of a unit.
fn instant(text: &str, last: bool, now: Timestamp) -> Option<DateTime<Utc>> {
    let (mut instant, mut steps) = if let Some(steps) = text.strip_prefix("now") {
        (now.utc(), steps)
    } else {
        let (date, steps) = text.split_once("||")?;
        (written(date)?, steps)
    };
    while !steps.is_empty() {
        (instant, steps) = step(instant, steps, last)?;
    }
    // Years of four digits are what engines read.
    (0..=9_999).contains(&instant.year()).then_some(instant)
}

/// The first instant of a date as written: a year, a month, a day, or a time of day.
fn written(date: &str) -> Option<DateTime<Utc>> {
    let local = date.strip_suffix('Z').unwrap_or(date);
    let rest = if matches!(local.len(), 4 | 7 | 10 | 13 | 16) { &FIRST[local.len()..] } else { "" };
    let zone = if DateTime::parse_from_rfc3339(local).is_ok() { "" } else { "Z" };
    DateTime::parse_from_rfc3339(&format!("{local}{rest}{zone}")).ok().map(|instant| instant.to_utc())
}

/// What the first step of `steps` makes of an instant, and the other steps.
fn step(instant: DateTime<Utc>, steps: &str, last: bool) -> Option<(DateTime<Utc>, &str)> {
    let (sign, rest) = steps.split_at_checked(1)?;
    let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (number, rest) = rest.split_at(digits);
    let (unit, rest) = rest.split_at_checked(1)?;
    let number = if number.is_empty() { 1 } else { number.parse::<u32>().ok()? };
    let instant = match sign {
        "+" => moved(instant, i64::from(number), unit)?,
        "-" => moved(instant, -i64::from(number), unit)?,
        "/" if number == 1 => {
            let first = floor(instant, unit)?;
            if last { moved(first, 1, unit)?.checked_sub_signed(TimeDelta::microseconds(1))? } else { first }
        }
        _ => return None,
    };
    Some((instant, rest))
}

/// The instant so many units later. Months that are too short end with their last day.
fn moved(instant: DateTime<Utc>, number: i64, unit: &str) -> Option<DateTime<Utc>> {
    let months = |number: i64| {
        let months = Months::new(u32::try_from(number.abs()).ok()?);
        if number < 0 { instant.checked_sub_months(months) } else { instant.checked_add_months(months) }
    };
    let span = match unit {
        "y" => return months(number * 12),
        "M" => return months(number),
        "w" => TimeDelta::try_weeks(number),
        "d" => TimeDelta::try_days(number),
        "h" | "H" => TimeDelta::try_hours(number),
        "m" => TimeDelta::try_minutes(number),
        "s" => TimeDelta::try_seconds(number),
        _ => None,
    };
    instant.checked_add_signed(span?)
}

/// The first instant of the unit that an instant lies in; weeks begin on Monday.
fn floor(instant: DateTime<Utc>, unit: &str) -> Option<DateTime<Utc>> {
    let time = instant.time();
    let hour = NaiveTime::from_hms_opt(time.hour(), 0, 0)?;
    let day = instant.date_naive();
    let (day, time) = match unit {
        "y" => (day.with_ordinal(1)?, NaiveTime::MIN),
        "M" => (day.with_day(1)?, NaiveTime::MIN),
        "w" => {
            let past = Days::new(u64::from(day.weekday().num_days_from_monday()));
            (day.checked_sub_days(past)?, NaiveTime::MIN)
        }
        "d" => (day, NaiveTime::MIN),
        "h" | "H" => (day, hour),
        "m" => (day, hour.with_minute(time.minute())?),
        "s" => (day, time.with_nanosecond(0)?),
        _ => return None,
    };
    Some(day.and_time(time).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-31T22:45:10.25Z, a Tuesday.
    const NOW: i64 = 1_774_997_110_250_000;

    fn at(text: &str, last: bool) -> Option<String> {
        let instant = instant(text, last, Timestamp::from_micros(NOW))?;
        Some(instant.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    }

    #[test]
    fn instants_are_computed_step_by_step() {
        for (text, wanted) in [
            ("now", "2026-03-31T22:45:10.250"),
            ("now-7d", "2026-03-24T22:45:10.250"),
            ("now+d", "2026-04-01T22:45:10.250"),
            ("now-1M", "2026-02-28T22:45:10.250"),
            ("now+1M-1M", "2026-03-30T22:45:10.250"),
            ("now-1y", "2025-03-31T22:45:10.250"),
            ("now-2h+15m-10s", "2026-03-31T21:00:00.250"),
            ("now-36H", "2026-03-30T10:45:10.250"),
            ("now+1w", "2026-04-07T22:45:10.250"),
            ("now/y", "2026-01-01T00:00:00"),
            ("now/M", "2026-03-01T00:00:00"),
            ("now/w", "2026-03-30T00:00:00"),
            ("now/d", "2026-03-31T00:00:00"),
            ("now/1d", "2026-03-31T00:00:00"),
            ("now/h", "2026-03-31T22:00:00"),
            ("now/m", "2026-03-31T22:45:00"),
            ("now/s", "2026-03-31T22:45:10"),
            ("now/d-1d", "2026-03-30T00:00:00"),
            ("2024-01-01||+1M/d", "2024-02-01T00:00:00"),
            ("2024-02-29||+1y", "2025-02-28T00:00:00"),
            ("2024||", "2024-01-01T00:00:00"),
            ("2024-05||-1d", "2024-04-30T00:00:00"),
            ("2024-05-06T07||+1m", "2024-05-06T07:01:00"),
            ("2024-05-06T07:08Z||/h", "2024-05-06T07:00:00"),
            ("2024-05-06T07:08:09.5||/s", "2024-05-06T07:08:09"),
            ("2024-05-06T01:00:00+02:00||", "2024-05-05T23:00:00"),
        ] {
            assert_eq!(at(text, false).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn rounding_up_ends_with_the_last_instant_of_a_unit() {
        for (text, wanted) in [
            ("now", "2026-03-31T22:45:10.250"),
            ("now/y", "2026-12-31T23:59:59.999999"),
            ("now/M", "2026-03-31T23:59:59.999999"),
            ("now/w", "2026-04-05T23:59:59.999999"),
            ("now/d", "2026-03-31T23:59:59.999999"),
            ("now-1d/d", "2026-03-30T23:59:59.999999"),
            ("2024-02-10||/M", "2024-02-29T23:59:59.999999"),
            ("2024||", "2024-01-01T00:00:00"),
        ] {
            assert_eq!(at(text, true).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_computed_is_left_to_the_engine() {
        for text in [
            "now-7x",
            "now7d",
            "now-",
            "now/",
            "now/2d",
            "now-7dd",
            "nowhere",
            "now||+1d",
            "now-99999999999d",
            "now+4000000000y",
            "now+8000y",
            "now-é",
            "é",
            "||",
            "x||+1d",
            "2024-13||",
            "20é0||",
            "2024-01-01",
            "2024-01-01+1d",
            "2024-01-01||+1d||",
        ] {
            for last in [false, true] {
                assert_eq!(at(text, last), None, "{text}");
            }
        }
        let edge = Edge::Excluded("now-7x".into());
        let now = Timestamp::from_micros(NOW);
        assert_eq!(resolved(FieldType::Date, &edge, &Edge::Open, now), (edge.clone(), Edge::Open));
    }

    #[test]
    fn edges_round_away_from_what_they_leave_out() {
        let edges = |kind, from: Edge, to: Edge| {
            let (from, to) = resolved(kind, &from, &to, Timestamp::from_micros(NOW));
            format!("{from:?} {to:?}").replace(['"', '(', ')'], "").replace("Included", "")
        };
        let (included, excluded) = (|| Edge::Included("now/d".into()), || Edge::Excluded("now/d".into()));
        let instants = |from, to| edges(FieldType::Date, from, to);
        assert_eq!(
            instants(included(), included()),
            "2026-03-31T00:00:00.000000+00:00 2026-03-31T23:59:59.999999+00:00"
        );
        assert_eq!(
            instants(excluded(), excluded()),
            "2026-04-01T00:00:00.000000+00:00 2026-03-30T23:59:59.999999+00:00"
        );
        let days = |from, to| edges(FieldType::DateRange, from, to);
        assert_eq!(days(included(), included()), "2026-03-31 2026-03-31");
        assert_eq!(days(excluded(), excluded()), "2026-04-01 2026-03-30");
        assert_eq!(days(Edge::Excluded("now".into()), Edge::Open), "2026-03-31 Open");
        assert_eq!(days(Edge::Included("2024".into()), Edge::Excluded("now/M".into())), "2024 2026-02-28");
    }
}
