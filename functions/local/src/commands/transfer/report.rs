//! What is told of files: a line each, and a summary.

use std::fmt;
use std::pin::Pin;
use std::time::Instant;

use futures::{Stream, StreamExt};
use indicatif::{HumanBytes, ProgressBar};
use serde::Serialize;
use serde_json::{Value, json};

use super::Trouble;
use crate::commands::Ending;
use crate::commands::console::Console;

/// What became of a file.
#[derive(Serialize)]
pub(crate) struct Outcome {
    key: String,
    #[serde(rename = "outcome")]
    word: &'static str,
    size: Option<u64>,
    checksum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip)]
    trouble: Option<Trouble>,
}

/// The file had been there before.
const THERE: &str = "already there";

impl Outcome {
    /// It went through.
    pub(crate) fn done(key: &str, outcome: &'static str, size: u64) -> Self {
        Self { key: key.into(), word: outcome, size: Some(size), checksum: None, reason: None, trouble: None }
    }

    /// It was there already.
    pub(crate) fn there(key: &str, size: u64) -> Self {
        Self::done(key, THERE, size)
    }

    /// It did not get through.
    pub(crate) fn failed(key: &str, size: Option<u64>, trouble: Trouble) -> Self {
        let reason = Some(trouble.to_string());
        Self { key: key.into(), word: "failed", size, checksum: None, reason, trouble: Some(trouble) }
    }

    /// With the MD5 that both sides agree on.
    pub(crate) fn md5(self, md5: &str) -> Self {
        Self { checksum: Some(format!("md5:{md5}")), ..self }
    }

    /// With something to know about it.
    pub(crate) fn remark(self, remark: &str) -> Self {
        Self { reason: Some(remark.into()), ..self }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<13}  {}", self.word, self.key)?;
        if let Some(size) = self.size.filter(|_| self.trouble.is_none()) {
            write!(formatter, "  {}", HumanBytes(size))?;
        }
        self.reason.as_ref().map_or(Ok(()), |reason| write!(formatter, ": {reason}"))
    }
}

/// How many files became what.
pub(crate) struct Tally {
    /// What happens to files: `uploaded`.
    verb: &'static str,
    started: Instant,
    done: u64,
    already_there: u64,
    failed: u64,
    /// Of the files that went through.
    bytes: u64,
    complete: bool,
}

impl Tally {
    /// Nothing yet.
    pub(crate) fn new(verb: &'static str) -> Self {
        let started = Instant::now();
        Self { verb, started, done: 0, already_there: 0, failed: 0, bytes: 0, complete: false }
    }

    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome { trouble: Some(_), .. } => self.failed += 1,
            Outcome { word: THERE, .. } => self.already_there += 1,
            Outcome { size, .. } => {
                self.done += 1;
                self.bytes += size.unwrap_or(0);
            }
        }
    }

    fn files(&self) -> u64 {
        self.done + self.already_there + self.failed
    }

    fn json(&self) -> Value {
        let Self { verb, done, already_there, failed, bytes, complete, .. } = self;
        let seconds = (self.started.elapsed().as_secs_f64() * 1_000.0).round() / 1_000.0;
        json!({"files": self.files(), *verb: done, "already_there": already_there, "failed": failed,
            "bytes": bytes, "complete": complete, "seconds": seconds})
    }

    fn text(&self) -> String {
        let Self { verb, done, already_there, failed, bytes, .. } = self;
        let end = if self.complete { "" } else { ", not all of them" };
        let (files, seconds) = (self.files(), self.started.elapsed().as_secs_f64());
        let bytes = HumanBytes(*bytes);
        format!(
            "{files} files in {seconds:.1} s{end}\n  {verb:<13}  {done:>8}  {bytes}\n  {THERE:<13}  \
             {already_there:>8}\n  {:<13}  {failed:>8}",
            "failed"
        )
    }
}

/// Tells and counts outcomes as they come, until the end or something that ends it all.
pub(crate) async fn follow(
    mut outcomes: Pin<&mut impl Stream<Item = Outcome>>,
    tally: &mut Tally,
    bar: &ProgressBar,
    console: &mut Console,
) -> Option<Trouble> {
    while let Some(outcome) = outcomes.next().await {
        console.remark(&outcome, || outcome.to_string());
        tally.count(&outcome);
        bar.set_message(format!("{} files, {} failed", tally.files(), tally.failed));
        if let Some(trouble) = outcome.trouble.filter(Trouble::is_lasting) {
            return Some(trouble);
        }
    }
    None
}

/// Sums up.
pub(crate) fn conclude(
    mut tally: Tally,
    stopped: Option<Trouble>,
    interrupted: bool,
    bar: &ProgressBar,
    console: &mut Console,
) -> anyhow::Result<Ending> {
    bar.finish_and_clear();
    tally.complete = stopped.is_none() && !interrupted;
    console.result(&tally.json(), || tally.text())?;
    let again = "running the same command again goes on where this one stopped";
    match stopped {
        Some(trouble) => anyhow::bail!("{trouble}; {again}"),
        None if interrupted => anyhow::bail!("interrupted; {again}"),
        None if tally.failed > 0 => Ok(Ending::SomeFailed),
        None => Ok(Ending::Done),
    }
}
