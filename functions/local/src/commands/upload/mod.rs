//! `cairn upload`: sends files to a draft, many parts at a time, and after an interruption only what is missing.

mod addresses;
mod judge;
mod parts;
mod plan;
mod send;
mod size;
mod verify;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use clap::Args;
use futures::StreamExt;

use super::Ending;
use super::api::{Api, Patience};
use super::console::Console;
use super::options::{Access, TokenOption};
use super::transfer::{Files, Outcome, Tally, Trouble, Wire, bar, conclude, follow, interrupt};

use plan::Plan;
use send::Uploader;

const EXAMPLES: &str = "\
Examples:
  cairn upload abcde-12345 data.csv
  cairn upload abcde-12345 data/ README.md       data/ with all that lies in it: data/a.csv, data/2024/b.csv
  cairn upload abcde-12345 data/.                the same without its name: a.csv, 2024/b.csv
  cairn upload abcde-12345 film-v2.mp4 --key film.mp4 --parallel 8
  cairn --json upload abcde-12345 data/ 2> files.jsonl | jq .failed

Running it again after an interruption, also on another machine, sends only what has not arrived: files that are there with
the same size and MD5 are skipped, and of files that go in parts the missing parts are sent. A file that is there with other
content stays as it is unless --replace is given. Each file is told on standard error, counts follow on standard output.
Exit status 1 if any file failed.";

/// Files whose checksums are awaited at a time.
const CHECKED: usize = 16;
/// How long the repository is given to compute a checksum.
const CHECKSUM: Duration = Duration::from_mins(1);

/// `cairn upload`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Upload {
    /// The id of the draft
    record: String,
    /// Files and folders
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name in the repository, of a single file
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Larger files go in parts of this size, like 16M or 1G; it grows for files that would need more than 10,000
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = size::part_size)]
    part_size: u64,
    /// How many parts or files to send at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
    /// Delete files of the same names with other content first
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    pub(crate) token: TokenOption,
}

impl Upload {
    /// Runs the upload until its end, or Ctrl-C.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        self.run_until(interrupt(), Patience::LONG, CHECKSUM, access, console).await
    }

    async fn run_until(
        &self,
        stop: impl Future<Output = ()>,
        patience: Patience,
        checksum: Duration,
        access: &Access,
        console: &mut Console,
    ) -> anyhow::Result<Ending> {
        access.require_token()?;
        let plan = Plan::of(&self.files, self.key.as_deref())?;
        let wire = Wire::new(access, patience)?;
        let files = Files::of(&self.record, true);
        // A wrong address, token or id is told before anything is sent.
        let (entries, next) = files.first(&Api::new(access, Patience::SHORT)?).await?;
        let known = next.is_none().then(|| entries.into_iter().map(|entry| entry.key).collect());
        let bar = bar(console, plan.jobs.iter().map(|job| job.size).sum());
        let uploader = Uploader::new(self, wire, files, known, bar.clone(), checksum);
        let interrupted = Cell::new(false);
        let stop = async {
            stop.await;
            interrupted.set(true);
        };
        let failed = |(path, reason): (String, String)| Outcome::failed(&path, None, Trouble::Told(reason));
        let bad = futures::stream::iter(plan.bad.into_iter().map(failed));
        // Checksums are awaited while other files are sent.
        let sent = futures::stream::iter(plan.jobs).map(|job| uploader.upload(job));
        let checked = sent.buffer_unordered(self.parallel.into()).map(|step| uploader.verify(step));
        let outcomes = bad.chain(checked.buffer_unordered(CHECKED)).take_until(stop);
        let mut tally = Tally::new("uploaded");
        let stopped = follow(pin!(outcomes), &mut tally, &bar, console).await;
        conclude(tally, stopped, interrupted.get(), &bar, console)
    }
}
