//! `cairn download`: fetches files of a record, several at a time, and goes on where an earlier run stopped.

mod fetch;
mod place;
mod sink;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::pin::pin;

use clap::Args;
use futures::{StreamExt, stream};
use indicatif::HumanBytes;
use serde_json::json;

use super::Ending;
use super::api::{Api, Patience};
use super::console::Console;
use super::options::{Access, TokenOption};
use super::table::table;
use super::transfer::{Entry, Files, Outcome, Tally, Trouble, Wire, bar, conclude, follow, interrupt};
use fetch::Downloader;

const EXAMPLES: &str = "\
Examples:
  cairn download abcde-12345                        list the files
  cairn download abcde-12345 --all --output kilns/
  cairn download abcde-12345 data/a.csv README.md
  cairn download abcde-12345 --draft --all          of a draft of your own

Names with slashes become folders below the output folder. A file is written to NAME.part, and gets its name once it is
complete and its MD5 is right; running the same again goes on with what is there, and skips files that are complete. A file
that is there with other content stays as it is unless --replace is given. Each file is told on standard error, counts follow
on standard output. Exit status 1 if any file failed.";

/// `cairn download`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Download {
    /// The id of the record
    record: String,
    /// Names of files
    #[arg(value_name = "KEY", conflicts_with = "all")]
    keys: Vec<String>,
    /// Fetch all files
    #[arg(long)]
    all: bool,
    /// The folder to write to
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Of the draft, not of the published record
    #[arg(long)]
    draft: bool,
    /// How many files to fetch at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
    /// Overwrite files that are there with other content
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    pub(crate) token: TokenOption,
}

impl Download {
    /// Runs the download until its end, or Ctrl-C.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        self.run_until(interrupt(), Patience::LONG, access, console).await
    }

    async fn run_until(
        &self,
        stop: impl Future<Output = ()>,
        patience: Patience,
        access: &Access,
        console: &mut Console,
    ) -> anyhow::Result<Ending> {
        let files = Files::of(&self.record, self.draft);
        // A wrong address, token or id is told at once.
        let first = files.first(&Api::new(access, Patience::SHORT)?).await?;
        let wire = Wire::new(access, patience)?;
        if !self.all && self.keys.is_empty() {
            return self.list(&files.with_rest(&wire.api, first).await?, console);
        }
        let (entries, missing) = if self.all {
            (files.with_rest(&wire.api, first).await?, Vec::new())
        } else {
            self.wanted(&files, &wire.api, first.0).await?
        };
        let bar = bar(console, entries.iter().filter_map(|entry| entry.size).sum());
        let downloader = Downloader::new(wire, self.output.clone(), self.replace, &entries, bar.clone());
        let interrupted = Cell::new(false);
        let stop = async {
            stop.await;
            interrupted.set(true);
        };
        let fetched = stream::iter(&entries).map(|entry| downloader.download(entry));
        let outcomes =
            stream::iter(missing).chain(fetched.buffer_unordered(self.parallel.into())).take_until(stop);
        let mut tally = Tally::new("downloaded");
        let stopped = follow(pin!(outcomes), &mut tally, &bar, console).await;
        conclude(tally, stopped, interrupted.get(), &bar, console)
    }

    /// The files of these names, and what is told of those that are not there.
    async fn wanted(
        &self,
        files: &Files,
        api: &Api,
        mut first: Vec<Entry>,
    ) -> anyhow::Result<(Vec<Entry>, Vec<Outcome>)> {
        let (mut entries, mut missing, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for key in self.keys.iter().filter(|key| seen.insert(*key)) {
            let found = match first.iter().position(|entry| entry.key == *key) {
                Some(at) => Some(first.swap_remove(at)),
                None => files.read(api, key, 1).await?,
            };
            let why =
                || format!("there is no such file; cairn download {} lists those there are", self.record);
            match found {
                Some(entry) => entries.push(entry),
                None => missing.push(Outcome::failed(key, None, Trouble::Told(why()))),
            }
        }
        Ok((entries, missing))
    }

    fn list(&self, entries: &[Entry], console: &mut Console) -> anyhow::Result<Ending> {
        let size = |entry: &Entry| entry.size.map_or("-".into(), |size| HumanBytes(size).to_string());
        let row = |entry: &Entry| {
            let md5 = entry.md5().unwrap_or_else(|| "-".into());
            vec![entry.key.clone(), size(entry), entry.status.clone(), md5]
        };
        let whole: u64 = entries.iter().filter_map(|entry| entry.size).sum();
        let value = |entry: &Entry| {
            let checksum = entry.md5().map(|md5| format!("md5:{md5}"));
            json!({"key": entry.key, "size": entry.size, "status": entry.status, "checksum": checksum})
        };
        let values: Vec<_> = entries.iter().map(value).collect();
        console.result(&json!({"files": values, "bytes": whole}), || {
            let rows: Vec<_> = entries.iter().map(row).collect();
            let draft = if self.draft { " --draft" } else { "" };
            let command = format!("cairn download {}{draft}", self.record);
            format!(
                "{}\n\n{} files, {}. To fetch them: {command} --all, or {command} KEY…",
                table(&["file", "size", "status", "md5"], &rows),
                rows.len(),
                HumanBytes(whole)
            )
        })?;
        Ok(Ending::Done)
    }
}
