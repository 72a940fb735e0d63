//! What a file is packed in: gzip, TAR, ZIP, one in the other. What it is shows in its first bytes, whatever its name.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    ops::ControlFlow,
    sync::atomic::{AtomicU64, Ordering},
};

use flate2::bufread::MultiGzDecoder;

const BUFFER: usize = 1 << 16;
/// How often something may be packed in something else.
const DEPTH: usize = 4;
/// Where a TAR archive says that it is one, and what.
const TAR: (usize, &[u8]) = (257, b"ustar");
const GZIP: &[u8] = &[0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const ZIP: &[u8] = b"PK\x03\x04";

/// Takes one file after the other, by name.
type Take<'t> = dyn FnMut(&str, &mut dyn BufRead) -> io::Result<ControlFlow<()>> + 't;

/// A file that tells how far it was read.
struct Watched<'p> {
    file: File,
    position: &'p AtomicU64,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.position.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = self.file.seek(to)?;
        self.position.store(place, Ordering::Relaxed);
        Ok(place)
    }
}

/// Hands over what is in a file: itself, or those of its members whose names end so, in their order.
pub(crate) fn members(
    file: File,
    name: &str,
    endings: &[&str],
    position: &AtomicU64,
    take: &mut Take<'_>,
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER, Watched { file, position });
    if reader.fill_buf()?.starts_with(ZIP) {
        return unzip(reader, endings, take);
    }
    open(name, &mut reader, endings, DEPTH, take).map(drop)
}

fn open(
    name: &str,
    reader: &mut dyn BufRead,
    endings: &[&str],
    depth: usize,
    take: &mut Take<'_>,
) -> io::Result<ControlFlow<()>> {
    let head = reader.fill_buf()?;
    if depth > 0 && head.starts_with(GZIP) {
        let inside = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".tgz")).unwrap_or(name);
        let mut plain = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(reader));
        return open(inside, &mut plain, endings, depth - 1, take);
    }
    if depth > 0 && head.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1)) {
        return untar(reader, endings, depth - 1, take);
    }
    if head.starts_with(BYTE_ORDER_MARK) {
        reader.consume(BYTE_ORDER_MARK.len());
    }
    take(name, reader)
}

fn untar(
    reader: &mut dyn BufRead,
    endings: &[&str],
    depth: usize,
    take: &mut Take<'_>,
) -> io::Result<ControlFlow<()>> {
    let mut archive = tar::Archive::new(reader);
    for member in archive.entries()? {
        let member = member?;
        let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
        if member.header().entry_type().is_file() && is_wanted(&name, endings) {
            let mut member = BufReader::with_capacity(BUFFER, member);
            if open(&name, &mut member, endings, depth, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn unzip(reader: impl Read + Seek, endings: &[&str], take: &mut Take<'_>) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(reader).map_err(io::Error::from)?;
    let mut names = Vec::new();
    for name in archive.file_names() {
        let name = name.map_err(io::Error::from)?;
        if is_wanted(&name, endings) {
            names.push(name.into_owned());
        }
    }
    // ROR's dumps held the same in two versions of its schema for a while.
    if names.iter().any(|name| name.contains("schema_v2")) {
        names.retain(|name| name.contains("schema_v2"));
    }
    for name in names {
        let member = archive.by_name(&name).map_err(io::Error::from)?;
        let mut member = BufReader::with_capacity(BUFFER, member);
        if open(&name, &mut member, endings, DEPTH, take)?.is_break() {
            break;
        }
    }
    Ok(())
}

fn is_wanted(name: &str, endings: &[&str]) -> bool {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    endings.iter().any(|ending| plain.ends_with(ending))
}
