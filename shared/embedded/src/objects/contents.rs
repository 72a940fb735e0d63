//! Contents, in SQL: runs of bytes in data files, with their checksums.

use rusqlite::{Connection, Row, params};
use s3s::dto::{Checksum, ChecksumType};

use super::failure::Result;

/// A part of a content that is one data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) file: String,
    pub(super) size: u64,
}

/// What is known of a run of bytes.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// The row; 0 if there is none yet.
    pub(super) id: i64,
    pub(super) size: u64,
    /// Without quotes.
    pub(super) etag: String,
    /// Those that are known.
    pub(super) checksums: Checksum,
}

/// The columns of a content, after those of what it belongs to.
pub(super) const COLUMNS: &str = "contents.id, contents.size, contents.etag, contents.crc32, contents.crc32c,
    contents.crc64nvme, contents.sha1, contents.sha256";

impl Content {
    /// Reads [`COLUMNS`] from `at` on, if there is a content.
    pub(super) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Self>> {
        let Some(id) = row.get(at)? else { return Ok(None) };
        let checksums = Checksum {
            checksum_crc32: row.get(at + 3)?,
            checksum_crc32c: row.get(at + 4)?,
            checksum_crc64nvme: row.get(at + 5)?,
            checksum_sha1: row.get(at + 6)?,
            checksum_sha256: row.get(at + 7)?,
            checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
        };
        let size: i64 = row.get(at + 1)?;
        Ok(Some(Self { id, size: size.unsigned_abs(), etag: row.get(at + 2)?, checksums }))
    }
}

/// Adds a content; answers its row.
pub(super) fn add(connection: &Connection, content: &Content, pieces: &[Piece]) -> Result<i64> {
    let sums = &content.checksums;
    let sql = "INSERT INTO contents (size, etag, crc32, crc32c, crc64nvme, sha1, sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection.prepare_cached(sql)?.execute(params![
        content.size.cast_signed(),
        content.etag,
        sums.checksum_crc32,
        sums.checksum_crc32c,
        sums.checksum_crc64nvme,
        sums.checksum_sha1,
        sums.checksum_sha256,
    ])?;
    let id = connection.last_insert_rowid();
    let sql = "INSERT INTO pieces (content, number, file, size) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = connection.prepare_cached(sql)?;
    for (number, piece) in (1_i64..).zip(pieces) {
        insert.execute(params![id, number, piece.file, piece.size.cast_signed()])?;
    }
    Ok(id)
}

/// The pieces of a content, in their order.
pub(super) fn pieces(connection: &Connection, content: i64) -> Result<Vec<Piece>> {
    let sql = "SELECT file, size FROM pieces WHERE content = ?1 ORDER BY number";
    let mut select = connection.prepare_cached(sql)?;
    let rows = select.query_map([content], |row| {
        let size: i64 = row.get(1)?;
        Ok(Piece { file: row.get(0)?, size: size.unsigned_abs() })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Removes a content; answers the data files that nothing names any more.
pub(super) fn free(connection: &Connection, content: i64) -> Result<Vec<String>> {
    let pieces = pieces(connection, content)?;
    connection.prepare_cached("DELETE FROM pieces WHERE content = ?1")?.execute([content])?;
    connection.prepare_cached("DELETE FROM contents WHERE id = ?1")?.execute([content])?;
    let mut freed = Vec::new();
    for piece in pieces {
        if !is_named(connection, &piece.file)? {
            freed.push(piece.file);
        }
    }
    freed.sort_unstable();
    freed.dedup();
    Ok(freed)
}

/// Whether a content names the data file.
pub(super) fn is_named(connection: &Connection, file: &str) -> Result<bool> {
    let mut select = connection.prepare_cached("SELECT 1 FROM pieces WHERE file = ?1 LIMIT 1")?;
    Ok(select.exists([file])?)
}
