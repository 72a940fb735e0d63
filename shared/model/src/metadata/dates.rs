//! Dates in EDTF: which forms a field takes, and the days they span. `InvenioRDM`: dates.

use chrono::{Datelike, NaiveDate};
use edtf::level_1::{Certainty, Date, Edtf, Precision, Terminal};

/// Which forms of EDTF a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A date or an interval.
    Date,
    /// The same, or a point in time with seconds.
    DateTime,
    /// The same as `Date`, also uncertain, or one of a set.
    Uncertain,
}

/// First and last day.
type Days = (NaiveDate, NaiveDate);

/// Whether `text` is valid in `form`. Blanks around it do not count.
pub fn is_valid(text: &str, form: Form) -> bool {
    let text = text.trim();
    if form == Form::Uncertain && text.starts_with('[') {
        return set_bounds(text).is_some();
    }
    let Some(date) = parse(text) else { return false };
    let allowed = match &date {
        Edtf::DateTime(_) => form == Form::DateTime && has_usual_offset(text),
        Edtf::Date(date) => form == Form::Uncertain || date.certainty() == Certainty::Certain,
        _ => true,
    };
    allowed && bounds(&date).is_some()
}

/// The first and the last day that `edtf` may mean, for search; `None` if it is no valid date.
/// An unknown end adds nothing to the end that is known.
pub fn date_bounds(edtf: &str) -> Option<(NaiveDate, NaiveDate)> {
    let text = edtf.trim();
    if text.starts_with('[') { set_bounds(text) } else { bounds(&parse(text)?) }
}

fn parse(text: &str) -> Option<Edtf> {
    // What the parser may not see: signs, letters of larger years, other scripts.
    let plain = text.starts_with(|first: char| first.is_ascii_digit() || first == '/');
    if !plain || !text.is_ascii() || text.contains("/-") {
        return None;
    }
    Edtf::parse(text).ok()
}

fn bounds(date: &Edtf) -> Option<Days> {
    match date {
        Edtf::Date(date)
        | Edtf::IntervalFrom(date, Terminal::Unknown)
        | Edtf::IntervalTo(Terminal::Unknown, date) => days(*date),
        Edtf::Interval(from, to) => {
            let ((first, _), (_, last)) = (days(*from)?, days(*to)?);
            (first <= last).then_some((first, last))
        }
        Edtf::DateTime(time) => {
            let date = time.date();
            let day = day(date.year(), date.month(), date.day())?;
            Some((day, day))
        }
        Edtf::YYear(_) | Edtf::IntervalFrom(_, Terminal::Open) | Edtf::IntervalTo(Terminal::Open, _) => None,
    }
}

/// The days that one date may mean. Seasons have no agreed ones, the year 0 and those before it none at all.
fn days(date: Date) -> Option<Days> {
    match date.precision() {
        Precision::Century(year) => years(year, year + 99),
        Precision::Decade(year) => years(year, year + 9),
        Precision::Year(year) | Precision::MonthOfYear(year) | Precision::DayOfYear(year) => {
            years(year, year)
        }
        Precision::Month(year, number) | Precision::DayOfMonth(year, number) => month(year, number),
        Precision::Day(year, month, number) => day(year, month, number).map(|day| (day, day)),
        Precision::Season(..) => None,
    }
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| date.year() > 0)
}

fn years(first: i32, last: i32) -> Option<Days> {
    Some((day(first, 1, 1)?, day(last, 12, 31)?))
}

fn month(year: i32, month: u32) -> Option<Days> {
    let first = day(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    Some((first, next.pred_opt()?))
}

/// `[1667,1668]`: one of several dates.
fn set_bounds(text: &str) -> Option<Days> {
    let members = text.strip_prefix('[')?.strip_suffix(']')?;
    members.split(',').map(|member| days(Date::parse(member.trim()).ok()?)).reduce(|all, next| {
        let (all, next) = (all?, next?);
        Some((all.0.min(next.0), all.1.max(next.1)))
    })?
}

/// Time zones are absent, `Z`, or `±hh:mm`; EDTF's `±hh` is not taken.
fn has_usual_offset(text: &str) -> bool {
    matches!(text.len() - "YYYY-MM-DDThh:mm:ss".len(), 0 | 1 | 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_takes_what_the_reference_says() {
        for (text, expected) in [
            ("2020", [true, true, true]),
            ("2020-02", [true, true, true]),
            ("2020-02-29", [true, true, true]),
            (" 2020 ", [true, true, true]),
            ("2018/2020-09", [true, true, true]),
            ("1939/1945", [true, true, true]),
            ("2020-12-31/2020", [true, true, true]),
            ("2020/", [true, true, true]),
            ("/2020", [true, true, true]),
            ("1984?/2004~", [true, true, true]),
            ("19XX", [true, true, true]),
            ("2021/2020", [false, false, false]),
            ("2020/..", [false, false, false]),
            ("../2020", [false, false, false]),
            ("2020-01-01T10:00:00", [false, true, false]),
            ("2020-01-01T10:00:00Z", [false, true, false]),
            ("2020-01-01T10:00:00+02:00", [false, true, false]),
            ("2020-01-01T10:00:00+02", [false, false, false]),
            ("2020-01-01T10:00", [false, false, false]),
            ("2020-01-01T10:00:00/2021", [false, false, false]),
            ("2020?", [false, false, true]),
            ("2020~", [false, false, true]),
            ("[1667,1668]", [false, false, true]),
            ("[]", [false, false, false]),
            ("199u", [false, false, false]),
            ("12020", [false, false, false]),
            ("y12020", [false, false, false]),
            ("Y12020", [false, false, false]),
            ("2020-1", [false, false, false]),
            ("{1667,1668}", [false, false, false]),
            ("yesterday", [false, false, false]),
            ("2020-13-45", [false, false, false]),
            ("2021-02-29", [false, false, false]),
            ("0000", [false, false, false]),
            ("-0001", [false, false, false]),
            ("2020/-0001", [false, false, false]),
            ("2020-21", [false, false, false]),
            ("", [false, false, false]),
            ("/", [false, false, false]),
            ("２０２０", [false, false, false]),
        ] {
            let found = [Form::Date, Form::DateTime, Form::Uncertain].map(|form| is_valid(text, form));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn bounds_are_the_first_and_the_last_day() {
        for (text, first, last) in [
            ("2020", "2020-01-01", "2020-12-31"),
            ("2020-02", "2020-02-01", "2020-02-29"),
            ("2020-12", "2020-12-01", "2020-12-31"),
            ("2018/2020-09", "2018-01-01", "2020-09-30"),
            ("19XX", "1900-01-01", "1999-12-31"),
            ("199X", "1990-01-01", "1999-12-31"),
            ("2020-01-05T10:00:00Z", "2020-01-05", "2020-01-05"),
            ("2020/", "2020-01-01", "2020-12-31"),
            ("2020~", "2020-01-01", "2020-12-31"),
            ("[1667,1668-12]", "1667-01-01", "1668-12-31"),
        ] {
            let expected = (first.parse().unwrap(), last.parse().unwrap());
            assert_eq!(date_bounds(text), Some(expected), "{text}");
        }
        assert_eq!(date_bounds("2020/.."), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,12}", date in "[0-9XTZ:?~%/+.-]{0,25}") {
            for text in [text, date] {
                let _ = (is_valid(&text, Form::DateTime), is_valid(&text, Form::Uncertain), date_bounds(&text));
            }
        }
    }
}
