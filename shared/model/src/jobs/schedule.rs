//! When a job runs by itself: every so often, or by crontab in a time zone.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use croner::{Cron, parser::CronParser};
use serde_json::{Map, Value};

use crate::{FieldError, time::Timestamp};

/// A schedule that makes sense.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// Every so often, counted from the last time.
    Interval(Duration),
    /// At the minutes that a crontab names, by the clocks of a time zone.
    Crontab(Box<Cron>, Tz),
}

/// Units of an interval, in microseconds.
const UNITS: &[(&str, i64)] = &[
    ("weeks", 7 * 86_400_000_000),
    ("days", 86_400_000_000),
    ("hours", 3_600_000_000),
    ("minutes", 60_000_000),
    ("seconds", 1_000_000),
    ("milliseconds", 1_000),
    ("microseconds", 1),
];

/// Fields of a crontab, in cron's order.
const FIELDS: &[&str] = &["minute", "hour", "day_of_month", "month_of_year", "day_of_week"];

impl Schedule {
    /// Reads `{"type": "interval", "hours": 12}` or `{"type": "crontab", "minute": "0", "hour": "2"}`; a crontab may
    /// name its `timezone`, else it is UTC.
    ///
    /// # Errors
    /// All that is wrong, with paths below `schedule`.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let Value::Object(given) = value else {
            return Err(vec![FieldError::new("schedule._schema", "Invalid input type.")]);
        };
        match given.get("type").and_then(Value::as_str) {
            Some("interval") => interval(given),
            Some("crontab") => crontab(given),
            Some(_) => Err(vec![FieldError::new("schedule.type", "Must be one of: interval, crontab.")]),
            None => Err(vec![FieldError::new("schedule.type", "Missing data for required field.")]),
        }
    }

    /// The first time after an instant, if there is one.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = after.utc();
        let next: DateTime<Utc> = match self {
            Self::Interval(every) => after.checked_add_signed(*every)?,
            Self::Crontab(cron, zone) => {
                cron.find_next_occurrence(&after.with_timezone(zone), false).ok()?.to_utc()
            }
        };
        Some(Timestamp::from_micros(next.timestamp_micros()))
    }
}

/// Keys that nobody knows.
fn unknown(given: &Map<String, Value>, known: impl Fn(&str) -> bool, problems: &mut Vec<FieldError>) {
    for key in given.keys().filter(|key| *key != "type" && !known(key)) {
        problems.push(FieldError::new(format!("schedule.{key}"), "Unknown field."));
    }
}

fn interval(given: &Map<String, Value>) -> Result<Schedule, Vec<FieldError>> {
    let mut problems = Vec::new();
    unknown(given, |key| UNITS.iter().any(|(unit, _)| *unit == key), &mut problems);
    let mut total = 0_i64;
    for (unit, length) in UNITS {
        match given.get(*unit) {
            None | Some(Value::Null) => {}
            Some(value) => match value.as_i64() {
                Some(count) => total = total.saturating_add(count.saturating_mul(*length)),
                None => problems.push(FieldError::new(format!("schedule.{unit}"), "Not a valid integer.")),
            },
        }
    }
    if problems.is_empty() && total <= 0 {
        problems.push(FieldError::new("schedule._schema", "An interval has to be longer than nothing."));
    }
    if problems.is_empty() { Ok(Schedule::Interval(Duration::microseconds(total))) } else { Err(problems) }
}

