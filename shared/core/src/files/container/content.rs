//! The bytes of one member, a chunk at a time, verified before the last of them is given out.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use futures::Stream;
use futures::stream::try_unfold;

use super::window::exactly;
use super::{Located, Problem, Ranges};

/// How much of the archive is read at once.
const READ: u64 = 1 << 20;
/// How much inflated data is given out at once.
const CHUNK: usize = 256 << 10;

/// The bytes of a member that are still to come.
pub struct Content {
    source: Arc<dyn Ranges>,
    /// What has not been read yet.
    unread: Range<u64>,
    /// What has been read, but not inflated yet.
    input: Bytes,
    inflate: Option<Decompress>,
    crc: Crc,
    expected_crc: u32,
    /// How many bytes are still to come.
    left: u64,
    finished: bool,
}

/// Opens a member that has been found in the same object. Nothing is read yet.
pub fn open(source: Arc<dyn Ranges>, located: &Located) -> Content {
    Content {
        source,
        unread: located.data.clone(),
        input: Bytes::new(),
        inflate: located.deflated.then(|| Decompress::new(false)),
        crc: Crc::new(),
        expected_crc: located.member.crc,
        left: located.member.size,
        finished: false,
    }
}

impl Content {
    /// The next bytes, at most 1 MiB; `None` after the last. They are never more than the member's size says, and the
    /// last ones come only if all of them have the right checksum: whoever announced the size is not fooled.
    ///
    /// # Errors
    /// [`Problem::Damaged`]: the bytes are not those that the archive describes. [`Problem::Storage`].
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        if self.finished {
            return Ok(None);
        }
        let chunk = if self.inflate.is_some() { self.inflated().await } else { self.stored().await };
        // After an error nothing can follow.
        self.finished = self.left == 0 || chunk.is_err();
        let chunk = chunk?;
        if self.finished && self.crc.sum() != self.expected_crc {
            return Err(Problem::Damaged("the checksum of a member is wrong"));
        }
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }

    /// All chunks as a stream, which ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Problem>> + Send + 'static {
        try_unfold(self, |mut content| async move {
            let chunk = content.next_chunk().await?;
            Ok(chunk.map(|chunk| (chunk, content)))
        })
    }

    async fn stored(&mut self) -> Result<Bytes, Problem> {
        let chunk = self.read().await?;
        self.count(&chunk)?;
        Ok(chunk)
    }

    /// Inflates until a chunk is full or the member ends. There is room for one byte more than may come, so that the
    /// last chunk is known to be the last, and bytes too many are seen.
    async fn inflated(&mut self) -> Result<Bytes, Problem> {
        let room =
            usize::try_from(self.left).map_or(CHUNK, |left| if left > CHUNK { CHUNK } else { left + 1 });
        let mut out = vec![0; room];
        let (mut filled, mut ended) = (0, false);
        while filled < room && !ended {
            if self.input.is_empty() {
                self.input = self.read().await?;
            }
            let produced;
            (produced, ended) = self.step(&mut out[filled..])?;
            filled += produced;
        }
        out.truncate(filled);
        self.count(&out)?;
        if ended && self.left > 0 {
            return Err(Problem::Damaged("a member is smaller than it says"));
        }
        Ok(out.into())
    }

    /// Inflates what has been read: how many bytes came out, and whether they were the last.
    fn step(&mut self, out: &mut [u8]) -> Result<(usize, bool), Problem> {
        let inflate = self.inflate.as_mut().ok_or_else(broken)?;
        let before = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(&self.input, out, FlushDecompress::None).map_err(|_| broken())?;
        let consumed = usize::try_from(inflate.total_in() - before.0).map_err(|_| broken())?;
        let produced = usize::try_from(inflate.total_out() - before.1).map_err(|_| broken())?;
        let ended = status == Status::StreamEnd;
        if consumed == 0 && produced == 0 && !ended {
            return Err(broken());
        }
        self.input.advance(consumed);
        Ok((produced, ended))
    }

    /// The next bytes of the archive that belong to the member; none after its end.
    async fn read(&mut self) -> Result<Bytes, Problem> {
        let length = READ.min(self.unread.end - self.unread.start);
        let bytes = exactly(&*self.source, self.unread.start, length).await?;
        self.unread.start += length;
        Ok(bytes)
    }

    fn count(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        let left = self.left.checked_sub(chunk.len() as u64);
        self.left = left.ok_or(Problem::Damaged("a member is larger than it says"))?;
        self.crc.update(chunk);
        Ok(())
    }
}

fn broken() -> Problem {
    Problem::Damaged("a member cannot be inflated")
}
