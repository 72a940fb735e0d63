//! The parts of an object that have been fetched, as the reader of headers wants them: at once, without waiting.
//!
//! The reader is synchronous, the storage is not. So a read that misses says what it missed; it is fetched, and the
//! reader asked again ([`Window::settled`]). Where reads go forward only, enough is fetched before each ([`Window::cover`]).

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cairn_model::Error;
use rawzip::ReaderAt;

use super::{HEADER_BYTES, Problem, Ranges};

/// How often a reader is asked again. It reads three places beyond the end of the archive, each once.
const MOST_MISSES: usize = 12;
/// How much is fetched at once where reads go forward.
const PIECE: u64 = 512 << 10;
/// How far one step forward may read: a header, and again what its names need.
const STEP: u64 = 2 * HEADER_BYTES as u64;

/// What is known of an object.
pub(super) struct Window<'a> {
    source: &'a dyn Ranges,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What has been fetched: where it begins, and the bytes.
    blocks: Vec<(u64, Bytes)>,
    /// The first read that found nothing: from where, and how many bytes.
    missed: Option<(u64, u64)>,
    /// Where the last read ended.
    reached: u64,
}

impl State {
    /// The fetched bytes from `offset` on.
    fn at(&self, offset: u64) -> Option<&[u8]> {
        self.blocks.iter().find_map(|(start, bytes)| {
            let skip = usize::try_from(offset.checked_sub(*start)?).ok()?;
            bytes.get(skip..).filter(|rest| !rest.is_empty())
        })
    }

    /// The first byte from `offset` on that has not been fetched.
    fn gap(&self, mut offset: u64) -> u64 {
        while let Some(bytes) = self.at(offset) {
            offset += bytes.len() as u64;
        }
        offset
    }

    /// Where the next fetched part after `offset` begins.
    fn next_block(&self, offset: u64) -> u64 {
        let starts = self.blocks.iter().map(|(start, _)| *start);
        starts.filter(|start| *start > offset).min().unwrap_or(u64::MAX)
    }
}

impl<'a> Window<'a> {
    pub(super) fn over(source: &'a dyn Ranges) -> Self {
        Self { source, state: Mutex::default() }
    }

    pub(super) fn size(&self) -> u64 {
        self.source.size()
    }

    /// Fetches what lies from `from` on, up to the end.
    pub(super) async fn fetch(&self, from: u64, length: u64) -> Result<(), Problem> {
        let length = length.min(self.size().saturating_sub(from));
        let bytes = exactly(self.source, from, length).await?;
        self.state().blocks.push((from, bytes));
        Ok(())
    }

    /// Asks `attempt` until it needs nothing that has not been fetched, in parts of at least `block` bytes.
    pub(super) async fn settled<T>(&self, block: u64, mut attempt: impl FnMut() -> T) -> Result<T, Problem> {
        for _ in 0..MOST_MISSES {
            let (from, length) = {
                let outcome = attempt();
                match self.state().missed.take() {
                    None => return Ok(outcome),
                    Some(missed) => missed,
                }
            };
            self.fetch(from, length.max(block)).await?;
        }
        Err(Problem::Damaged("its headers lie in too many places"))
    }

    /// From here on, reads go forward from `offset`.
    pub(super) fn go_to(&self, offset: u64) {
        self.state().reached = offset;
    }

    /// Fetches what the next step may read before `end`, and forgets what lies behind. Says how far reads have come.
    pub(super) async fn cover(&self, end: u64) -> Result<u64, Problem> {
        let reached = self.state().reached;
        let needed = reached.saturating_add(STEP).min(end);
        loop {
            let (gap, next) = {
                let mut state = self.state();
                state.blocks.retain(|(start, bytes)| start + bytes.len() as u64 > reached);
                let gap = state.gap(reached);
                (gap, state.next_block(gap))
            };
            if gap >= needed {
                return Ok(reached);
            }
            self.fetch(gap, PIECE.min(next - gap).min(end - gap)).await?;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReaderAt for Window<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.size() || buffer.is_empty() {
            return Ok(0);
        }
        let mut state = self.state();
        let Some(bytes) = state.at(offset) else {
            state.missed.get_or_insert((offset, buffer.len() as u64));
            return Err(io::Error::other("not fetched yet"));
        };
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        state.reached = offset + length as u64;
        Ok(length)
    }
}

/// Reads from the storage, which has to give all that was asked for.
pub(super) async fn exactly(source: &dyn Ranges, from: u64, length: u64) -> Result<Bytes, Problem> {
    if length == 0 {
        return Ok(Bytes::new());
    }
    let bytes = source.read(from, length).await?;
    if bytes.len() as u64 != length {
        let sentence = format!("the storage gave {} bytes at {from}, not {length}", bytes.len());
        return Err(Problem::Storage(Error::Internal(sentence)));
    }
    Ok(bytes)
}
