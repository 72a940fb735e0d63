//! Instants, written as InvenioRDM writes them.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// An instant with microseconds, in UTC: `2026-11-20T22:30:34.328554+00:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The instant `microseconds` after 1970-01-01T00:00:00Z. Out of range: the epoch.
    pub fn from_micros(microseconds: i64) -> Self {
        Self(DateTime::from_timestamp_micros(microseconds).unwrap_or_default())
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The day in UTC.
    pub fn day(self) -> NaiveDate {
        self.0.date_naive()
    }

    /// The instant so much later.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self::from_micros(
            self.micros().saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// As headers of HTTP write it: `Fri, 20 Nov 2026 22:30:34 GMT`.
    pub fn http_date(self) -> String {
        self.0.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// The instant as chrono has it.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, false))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_with_microseconds_and_offset() {
        let instant = Timestamp::from_micros(1_795_213_834_328_554);
        assert_eq!(instant.to_string(), "2026-11-20T22:30:34.328554+00:00");
        assert_eq!(instant.http_date(), "Fri, 20 Nov 2026 22:30:34 GMT");
        assert_eq!(serde_json::from_str::<Timestamp>(&format!("\"{instant}\"")).unwrap(), instant);
    }
}
