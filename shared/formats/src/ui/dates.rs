//! Dates for people, in English. Other languages get the same text: month names are not translated yet.
//!
//! Texts are those of CLDR for English, thin spaces around the dash of an interval included, because clients
//! compare them.

use chrono::{Datelike, Days, Months, NaiveDate};

/// How much of a month's name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `Jun 1, 2020`
    Medium,
    /// `June 1, 2020`
    Long,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Year,
    Month,
    Day,
}

const DASH: &str = "\u{2009}–\u{2009}";

/// An EDTF level 0 date or interval. The finer end of an interval decides how both are written: `2018/2020-09` is
/// `Jan 2018 – Sep 2020`. Anything else (open ends, `1984?`, `19XX`) is given back as it is.
pub(crate) fn edtf(text: &str, style: Style) -> String {
    let written = match text.split_once('/') {
        None => point(text).map(|(day, precision)| date(day, precision, style)),
        Some((from, to)) => interval(from, to, style),
    };
    written.unwrap_or_else(|| text.to_owned())
}

/// The day of an ISO 8601 date or date-time, which is in UTC: `November 20, 2026`.
pub(crate) fn day(text: &str, style: Style) -> String {
    text.get(..10).map_or_else(|| text.to_owned(), |day| edtf(day, style))
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: its first day, and how precise it is.
fn point(text: &str) -> Option<(NaiveDate, Precision)> {
    let precision = match text.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        _ => return None,
    };
    let shape = text.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let number = |from: usize| text.get(from..from + 2).map_or(Some(1), |digits| digits.parse().ok());
    let year = text.get(..4)?.parse().ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(5)?, number(8)?)?;
    shape.then_some((day, precision))
}

fn interval(from: &str, to: &str, style: Style) -> Option<String> {
    let (from, from_precision) = point(from)?;
    let (to, to_precision) = point(to)?;
    let to = last_day(to, to_precision)?;
    let precision = from_precision.max(to_precision);
    // CLDR has no long form of an interval of days.
    let style = if precision == Precision::Day { Style::Medium } else { style };
    let end = date(to, precision, style);
    let same_year = from.year() == to.year();
    let same_month = same_year && from.month() == to.month();
    let start = match precision {
        _ if date(from, precision, style) == end => return Some(end),
        Precision::Month if same_year => month(from, style).to_owned(),
        Precision::Day if same_month => {
            return Some(format!("{} {}{DASH}{}, {}", month(to, style), from.day(), to.day(), to.year()));
        }
        Precision::Day if same_year => format!("{} {}", month(from, style), from.day()),
        _ => date(from, precision, style),
    };
    Some(format!("{start}{DASH}{end}"))
}

fn last_day(first: NaiveDate, precision: Precision) -> Option<NaiveDate> {
    let months = match precision {
        Precision::Day => return Some(first),
        Precision::Month => 1,
        Precision::Year => 12,
    };
    first.checked_add_months(Months::new(months))?.checked_sub_days(Days::new(1))
}

fn date(day: NaiveDate, precision: Precision, style: Style) -> String {
    match precision {
        Precision::Year => day.year().to_string(),
        Precision::Month => format!("{} {}", month(day, style), day.year()),
        Precision::Day => format!("{} {}, {}", month(day, style), day.day(), day.year()),
    }
}

fn month(day: NaiveDate, style: Style) -> &'static str {
    let name =
        chrono::Month::try_from(u8::try_from(day.month()).unwrap_or(1)).map_or("", |month| month.name());
    match style {
        Style::Long => name,
        Style::Medium => name.get(..3).unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &[(&str, &str)], style: Style) {
        for (text, expected) in table {
            assert_eq!(edtf(text, style).replace('\u{2009}', " "), *expected, "{text}");
        }
    }

    #[test]
    fn dates_are_written_as_precisely_as_they_are_known() {
        check(
            &[("2018", "2018"), ("2018-03", "Mar 2018"), ("2018-05-05", "May 5, 2018"), ("0999", "999")],
            Style::Medium,
        );
        check(&[("2018-03", "March 2018"), ("2018-09-30", "September 30, 2018")], Style::Long);
    }

    #[test]
    fn intervals_do_not_repeat_what_both_ends_share() {
        let table = [
            ("2018/2020-09", "Jan 2018 – Sep 2020"),
            ("2018/2020", "2018 – 2020"),
            ("2018/2018", "2018"),
            ("2018-03/2018-03", "Mar 2018"),
            ("2018-01/2018-03", "Jan – Mar 2018"),
            ("2018-01/2018", "Jan – Dec 2018"),
            ("2018-01-10/2018-01-10", "Jan 10, 2018"),
            ("2018-01-10/2018-01-20", "Jan 10 – 20, 2018"),
            ("2018-01-10/2018-02-03", "Jan 10 – Feb 3, 2018"),
            ("2018-01/2020-05-06", "Jan 1, 2018 – May 6, 2020"),
            ("2018-01-10/2020-02", "Jan 10, 2018 – Feb 29, 2020"),
        ];
        check(&table, Style::Medium);
        check(
            &[
                ("2018/2020-09", "January 2018 – September 2020"),
                ("2018-01/2018-03", "January – March 2018"),
                ("2018-01-10/2019-02-03", "Jan 10, 2018 – Feb 3, 2019"),
            ],
            Style::Long,
        );
    }

    #[test]
    fn what_is_not_level_0_is_shown_as_it_is() {
        let odd = [
            "",
            "2018/",
            "/2018",
            "2018/..",
            "19XX",
            "1984?",
            "1984?/2004~",
            "2018-13",
            "2018-02-30",
            "+018",
            "2018-1",
            "[1667,1668]",
            "20180101",
            "2018-01-0é",
            "2018/2019/2020",
            "9999/9999-",
            "２０１８",
        ];
        for text in odd {
            assert_eq!(edtf(text, Style::Long), text);
        }
        assert_eq!(edtf("9999/9999-12-31", Style::Long), "Jan 1\u{2009}–\u{2009}Dec 31, 9999");
    }

    #[test]
    fn an_instant_is_shown_as_its_day() {
        assert_eq!(day("2026-11-20T22:30:36.066416+00:00", Style::Long), "November 20, 2026");
        assert_eq!(day("soon", Style::Long), "soon");
    }
}
