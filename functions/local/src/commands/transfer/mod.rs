//! What `cairn upload` and `cairn download` share: bytes on their way, files of a record, and what is told of them.

mod body;
mod digest;
mod entry;
mod report;
#[cfg(test)]
pub(crate) mod site;
mod wire;

pub(crate) use digest::{feed, hex_of, md5_of};
pub(crate) use entry::{Entry, Files};
pub(crate) use report::{Outcome, Tally, conclude, follow};
pub(crate) use wire::{Got, Link, Wire};

use indicatif::{ProgressBar, ProgressStyle};

use super::api::Failure;
use super::console::Console;

/// Why a file did not get through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The repository, or the way to it.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// Anything else, told so that a person knows what to do.
    #[error("{0}")]
    Told(String),
}

impl Trouble {
    /// Whether the next file would meet the same trouble, so that going on is pointless.
    pub(crate) fn is_lasting(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.is_lasting())
    }
}

/// Waits until the person has enough.
pub(crate) async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal the process just dies, which loses nothing.
        std::future::pending::<()>().await;
    }
}

/// A bar over the bytes of all files together.
pub(crate) fn bar(console: &mut Console, total: u64) -> ProgressBar {
    let bar = console.progress(Some(total));
    let template = "{bar:30} {percent:>3} % {bytes}/{total_bytes} {bytes_per_sec} {eta} left {msg}";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
