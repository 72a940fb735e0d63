//! Pieces of files: which are missing, and sending them until they arrive.

use std::ops::Range;

use futures::{StreamExt, TryStreamExt, future::try_join, stream};
use http::StatusCode;

use super::addresses::Addresses;
use super::plan::Job;
use super::send::Uploader;
use crate::commands::api::Failure;
use crate::commands::transfer::{Entry, Link, Trouble};

/// How a file is cut: the repository remembers that, whoever goes on with the upload.
#[derive(Debug, Clone, Copy)]
struct Cut {
    size: u64,
    parts: u32,
    part_size: u64,
}

impl Cut {
    fn of(entry: &Entry, size: u64) -> Option<Self> {
        let cut = Self { size, parts: entry.transfer.parts?, part_size: entry.transfer.part_size? };
        (cut.part_size.checked_mul(cut.parts.into())? >= size).then_some(cut)
    }

    fn range(self, number: u32) -> Range<u64> {
        let start = u64::from(number - 1) * self.part_size;
        start.min(self.size)..self.size.min(start.saturating_add(self.part_size))
    }
}

impl Uploader {
    /// Sends the parts that have not arrived; tells the MD5 of the file, which is read beside.
    pub(super) async fn send_parts(&self, job: &Job, entry: &Entry) -> Result<String, Trouble> {
        let strange = || Failure::Unexpected("the file comes in parts that do not make it up".into());
        let cut = Cut::of(entry, job.size).ok_or_else(strange)?;
        let arrived = entry.arrived();
        let bytes = |number: &u32| cut.range(*number).end - cut.range(*number).start;
        self.bar.inc(arrived.iter().map(bytes).sum());
        let addresses = Addresses::new(&self.wire.api, &self.files, entry);
        let missing = (1..=cut.parts).filter(|number| !arrived.contains(number));
        let sends = missing.map(|number| self.send(&addresses, job, number, cut.range(number)));
        let sent = stream::iter(sends).buffer_unordered(self.parallel).try_collect::<()>();
        let (md5, ()) = try_join(self.md5(job), sent).await?;
        Ok(md5)
    }

    /// Sends one piece, again where that may help.
    pub(super) async fn send(
        &self,
        addresses: &Addresses<'_>,
        job: &Job,
        piece: u32,
        range: Range<u64>,
    ) -> Result<(), Trouble> {
        let closed = |_| Trouble::Told("interrupted".into());
        let _turn = self.turns.acquire().await.map_err(closed)?;
        let mut link = addresses.of(piece).await?;
        let (mut attempt, mut denied) = (0, false);
        loop {
            let outcome = self.wire.put(&link, &job.path, range.clone(), &self.bar).await?;
            let has_ended = matches!(&outcome, Ok(answer) if answer.status() == StatusCode::FORBIDDEN);
            if has_ended && !denied && matches!(link, Link::Storage(_)) {
                denied = true;
                link = addresses.renewed(piece, &link).await?;
                continue;
            }
            let Some(pause) = self.wire.api.pause(&outcome, attempt) else {
                let accepted = outcome.and_then(|answer| answer.accepted().map(drop));
                return accepted.map_err(|failure| link.explain(failure));
            };
            attempt += 1;
            tokio::time::sleep(pause).await;
            // A storage that refuses an address may just hang up on those who are still sending.
            if matches!(link, Link::Storage(_)) {
                link = addresses.renewed(piece, &link).await?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_one_after_the_other_and_the_last_is_the_rest() {
        let cut = Cut { size: 23, parts: 3, part_size: 10 };
        let ranges: Vec<_> = (1..=3).map(|number| cut.range(number)).collect();
        assert_eq!(ranges, [0..10, 10..20, 20..23]);
    }
}
