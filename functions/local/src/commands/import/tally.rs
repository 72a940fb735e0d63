//! How many lines came to what.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::deposit::Outcome;

/// Counts of an import.
#[derive(Debug, Default, Serialize)]
pub(super) struct Tally {
    /// Lines handled, empty ones left out.
    lines: u64,
    /// Drafts made by this run.
    created: u64,
    /// Drafts saved with parts missing or wrong, and not published.
    with_problems: u64,
    /// Records published by this run.
    published: u64,
    /// Drafts made by an earlier run.
    already_there: u64,
    /// Lines not saved, or not published although asked.
    pub(super) failed: u64,
    /// Whether the whole file was handled.
    complete: bool,
    seconds: f64,
    per_second: f64,
}

impl Tally {
    /// Counts one line.
    pub(super) fn count(&mut self, outcome: &Outcome) {
        self.lines += 1;
        self.created += u64::from(outcome.created);
        self.with_problems += u64::from(outcome.has_problems());
        self.published += u64::from(outcome.published);
        self.already_there += u64::from(outcome.was_there());
        self.failed += u64::from(outcome.failed());
    }

    /// Notes how long it took, and whether the end was reached.
    pub(super) fn finish(&mut self, elapsed: Duration, complete: bool) {
        #[expect(clippy::cast_precision_loss, reason = "a rate, shown to one decimal")]
        let lines = self.lines as f64;
        let round = |number: f64, unit: f64| (number * unit).round() / unit;
        self.seconds = round(elapsed.as_secs_f64(), 1_000.0);
        self.per_second = round(lines / elapsed.as_secs_f64().max(0.001), 10.0);
        self.complete = complete;
    }

    /// One short line, for a progress bar.
    pub(super) fn short(&self) -> String {
        format!("{} lines, {} failed", self.lines, self.failed)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, seconds, per_second, .. } = self;
        let end = if self.complete { "" } else { ", not all of the file" };
        writeln!(formatter, "{lines} lines in {seconds:.1} s ({per_second:.1} per second){end}")?;
        let counts = [
            ("created", self.created),
            ("published", self.published),
            ("already there", self.already_there),
            ("with problems", self.with_problems),
            ("failed", self.failed),
        ];
        counts.iter().try_for_each(|(name, count)| writeln!(formatter, "  {name:<13}  {count:>8}"))
    }
}