fn crontab(given: &Map<String, Value>) -> Result<Schedule, Vec<FieldError>> {
    let mut problems = Vec::new();
    unknown(given, |key| key == "timezone" || FIELDS.contains(&key), &mut problems);
    let mut text = |key: &str, default: &str| match given.get(key) {
        None | Some(Value::Null) => default.to_owned(),
        Some(Value::String(text)) if !text.trim().is_empty() => text.trim().to_owned(),
        Some(_) => {
            problems.push(FieldError::new(format!("schedule.{key}"), "Not a valid string."));
            default.to_owned()
        }
    };
    let zone = text("timezone", "UTC");
    let fields: Vec<String> = FIELDS.iter().map(|field| text(field, "*")).collect();
    // Fields are told apart, so that each that is wrong is named.
    for (at, name) in FIELDS.iter().enumerate() {
        let alone: Vec<&str> =
            (0..FIELDS.len()).map(|n| if n == at { fields[n].as_str() } else { "*" }).collect();
        if fields[at].contains(char::is_whitespace) || cron(&alone.join(" ")).is_none() {
            problems.push(FieldError::new(format!("schedule.{name}"), "Not a valid crontab expression."));
        }
    }
    let zone = zone.parse::<Tz>();
    if zone.is_err() {
        problems.push(FieldError::new("schedule.timezone", "Value must be a valid timezone."));
    }
    match (cron(&fields.join(" ")), zone) {
        (Some(cron), Ok(zone)) if problems.is_empty() => Ok(Schedule::Crontab(Box::new(cron), zone)),
        _ => Err(problems),
    }
}

/// A day has to fit both the day of the month and the day of the week, as in Celery.
fn cron(pattern: &str) -> Option<Cron> {
    CronParser::builder().dom_and_dow(true).build().parse(pattern).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn instant(text: &str) -> Timestamp {
        Timestamp::from_micros(DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
    }

    fn next(schedule: &Value, after: &str) -> String {
        let next = Schedule::parse(schedule).unwrap().next(instant(after)).unwrap();
        next.to_string().replace(".000000+00:00", "Z")
    }

    #[test]
    fn an_interval_counts_from_the_last_time() {
        let half_a_day = json!({"type": "interval", "hours": 11, "minutes": 60, "days": null});
        assert_eq!(next(&half_a_day, "2026-01-01T06:00:00Z"), "2026-01-01T18:00:00Z");
    }

    #[test]
    fn a_crontab_follows_the_clocks_of_its_zone() {
        let daily = json!({"type": "crontab", "minute": "30", "hour": "2", "timezone": "Europe/Zurich"});
        assert_eq!(next(&daily, "2026-01-01T00:00:00Z"), "2026-01-01T01:30:00Z");
        assert_eq!(next(&daily, "2026-07-01T00:00:00Z"), "2026-07-01T00:30:00Z");
        // At 2:00 on 29 March clocks go to 3:00: there is no half past two.
        assert_eq!(next(&daily, "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
        // At 3:00 on 25 October clocks go back to 2:00: half past two comes twice, and counts once.
        assert_eq!(next(&daily, "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(next(&daily, "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
        let utc = json!({"type": "crontab", "minute": "*/15"});
        assert_eq!(next(&utc, "2026-01-01T00:00:00Z"), "2026-01-01T00:15:00Z");
        let friday_13th = json!({"type": "crontab", "minute": "0", "hour": "0", "day_of_month": "13", "day_of_week": "fri"});
        assert_eq!(next(&friday_13th, "2026-01-01T00:00:00Z"), "2026-02-13T00:00:00Z");
    }

    #[test]
    fn every_problem_of_a_schedule_is_told() {
        let problems = |value: Value| {
            let errors = Schedule::parse(&value).unwrap_err();
            errors.iter().map(|error| error.field.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(problems(json!("daily")), "schedule._schema");
        assert_eq!(problems(json!({})), "schedule.type");
        assert_eq!(problems(json!({"type": "moon"})), "schedule.type");
        assert_eq!(problems(json!({"type": "interval"})), "schedule._schema");
        assert_eq!(
            problems(json!({"type": "interval", "hours": "x", "years": 1})),
            "schedule.years schedule.hours"
        );
        assert_eq!(
            problems(
                json!({"type": "crontab", "minute": "61", "hour": "* *", "timezone": "Mars", "day_of_week": 1})
            ),
            "schedule.day_of_week schedule.minute schedule.hour schedule.timezone"
        );
    }
}
