//! The list of what an archive holds.

use std::collections::HashMap;
use std::ops::ControlFlow;

use rawzip::ZipFileHeaderRecord;

use super::directory::{Walked, declared, locate, walk};
use super::window::Window;
use super::{LISTING_BYTES, Problem, Ranges, names};

/// What an archive holds, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The members that are files, in the order of the central directory.
    pub entries: Vec<Member>,
    /// How many files there are. Of a truncated list: how many entries the archive says it has, without the
    /// directories that are listed.
    pub total: u64,
    /// Whether there is more than is listed.
    pub truncated: bool,
    /// The directories that have an entry of their own.
    pub directories: Vec<Directory>,
    /// Where the central directory begins, in bytes: `metadata.zip_toc_position` of the file.
    pub toc_position: u64,
}

/// A file in an archive, as the central directory describes it: nothing of it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name as the archive has it. It may contain anything; use it to look up, never as a path.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Bytes in the archive.
    pub compressed_size: u64,
    /// `application/octet-stream`, until somebody who knows better fills it.
    pub mimetype: String,
    /// CRC-32 of the bytes.
    pub crc: u32,
}

/// A directory with an entry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The name without the `/` at its end.
    pub key: String,
    /// The names, as the archive has them, of the files that are listed directly below it.
    pub entries: Vec<String>,
}

impl Member {
    pub(super) fn of(record: &ZipFileHeaderRecord<'_>) -> Self {
        Self {
            key: names::decoded(record.file_path().as_bytes()).into_owned(),
            size: record.uncompressed_size_hint(),
            compressed_size: record.compressed_size_hint(),
            mimetype: "application/octet-stream".to_owned(),
            crc: record.crc32(),
        }
    }
}

/// Lists at most `most` entries, files and directories together ([`super::MOST_LISTED`] is InvenioRDM's number).
///
/// Reads of the directory at most [`LISTING_BYTES`], however large the archive is.
///
/// # Errors
/// [`Problem`]: what lies there is no archive, or one whose directory is damaged.
pub async fn list(source: &dyn Ranges, most: usize) -> Result<Listing, Problem> {
    let window = Window::over(source);
    let archive = locate(&window).await?;
    let (mut entries, mut directories) = (Vec::new(), Vec::<Directory>::new());
    let walked = walk(&archive, LISTING_BYTES, |record| {
        if entries.len() + directories.len() >= most {
            return Ok(ControlFlow::Break(()));
        }
        let member = Member::of(record);
        match member.key.strip_suffix('/') {
            Some(key) => directories.push(Directory { key: key.to_owned(), entries: Vec::new() }),
            None => entries.push(member),
        }
        Ok(ControlFlow::Continue(()))
    });
    let truncated = walked.await? == Walked::Part;
    let seen = (entries.len() + directories.len()) as u64;
    // What the archive says may be less than what it has.
    let all = if truncated { declared(&archive).max(seen + 1) } else { seen };
    let total = all - directories.len() as u64;
    fill(&mut directories, &entries);
    Ok(Listing { entries, total, truncated, directories, toc_position: archive.directory_offset() })
}

/// Tells each directory which files lie directly below it.
fn fill(directories: &mut [Directory], members: &[Member]) {
    let mut below: HashMap<String, Vec<String>> = HashMap::new();
    for Member { key, .. } in members {
        if let Some((parent, _)) = key.rsplit_once('/') {
            below.entry(parent.to_owned()).or_default().push(key.clone());
        }
    }
    for directory in directories {
        directory.entries = below.remove(&directory.key).unwrap_or_default();
    }
}
