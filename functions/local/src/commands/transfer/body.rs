//! A piece of a file as the body of a request: read while it is sent, and again for the next attempt.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use indicatif::ProgressBar;
use tokio::sync::mpsc;

/// Bytes read at a time.
const PIECE: usize = 256 * 1024;
/// Pieces read ahead of the network: with [`PIECE`] the memory that a request takes.
const AHEAD: usize = 4;

/// How far a body came.
#[derive(Default)]
pub(super) struct Watch {
    sent: AtomicU64,
    unreadable: OnceLock<String>,
}

impl Watch {
    /// Bytes handed to the network.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Why the file cannot be read, if that was the trouble.
    pub(super) fn unreadable(&self) -> Option<&String> {
        self.unreadable.get()
    }

    /// Ends once nothing has moved for `patience`: a connection may die without telling.
    pub(super) async fn stalled(&self, patience: Duration) {
        loop {
            let before = self.sent();
            tokio::time::sleep(patience).await;
            if self.sent() == before {
                return;
            }
        }
    }
}

/// Bytes of a file.
pub(super) struct FileBody {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    left: u64,
    watch: Arc<Watch>,
    bar: ProgressBar,
}

impl FileBody {
    /// Starts to read; `bar` moves as the bytes go.
    pub(super) fn open(path: &Path, range: Range<u64>, bar: ProgressBar) -> (Self, Arc<Watch>) {
        let (sender, pieces) = mpsc::channel(AHEAD);
        let (path, left) = (path.to_owned(), range.end - range.start);
        // Ends with the body: nobody takes what it reads then.
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(&path, range, &sender) {
                sender.blocking_send(Err(error)).ok();
            }
        });
        let watch = Arc::<Watch>::default();
        (Self { pieces, left, watch: watch.clone(), bar }, watch)
    }
}

fn read(path: &Path, range: Range<u64>, sender: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start))?;
    let mut left = range.end - range.start;
    while left > 0 {
        let mut piece = vec![0; usize::try_from(left).map_or(PIECE, |left| left.min(PIECE))];
        let count = file.read(&mut piece)?;
        if count == 0 {
            return Err(io::Error::other("it became shorter while it was sent"));
        }
        piece.truncate(count);
        left -= count as u64;
        if sender.blocking_send(Ok(piece.into())).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Some(piece) = ready!(self.pieces.poll_recv(context)) else { return Poll::Ready(None) };
        match &piece {
            Ok(bytes) => {
                let count = bytes.len() as u64;
                self.left = self.left.saturating_sub(count);
                self.watch.sent.fetch_add(count, Ordering::Relaxed);
                self.bar.inc(count);
            }
            Err(error) => drop(self.watch.unreadable.set(error.to_string())),
        }
        Poll::Ready(Some(piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_body_is_its_piece_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let bytes: Vec<u8> = (0..=255).cycle().take(3 * PIECE + 7).collect();
        std::fs::write(&path, &bytes).unwrap();
        let (body, watch) = FileBody::open(&path, 5..2 * PIECE as u64 + 9, ProgressBar::hidden());
        assert_eq!(body.size_hint().exact(), Some(2 * PIECE as u64 + 4));
        assert_eq!(body.collect().await.unwrap().to_bytes(), bytes[5..2 * PIECE + 9]);
        assert_eq!((watch.sent(), watch.unreadable()), (2 * PIECE as u64 + 4, None));
    }

    #[tokio::test]
    async fn a_file_that_shrinks_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        let (body, watch) = FileBody::open(&path, 0..9, ProgressBar::hidden());
        assert!(body.collect().await.is_err());
        assert!(watch.unreadable().unwrap().contains("shorter"));
    }
}
