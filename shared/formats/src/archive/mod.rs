//! A ZIP archive planned beforehand: every byte that is not a file's own is known before the first file is read.
//!
//! Files are *stored*, so their sizes and checksums say all that an archive has to say about them. An answer made
//! from a plan has a length, can be resumed at any byte, and reads of each file only what was asked for.

mod headers;
mod names;
#[cfg(test)]
mod tests;

use std::ops::Range;

use cairn_model::Timestamp;

use headers::Header;

/// One file that the archive will hold.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The name, `/` between directories. What could lead an extractor out of its folder is replaced:
    /// backslashes, colons of drives and control characters by `_`; segments of nothing but dots and spaces become
    /// as many `_`; empty segments are left out. Names that become equal are numbered: `name (2).txt`.
    pub name: &'a str,
    /// How many bytes the file has.
    pub size: u64,
    /// CRC-32 of these bytes, as ZIP counts it (ISO 3309).
    pub crc32: u32,
    /// When the file was last changed.
    pub modified: Timestamp,
}

/// A stretch of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the archive itself.
    Bytes(Vec<u8>),
    /// All bytes of the file with this place in the list of entries.
    File(usize),
}

/// All that an archive consists of, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The stretches that, one after the other, are the archive.
    pub pieces: Vec<Piece>,
    /// How many bytes the archive has.
    pub size: u64,
    /// Where each piece ends: its first byte is where the one before it ends.
    ends: Vec<u64>,
}

/// The archive of `entries`, in their order. None at all is an archive, too.
pub fn plan(entries: &[Entry<'_>]) -> Plan {
    let names = names::safe(entries.iter().map(|entry| entry.name));
    let mut plan = Plan { pieces: Vec::with_capacity(2 * entries.len() + 1), size: 0, ends: Vec::new() };
    let mut directory = Vec::new();
    for (place, (entry, name)) in entries.iter().zip(&names).enumerate() {
        let header = Header { name, entry, offset: plan.size };
        header.write_central(&mut directory);
        plan.push_bytes(header.local());
        plan.push(Piece::File(place), entry.size);
    }
    let start = plan.size;
    headers::write_end(&mut directory, entries.len(), start);
    plan.push_bytes(directory);
    plan
}

impl Plan {
    /// What makes up `range` of the archive: the places of pieces, and of each the part that is wanted.
    /// What lies beyond the end is left out.
    pub fn slice(&self, range: Range<u64>) -> Vec<(usize, Range<u64>)> {
        let end = range.end.min(self.size);
        let first = self.ends.partition_point(|&piece_end| piece_end <= range.start);
        let mut parts = Vec::new();
        for place in first..self.ends.len() {
            let start = self.start(place);
            if start >= end {
                break;
            }
            let part = range.start.max(start) - start..end.min(self.ends[place]) - start;
            if part.start < part.end {
                parts.push((place, part));
            }
        }
        parts
    }

    /// Where a piece begins.
    fn start(&self, place: usize) -> u64 {
        place.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn push_bytes(&mut self, bytes: Vec<u8>) {
        let length = bytes.len() as u64;
        self.push(Piece::Bytes(bytes), length);
    }

    /// Sizes are those of files that exist: their sum stays far below 2^64.
    fn push(&mut self, piece: Piece, length: u64) {
        self.size = self.size.saturating_add(length);
        self.pieces.push(piece);
        self.ends.push(self.size);
    }
}
