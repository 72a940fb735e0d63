//! `cairn import`: deposits a file of drafts, many at a time, as often as it takes.

mod deposit;
mod lines;
mod source;
mod tally;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Instant;

use clap::Args;
use futures::{Stream, StreamExt};
use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::Ending;
use super::api::{Api, Call, Failure, Patience};
use super::console::Console;
use super::options::{Access, TokenOption};
use deposit::{Outcome, deposit};
pub(super) use lines::Line;
pub(super) use source::Source;
use tally::Tally;

const EXAMPLES: &str = "\
Examples:
  cairn import drafts.jsonl
  cairn import drafts.jsonl.gz --publish --concurrency 16
  zcat part-*.gz | cairn import - --publish
  cairn --json import drafts.jsonl 2> problems.jsonl | jq .failed

Each line is the JSON of one draft, as POST /api/records takes it, at most 10 MB; empty lines are skipped.
Each is sent with an Idempotency-Key made from its text and how often the same text came before in the file, so
an import that was interrupted can be started again: what is there is not made twice. The repository remembers
keys for 7 days. A line that fails is reported with its number and reasons on standard error, and the rest goes on.

Counts: `created` drafts made now, `already there` made by an earlier run, `with problems` saved with parts that are
missing or not valid, `published` made public now, `failed` lines not saved, or not published with --publish.";

/// `cairn import`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// JSON lines, plain or gzipped; `-` for standard input
    file: String,
    /// Publish each draft once it is saved
    #[arg(long)]
    publish: bool,
    /// How many requests to have under way at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    #[command(flatten)]
    pub(crate) token: TokenOption,
}

/// Why an import stopped before the end of its file.
enum Stopped {
    /// The person asked for it.
    Interrupted,
    /// The repository is gone, or does not know us any more.
    Failed(Failure),
    /// The file cannot be read on.
    Unreadable(String),
}

impl Import {
    /// Runs the import until its end, or Ctrl-C.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        let interrupt = async {
            if tokio::signal::ctrl_c().await.is_err() {
                // Without the signal the process just dies, which loses nothing.
                std::future::pending::<()>().await;
            }
        };
        self.run_until(interrupt, Patience::LONG, access, console).await
    }

    async fn run_until(
        &self,
        interrupt: impl Future<Output = ()>,
        patience: Patience,
        access: &Access,
        console: &mut Console,
    ) -> anyhow::Result<Ending> {
        access.require_token()?;
        let source = Source::open(&self.file)?;
        // A wrong address or token is told before anything is sent.
        check(access).await?;
        let api = Api::new(access, patience)?;
        let bar = console.progress(source.bytes());
        let lines = read_ahead(source.wrapped(&bar), usize::from(self.concurrency))?;
        let interrupted = Cell::new(false);
        let stop = async {
            interrupt.await;
            interrupted.set(true);
        };
        let deposits = lines.map(|line| deposit(&api, line, self.publish));
        let outcomes = deposits.buffer_unordered(self.concurrency.into()).take_until(stop);
        let started = Instant::now();
        let mut tally = Tally::default();
        let mut stopped = follow(pin!(outcomes), &mut tally, &bar, console).await;
        if interrupted.get() {
            stopped = stopped.or(Some(Stopped::Interrupted));
        }
        bar.finish_and_clear();
        tally.finish(started.elapsed(), stopped.is_none());
        console.result(&tally, || tally.to_string())?;
        conclude(stopped, &tally)
    }
}

/// Counts and reports outcomes as they come, until the end or something that ends it all.
async fn follow(
    mut outcomes: Pin<&mut impl Stream<Item = Outcome>>,
    tally: &mut Tally,
    bar: &ProgressBar,
    console: &mut Console,
) -> Option<Stopped> {
    while let Some(outcome) = outcomes.next().await {
        let outcome = match outcome.lasting() {
            Ok(outcome) => outcome,
            Err(stopped) => return Some(stopped),
        };
        if let Some(report) = outcome.report() {
            console.remark(&report, || report.to_string());
        }
        tally.count(&outcome);
        bar.set_message(tally.short());
    }
    None
}

fn conclude(stopped: Option<Stopped>, tally: &Tally) -> anyhow::Result<Ending> {
    let again = "running the same import again goes on where this one stopped";
    match stopped {
        None if tally.failed > 0 => Ok(Ending::SomeFailed),
        None => Ok(Ending::Done),
        Some(Stopped::Interrupted) => Err(anyhow::anyhow!("interrupted; {again}")),
        Some(Stopped::Failed(failure)) => Err(anyhow::anyhow!("{failure}; {again}")),
        Some(Stopped::Unreadable(reason)) => {
            Err(anyhow::anyhow!("{reason}; what came before has been imported"))
        }
    }
}

/// Finds out early that the repository is not there or does not know the token.
async fn check(access: &Access) -> anyhow::Result<()> {
    match Api::new(access, Patience::SHORT)?.send(&Call::get("/api/me")).await {
        Err(failure) if failure.is_lasting() => Err(failure.into()),
        _ => Ok(()),
    }
}

/// Reads the file in a thread of its own, a few lines ahead of the requests.
fn read_ahead(source: Source, ahead: usize) -> anyhow::Result<impl Stream<Item = Line>> {
    let (sender, receiver) = mpsc::channel(ahead);
    std::thread::Builder::new().name("read-lines".into()).spawn(move || {
        for line in source.lines() {
            // The import stopped: nobody wants the rest.
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(futures::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|line| (line, receiver))
    }))
}
