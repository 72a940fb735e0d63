//! Data files on their way out: read in chunks on a thread that may block, one chunk ahead.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Error, ErrorKind, Read, Seek, SeekFrom},
    ops::Range,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures::{FutureExt, Stream};
use s3s::{
    StdError,
    stream::{ByteStream, RemainingLength},
};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    contents::Piece,
    failure::{Result, damaged},
    files::Files,
};

/// Bytes read at once. A download holds two such chunks at most.
const CHUNK: u64 = 256 * 1024;

/// What is to be read of one file.
struct Stretch {
    path: PathBuf,
    from: u64,
    length: u64,
}

/// The bytes of a content in a range: files that are not there, or have another size than they should, are an error now.
pub(super) async fn open(files: &Files, pieces: &[Piece], range: Range<u64>) -> Result<Download> {
    let (mut stretches, mut checks, mut start) = (VecDeque::new(), Vec::new(), 0);
    for piece in pieces {
        let end = start + piece.size;
        let (first, last) = (range.start.max(start), range.end.min(end));
        if first < last {
            let path = files.path(&piece.file);
            checks.push((path.clone(), piece.size));
            stretches.push_back(Stretch { path, from: first - start, length: last - first });
        }
        start = end;
    }
    if start < range.end {
        return Err(damaged(format!("the pieces of a content have {start} bytes, not {}", range.end)));
    }
    spawn_blocking(move || checks.iter().try_for_each(|(path, size)| check(path, *size))).await??;
    let reader = Reader { stretches, file: None };
    Ok(Download { reading: None, reader: Some(reader), left: range.end - range.start })
}

fn check(path: &std::path::Path, size: u64) -> io::Result<()> {
    let found = std::fs::metadata(path)
        .map_err(|error| Error::new(error.kind(), format!("`{}`: {error}", path.display())))?
        .len();
    if found == size {
        return Ok(());
    }
    let message = format!("`{}` has {found} bytes, and {size} were written", path.display());
    Err(Error::new(ErrorKind::InvalidData, message))
}

/// A body that comes from data files.
pub(super) struct Download {
    reading: Option<JoinHandle<io::Result<(Reader, Bytes)>>>,
    reader: Option<Reader>,
    left: u64,
}

impl Stream for Download {
    type Item = std::result::Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if let Some(reader) = self.reader.take() {
            self.reading = Some(spawn_blocking(move || reader.next()));
        }
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let outcome = ready!(reading.poll_unpin(context)).map_err(Error::other).and_then(|read| read);
        self.reading = None;
        match outcome {
            Ok((reader, bytes)) => {
                self.left = self.left.saturating_sub(bytes.len() as u64);
                if self.left > 0 {
                    self.reading = Some(spawn_blocking(move || reader.next()));
                }
                Poll::Ready(Some(Ok(bytes)))
            }
            Err(error) => {
                tracing::error!(%error, "a download was broken off: {error}");
                Poll::Ready(Some(Err(error.into())))
            }
        }
    }
}

impl ByteStream for Download {
    fn remaining_length(&self) -> RemainingLength {
        usize::try_from(self.left).map_or_else(|_| RemainingLength::unknown(), RemainingLength::new_exact)
    }
}

/// Reads stretches one after the other.
struct Reader {
    stretches: VecDeque<Stretch>,
    file: Option<(File, u64)>,
}

impl Reader {
    /// The next chunk; one of another length than expected is an error.
    fn next(mut self) -> io::Result<(Self, Bytes)> {
        let (mut file, left) = match self.file.take() {
            Some(open) => open,
            None => self.open()?,
        };
        let length = left.min(CHUNK);
        let mut chunk = Vec::with_capacity(usize::try_from(length).map_err(Error::other)?);
        let read = Read::by_ref(&mut file).take(length).read_to_end(&mut chunk)?;
        if read as u64 != length {
            return Err(Error::new(ErrorKind::UnexpectedEof, "a data file is shorter than it was"));
        }
        if left > length {
            self.file = Some((file, left - length));
        }
        Ok((self, chunk.into()))
    }

    fn open(&mut self) -> io::Result<(File, u64)> {
        let stretch = self.stretches.pop_front().ok_or(ErrorKind::UnexpectedEof)?;
        let mut file = File::open(stretch.path)?;
        file.seek(SeekFrom::Start(stretch.from))?;
        Ok((file, stretch.length))
    }
}
