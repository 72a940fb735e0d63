//! The lines of an import file, each with the key that makes sending it again safe.

use std::collections::HashMap;
use std::io::{BufRead, Read};

use bytes::Bytes;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

/// A longer line is refused: API Gateway takes no larger body.
pub(super) const LONGEST_LINE: usize = 10_000_000;

/// A line of the file. `number` counts from 1, empty lines included, as editors do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A JSON object.
    Draft {
        /// Which line.
        number: u64,
        /// Its text.
        body: Bytes,
        /// Its `Idempotency-Key`.
        key: String,
    },
    /// Not a JSON object; `reason` says why.
    Bad {
        /// Which line.
        number: u64,
        /// Why.
        reason: String,
    },
    /// The file cannot be read on.
    Unreadable {
        /// Why, and where.
        reason: String,
    },
}

/// Reads lines one by one.
pub(super) struct Lines<R> {
    reader: R,
    longest: usize,
    number: u64,
    ended: bool,
    seen: HashMap<u64, u32>,
}

impl<R: BufRead> Lines<R> {
    /// The lines of `reader`.
    pub(super) fn new(reader: R) -> Self {
        Self::up_to(LONGEST_LINE, reader)
    }

    fn up_to(longest: usize, reader: R) -> Self {
        Self { reader, longest, number: 0, ended: false, seen: HashMap::new() }
    }

    /// The text of the next line without its end; none at the end of the file. The second is false if it is too
    /// long; the text is cut then.
    fn read(&mut self) -> std::io::Result<Option<(Vec<u8>, bool)>> {
        let mut text = Vec::new();
        let room = u64::try_from(self.longest).unwrap_or(u64::MAX).saturating_add(2);
        self.reader.by_ref().take(room).read_until(b'\n', &mut text)?;
        if text.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let complete = text.last() == Some(&b'\n');
        if complete {
            text.pop();
        }
        if text.last() == Some(&b'\r') {
            text.pop();
        }
        if !complete && text.len() > self.longest {
            self.reader.skip_until(b'\n')?;
        }
        let fits = text.len() <= self.longest;
        Ok(Some((text, fits)))
    }

    fn line(&mut self, text: Vec<u8>, fits: bool) -> Line {
        let number = self.number;
        if !fits {
            return Line::Bad { number, reason: format!("longer than {} bytes", self.longest) };
        }
        match check(&text) {
            Ok(()) => Line::Draft { number, key: self.key(&text), body: text.into() },
            Err(reason) => Line::Bad { number, reason },
        }
    }

    /// Hash of the text and how many times it has come, this one included. Whoever deposits the same text twice in
    /// one file wants two drafts; whoever runs the file twice does not want four.
    fn key(&mut self, text: &[u8]) -> String {
        let hash = Sha256::digest(text);
        // Eight bytes tell lines apart well enough to count them: should two share them, their numbers have gaps
        // and the keys still differ. It keeps a file of ten million lines under 400 MB.
        let short = hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
        let occurrence = self.seen.entry(short).and_modify(|count| *count += 1).or_insert(1);
        format!("{}-{occurrence}", hex::encode(hash))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while !self.ended {
            match self.read() {
                Ok(None) => self.ended = true,
                Ok(Some((text, _))) if text.trim_ascii().is_empty() => {}
                Ok(Some((text, fits))) => return Some(self.line(text, fits)),
                Err(error) => {
                    self.ended = true;
                    let reason = format!("cannot read on after line {}: {error}", self.number);
                    return Some(Line::Unreadable { reason });
                }
            }
        }
        None
    }
}

/// Only what is a JSON object is worth sending; what the draft holds is the repository's to judge.
fn check(text: &[u8]) -> Result<(), String> {
    serde_json::from_slice::<IgnoredAny>(text).map_err(|error| format!("not JSON: {error}"))?;
    if text.trim_ascii_start().first() == Some(&b'{') { Ok(()) } else { Err("not a JSON object".into()) }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    fn read(text: &[u8]) -> Vec<Line> {
        Lines::up_to(20, Cursor::new(text.to_vec())).collect()
    }

    fn keys(text: &str) -> Vec<String> {
        let key = |line| if let Line::Draft { key, .. } = line { Some(key) } else { None };
        read(text.as_bytes()).into_iter().filter_map(key).collect()
    }

    fn bad(line: &Line) -> (u64, &str) {
        if let Line::Bad { number, reason } = line { (*number, reason) } else { panic!("{line:?}") }
    }

    #[test]
    fn a_key_is_the_hash_of_the_line_and_its_occurrence() {
        let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(keys("{}\n{}\r\n\n{}"), [format!("{hash}-1"), format!("{hash}-2"), format!("{hash}-3")]);
    }

    #[test]
    fn keys_do_not_depend_on_other_lines() {
        let (one, two) = (keys("{}\n{\"a\":1}\n{}"), keys("{\"a\":1}\nnonsense\n\n{}\n{}"));
        assert_eq!(one.len(), 3);
        assert!(one.iter().all(|key| two.contains(key)), "{one:?} {two:?}");
    }

    #[test]
    fn bad_lines_are_told_by_number_and_the_rest_is_read() {
        let lines = read(b"{}\n\n{\"a\":\n[1]\nnull\n{} {}\n{\"b\":1}");
        assert_eq!(lines.len(), 6);
        assert_eq!(bad(&lines[1]), (3, "not JSON: EOF while parsing a value at line 1 column 5"));
        assert_eq!(bad(&lines[2]), (4, "not a JSON object"));
        assert_eq!(bad(&lines[3]), (5, "not a JSON object"));
        assert_eq!(bad(&lines[4]), (6, "not JSON: trailing characters at line 1 column 4"));
        assert!(matches!(&lines[5], Line::Draft { number: 7, body, .. } if body == "{\"b\":1}"));
    }

    #[test]
    fn a_line_at_the_limit_is_taken_and_a_longer_one_is_skipped_whole() {
        let fits = format!("{{\"a\":\"{}\"}}", "x".repeat(12));
        assert_eq!(fits.len(), 20);
        for end in ["", "\n", "\r\n", "\n{}"] {
            assert!(matches!(read(format!("{fits}{end}").as_bytes())[0], Line::Draft { .. }), "{end:?}");
        }
        for length in [13, 14, 15, 16, 1_000] {
            for end in ["\n", "\r\n"] {
                let lines = read(format!("{{\"a\":\"{}\"}}{end}{{}}", "x".repeat(length)).as_bytes());
                assert_eq!(lines.len(), 2, "{length} {end:?}");
                assert_eq!(bad(&lines[0]), (1, "longer than 20 bytes"));
                assert!(matches!(lines[1], Line::Draft { number: 2, .. }));
            }
        }
    }

    #[test]
    fn a_file_that_breaks_off_ends_with_the_reason() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the disk is gone"))
            }
        }
        let lines: Vec<_> = Lines::new(BufReader::new(Cursor::new("{}\n").chain(Broken))).collect();
        assert!(matches!(lines[0], Line::Draft { .. }));
        let reason = "cannot read on after line 1: the disk is gone".to_owned();
        assert_eq!(lines[1..], [Line::Unreadable { reason }]);
    }
}
