//! Where the lines come from: a file or standard input, gzipped or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;

use super::lines::{Line, Lines};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An open import file.
pub(crate) struct Source {
    reader: Box<dyn Read + Send>,
    bytes: Option<u64>,
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(name: &str) -> anyhow::Result<Self> {
        if name == "-" {
            return Ok(Self { reader: Box::new(io::stdin()), bytes: None });
        }
        let file = File::open(name).with_context(|| format!("cannot open {name}"))?;
        let metadata = file.metadata().with_context(|| format!("cannot open {name}"))?;
        if metadata.is_dir() {
            anyhow::bail!("cannot open {name}: it is a folder");
        }
        Ok(Self { reader: Box::new(file), bytes: metadata.is_file().then_some(metadata.len()) })
    }

    /// Size as stored, if known.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// The same, moving `bar` as it is read.
    pub(crate) fn wrapped(self, bar: &ProgressBar) -> Self {
        Self { reader: Box::new(bar.wrap_read(self.reader)), ..self }
    }

    /// Its lines. What is gzipped is known by its first bytes, so a name tells nothing.
    pub(crate) fn lines(self) -> Box<dyn Iterator<Item = Line>> {
        match unpacked(self.reader) {
            Ok(reader) => Box::new(Lines::new(reader)),
            Err(error) => {
                let reason = format!("cannot read the file: {error}");
                Box::new(std::iter::once(Line::Unreadable { reason }))
            }
        }
    }
}

fn unpacked(mut reader: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead>> {
    let mut head = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut head)?;
    let packed = head == GZIP;
    let whole = BufReader::with_capacity(1 << 16, Cursor::new(head).chain(reader));
    let mut text: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
    let mut head = Vec::new();
    text.by_ref().take(3).read_to_end(&mut head)?;
    if head == BYTE_ORDER_MARK {
        head.clear();
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, Cursor::new(head).chain(text))))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn count(bytes: Vec<u8>) -> usize {
        let source = Source { reader: Box::new(Cursor::new(bytes)), bytes: None };
        source.lines().filter(|line| matches!(line, Line::Draft { .. })).count()
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_gzipped_files_read_the_same() {
        assert_eq!(count(b"{}\n{}\n".to_vec()), 2);
        assert_eq!(count(packed("{}\n{}\n")), 2);
        assert_eq!(count([packed("{}\n{}\n"), packed("{}\n")].concat()), 3, "members one after the other");
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_line() {
        assert_eq!(count([BYTE_ORDER_MARK, b"{}\n{}"].concat()), 2);
    }

    #[test]
    fn tiny_files_are_read() {
        assert_eq!(count(Vec::new()), 0);
        assert_eq!(count(b"\n".to_vec()), 0);
        assert_eq!(count(b"{}".to_vec()), 1);
    }

    #[test]
    fn a_gzipped_file_that_is_cut_off_is_reported() {
        let mut bytes = packed(&"{}\n".repeat(1_000));
        bytes.truncate(bytes.len() - 9);
        let source = Source { reader: Box::new(Cursor::new(bytes)), bytes: None };
        let last = source.lines().last().unwrap();
        assert!(matches!(&last, Line::Unreadable { reason } if reason.contains("after line")), "{last:?}");
    }
}
