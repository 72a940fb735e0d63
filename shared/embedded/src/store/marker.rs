//! How many commits were acknowledged, noted beside the database.
//!
//! SQLite ends its log at the first frame whose checksum does not fit. That is right for a tail torn off before its sync,
//! and wrong for synced frames that were damaged later: their transactions would be gone without a word. So the number
//! of each commit is also written to `primary.commits`, after its sync and before it is acknowledged. A database that
//! has fewer commits than the file says has lost acknowledged ones. The file itself needs no sync: after a power cut it
//! may be behind, which is harmless, but it is never ahead.

use std::{
    fs::{File, OpenOptions},
    io::Read,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use cairn_ports::StoreError;
use flate2::Crc;

use super::error;

/// The file `primary.commits`.
pub(super) struct Marker {
    file: File,
}

impl Marker {
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = file_in(folder);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        Ok(Self { file: file.map_err(error::of_file)? })
    }

    /// Notes that all commits up to this number are synced.
    pub(super) fn write(&self, commits: i64) -> std::io::Result<()> {
        self.file.write_all_at(line(commits).as_bytes(), 0)
    }
}

/// The number that the folder's marker says. It must be read before the database is: another process may be serving
/// from the folder, and writing the marker just now.
pub(super) fn acknowledged(folder: &Path) -> Result<i64, StoreError> {
    let path = file_in(folder);
    if !path.try_exists().map_err(error::of_file)? {
        return Ok(0);
    }
    let once = || read(&File::open(&path).map_err(error::of_file)?);
    // A read may meet a write half-way; two in a row do not.
    once().or_else(|_| once())
}

/// Compares what was acknowledged with what a database has.
pub(super) fn compare(acknowledged: i64, commits: i64) -> Result<(), StoreError> {
    if acknowledged > commits {
        return Err(StoreError::Damaged(format!(
            "primary.db has {commits} commits, but {acknowledged} were acknowledged: its log `primary.db-wal` is \
             damaged or was replaced; restore a backup, or remove primary.commits to go on without them"
        )));
    }
    Ok(())
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("primary.commits")
}

fn read(mut file: &File) -> Result<i64, StoreError> {
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| damaged(&error.to_string()))?;
    // Empty, or zeros after a power cut: made, but never written out.
    if text.trim_matches('\0').is_empty() {
        return Ok(0);
    }
    parse(&text).ok_or_else(|| damaged("it is not a number with its checksum"))
}

fn damaged(why: &str) -> StoreError {
    StoreError::Damaged(format!("primary.commits: {why}"))
}

/// Always of one length, so that a newer line covers an older one.
fn line(commits: i64) -> String {
    let number = format!("{commits:020}");
    let mut crc = Crc::new();
    crc.update(number.as_bytes());
    format!("{number} {:08x}\n", crc.sum())
}

fn parse(text: &str) -> Option<i64> {
    let commits = text.get(..20)?.parse().ok()?;
    (text == line(commits)).then_some(commits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back_and_a_changed_one_is_not() {
        assert_eq!(parse(&line(42)), Some(42));
        assert_eq!(parse(&line(42).replace("42", "43")), None);
        assert_eq!(parse("42"), None);
    }
}
