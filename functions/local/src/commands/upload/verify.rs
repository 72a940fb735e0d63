//! After the commit: did the repository get what was sent?

use std::time::{Duration, Instant};

use super::send::Uploader;
use crate::commands::transfer::{Entry, Outcome, Trouble};

/// The first pause between two looks; it doubles each time.
const FIRST: Duration = Duration::from_millis(250);
/// The longest.
const LONGEST: Duration = Duration::from_secs(4);

/// How far a file came.
pub(super) enum Step {
    /// There is nothing left to do.
    Over(Outcome),
    /// It was committed.
    Sent { key: String, size: u64, entry: Box<Entry>, md5: String, resumed: bool },
}

impl Uploader {
    /// Compares checksums of a file that was sent.
    pub(super) async fn verify(&self, step: Step) -> Outcome {
        let (key, size, entry, md5, resumed) = match step {
            Step::Over(outcome) => return outcome,
            Step::Sent { key, size, entry, md5, resumed } => (key, size, entry, md5, resumed),
        };
        let done = Outcome::done(&key, if resumed { "resumed" } else { "uploaded" }, size);
        match self.checksum(&key, &entry).await {
            Ok(Some(there)) if there == md5 => done.md5(&md5),
            Ok(Some(there)) => {
                let reason = format!(
                    "its MD5 is {md5} here and {there} in the repository: it changed while it was sent, or was damaged; \
                     upload it again with --replace"
                );
                Outcome::failed(&key, Some(size), Trouble::Told(reason))
            }
            Ok(None) => done.remark(
                "its checksum is still being computed; running this again, later, compares it with the file",
            ),
            Err(trouble) => Outcome::failed(&key, Some(size), trouble),
        }
    }

    /// The repository's MD5 of a file; none if it takes too long.
    pub(super) async fn checksum(&self, key: &str, entry: &Entry) -> Result<Option<String>, Trouble> {
        let (started, mut pause) = (Instant::now(), FIRST);
        let mut md5 = entry.md5();
        while md5.is_none() && started.elapsed() < self.patience {
            tokio::time::sleep(pause).await;
            pause = LONGEST.min(pause * 2);
            let entry = self.files.read(&self.wire.api, key, 1).await?;
            let gone = || Trouble::Told("it was deleted meanwhile".into());
            md5 = entry.ok_or_else(gone)?.md5();
        }
        Ok(md5)
    }
}
