//! Archives that another implementation wrote, read by ranges.

mod fuzz;
mod hostile;
mod reading;

use std::io::{Cursor, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::Error;
use futures::executor::block_on;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Listing, MOST_LISTED, Problem, Ranges, find, list, open};

/// An object in memory that counts what is asked of it, and is asked for nothing that it does not have.
struct Object {
    bytes: Bytes,
    asked: AtomicU64,
    reads: AtomicU64,
}

impl Object {
    fn of(bytes: impl Into<Bytes>) -> Arc<Self> {
        Arc::new(Self { bytes: bytes.into(), asked: AtomicU64::new(0), reads: AtomicU64::new(0) })
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Ranges for Object {
    async fn read(&self, from: u64, length: u64) -> Result<Bytes, Error> {
        assert!(length > 0 && length <= 1 << 20, "{length} bytes at once");
        self.asked.fetch_add(length, Ordering::Relaxed);
        self.reads.fetch_add(1, Ordering::Relaxed);
        let (from, to) = (usize::try_from(from).unwrap(), usize::try_from(from + length).unwrap());
        assert!(to <= self.bytes.len(), "nothing is asked for beyond the end");
        Ok(self.bytes.slice(from..to))
    }

    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }
}

const STORED: CompressionMethod = CompressionMethod::Stored;
const DEFLATED: CompressionMethod = CompressionMethod::Deflated;

/// An archive of these files; names that end in `/` are directories.
fn archive(files: &[(&str, &[u8], CompressionMethod)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content, method) in files {
        let options = SimpleFileOptions::default().compression_method(*method);
        match name.strip_suffix('/') {
            Some(_) => writer.add_directory(*name, options).unwrap(),
            None => writer.start_file(*name, options).unwrap(),
        }
        writer.write_all(content).unwrap_or_default();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive of empty files.
fn numbered(count: usize) -> Vec<u8> {
    let names: Vec<String> = (0..count).map(|number| format!("{number:05}.txt")).collect();
    archive(&names.iter().map(|name| (name.as_str(), &b""[..], STORED)).collect::<Vec<_>>())
}

/// Bytes that hardly can be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Overwrites bytes of the archive, counted from the place where `signature` is found for the `nth` time.
fn patch(bytes: &mut [u8], signature: &[u8], nth: usize, offset: usize, with: &[u8]) {
    let places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(signature));
    let start = places.clone().nth(nth).unwrap() + offset;
    bytes[start..start + with.len()].copy_from_slice(with);
}

/// The same archive with a 64-bit end record (APPNOTE.TXT 4.3.14, 4.3.15).
fn with_64_bits(bytes: &[u8]) -> Vec<u8> {
    let (rest, end) = bytes.split_at(bytes.len() - 22);
    let wide = |from: usize, to: usize| [&end[from..to], &[0; 8][to - from..]].concat();
    let count = wide(10, 12);
    let mut out = rest.to_vec();
    for field in [b"PK\x06\x06", &44_u64.to_le_bytes()[..], &[45, 0, 45, 0], &[0; 8], &count, &count] {
        out.extend_from_slice(field);
    }
    for field in
        [&wide(12, 16)[..], &wide(16, 20), b"PK\x06\x07", &[0; 4], &rest.len().to_le_bytes(), &[1, 0, 0, 0]]
    {
        out.extend_from_slice(field);
    }
    out.extend_from_slice(&[END, &[0; 4], &[0xFF; 12], &[0; 2]].concat());
    out
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

fn listed(bytes: impl Into<Bytes>) -> Result<Listing, Problem> {
    block_on(list(&*Object::of(bytes), MOST_LISTED))
}

fn read(bytes: impl Into<Bytes>, path: &str) -> Result<Option<Vec<u8>>, Problem> {
    read_from(&Object::of(bytes), path)
}

fn read_from(object: &Arc<Object>, path: &str) -> Result<Option<Vec<u8>>, Problem> {
    block_on(async {
        let Some(located) = find(&**object, path).await? else { return Ok(None) };
        let mut content = open(object.clone(), &located);
        let mut bytes = Vec::new();
        while let Some(chunk) = content.next_chunk().await? {
            assert!(!chunk.is_empty() && chunk.len() <= 1 << 20);
            bytes.extend_from_slice(&chunk);
            assert!(bytes.len() as u64 <= located.member.size, "never more than was announced");
        }
        assert_eq!(bytes.len() as u64, located.member.size, "never less, without an error");
        Ok(Some(bytes))
    })
}

fn keys(listing: &Listing) -> Vec<&str> {
    listing.entries.iter().map(|member| member.key.as_str()).collect()
}
