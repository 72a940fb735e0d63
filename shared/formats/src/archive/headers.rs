//! The records of a ZIP archive, byte by byte, after PKWARE's APPNOTE.TXT 6.3.10; section numbers are its.
//!
//! By hand, because libraries that write archives want to see the data, or write sizes only after it.

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::Entry;

/// What 32 bits cannot hold: this very value says "look in the ZIP64 field" (4.4.1.4).
const TOO_MUCH_FOR_32_BITS: u64 = 0xFFFF_FFFF;
/// The same for 16 bits, which count the entries.
const TOO_MANY_FOR_16_BITS: usize = 0xFFFF;
/// Version 1.0 is enough to extract what is stored (4.4.3.2).
const VERSION_PLAIN: u16 = 10;
/// Version 4.5 is needed for ZIP64 (4.4.3.2).
const VERSION_ZIP64: u16 = 45;
/// Made on Unix (4.4.2.1), so that the mode below counts, after version 4.5 of the format.
const MADE_BY: u16 = 3 << 8 | VERSION_ZIP64;
/// Bit 11: the name is UTF-8 (4.4.4).
const FLAG_UTF8: u16 = 1 << 11;
/// A regular file that all may read and its owner may write, where Unix keeps it (4.4.15).
const FILE_MODE: u32 = 0o100_644 << 16;
/// The extra field with 64-bit sizes (4.5.3).
const EXTRA_ZIP64: u16 = 0x0001;
/// Info-ZIP's extra field with the time in seconds of 1970 (4.6.1, extrafld.txt).
const EXTRA_TIMESTAMP: u16 = 0x5455;

/// What both headers of an entry are written from.
pub(super) struct Header<'a> {
    /// The name as the archive has it.
    pub(super) name: &'a str,
    pub(super) entry: &'a Entry<'a>,
    /// Where the local header begins.
    pub(super) offset: u64,
}

impl Header<'_> {
    /// The header before the file (4.3.7).
    pub(super) fn local(&self) -> Vec<u8> {
        let mut extra = Vec::new();
        if self.is_large() {
            // Here both sizes have to be given (4.5.3).
            put(&mut extra, &[&EXTRA_ZIP64.to_le_bytes(), &16_u16.to_le_bytes()]);
            put(&mut extra, &[&self.entry.size.to_le_bytes(), &self.entry.size.to_le_bytes()]);
        }
        self.write_timestamp(&mut extra);
        let mut out = Vec::new();
        put(&mut out, &[b"PK\x03\x04", &version(self.is_large()).to_le_bytes()]);
        self.write_common(&mut out, &extra);
        put(&mut out, &[self.name.as_bytes(), &extra]);
        out
    }

    /// The header in the central directory (4.3.12).
    pub(super) fn write_central(&self, out: &mut Vec<u8>) {
        let is_far = self.offset >= TOO_MUCH_FOR_32_BITS;
        let mut large = Vec::new();
        if self.is_large() {
            put(&mut large, &[&self.entry.size.to_le_bytes(), &self.entry.size.to_le_bytes()]);
        }
        if is_far {
            put(&mut large, &[&self.offset.to_le_bytes()]);
        }
        let mut extra = Vec::new();
        if !large.is_empty() {
            put(&mut extra, &[&EXTRA_ZIP64.to_le_bytes(), &short(large.len()), &large]);
        }
        self.write_timestamp(&mut extra);
        put(out, &[b"PK\x01\x02", &MADE_BY.to_le_bytes(), &version(self.is_large() || is_far).to_le_bytes()]);
        self.write_common(out, &extra);
        // No comment, first disk, no internal attributes.
        put(out, &[&[0; 6], &FILE_MODE.to_le_bytes(), &word(self.offset), self.name.as_bytes(), &extra]);
    }

    /// What both headers have in common: flags, method, time, checksum, sizes and lengths.
    fn write_common(&self, out: &mut Vec<u8>, extra: &[u8]) {
        let (date, time) = dos(self.entry.modified.utc());
        put(out, &[&FLAG_UTF8.to_le_bytes(), &0_u16.to_le_bytes()]);
        put(out, &[&time.to_le_bytes(), &date.to_le_bytes(), &self.entry.crc32.to_le_bytes()]);
        let size = word(self.entry.size);
        put(out, &[&size, &size, &short(self.name.len()), &short(extra.len())]);
    }

    /// The time of last change; left out when it does not fit into 32 bits with a sign.
    fn write_timestamp(&self, extra: &mut Vec<u8>) {
        let Ok(seconds) = i32::try_from(self.entry.modified.seconds()) else { return };
        // Bit 0: only the time of last change is there.
        put(extra, &[&EXTRA_TIMESTAMP.to_le_bytes(), &5_u16.to_le_bytes(), &[1], &seconds.to_le_bytes()]);
    }

    /// Whether the file's size needs 64 bits.
    fn is_large(&self) -> bool {
        self.entry.size >= TOO_MUCH_FOR_32_BITS
    }
}

/// The end of the central directory (4.3.16), which is all that `out` has yet, and which begins at `start`;
/// where its numbers need 64 bits, with the records that hold them (4.3.14, 4.3.15).
pub(super) fn write_end(out: &mut Vec<u8>, entries: usize, start: u64) {
    let length = out.len() as u64;
    let is_large =
        entries >= TOO_MANY_FOR_16_BITS || length >= TOO_MUCH_FOR_32_BITS || start >= TOO_MUCH_FOR_32_BITS;
    if is_large {
        let count = (entries as u64).to_le_bytes();
        // The record's length without its first 12 bytes; then versions, and both disks, which are the first.
        put(out, &[b"PK\x06\x06", &44_u64.to_le_bytes()]);
        put(out, &[&MADE_BY.to_le_bytes(), &VERSION_ZIP64.to_le_bytes(), &[0; 8]]);
        put(out, &[&count, &count, &length.to_le_bytes(), &start.to_le_bytes()]);
        let end = start.saturating_add(length);
        put(out, &[b"PK\x06\x07", &[0; 4], &end.to_le_bytes(), &1_u32.to_le_bytes()]);
    }
    put(
        out,
        &[b"PK\x05\x06", &[0; 4], &short(entries), &short(entries), &word(length), &word(start), &[0; 2]],
    );
}

fn version(is_zip64: bool) -> u16 {
    if is_zip64 { VERSION_ZIP64 } else { VERSION_PLAIN }
}

/// Date and time as DOS has them (4.4.6): steps of two seconds from 1980 to 2107, here in UTC.
fn dos(at: DateTime<Utc>) -> (u16, u16) {
    let Some(years) = u16::try_from(at.year() - 1980).ok().filter(|years| *years < 128) else {
        return if at.year() < 1980 { (1 << 5 | 1, 0) } else { (127 << 9 | 12 << 5 | 31, 0) };
    };
    let date = u32::from(years) << 9 | at.month() << 5 | at.day();
    let time = at.hour() << 11 | at.minute() << 5 | (at.second() / 2);
    (u16::try_from(date).unwrap_or_default(), u16::try_from(time).unwrap_or_default())
}

/// 32 bits, or the value that says "look in the ZIP64 field".
fn word(value: u64) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

/// 16 bits, or the value that says "look in the ZIP64 record".
fn short(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes()
}

fn put(out: &mut Vec<u8>, fields: &[&[u8]]) {
    for field in fields {
        out.extend_from_slice(field);
    }
}
