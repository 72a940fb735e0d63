//! Objects that have come and were not handed over yet.

use cairn_model::Timestamp;
use rusqlite::{Connection, params};

use super::{contents::Content, failure::Result, versions::limit, writer::Transaction};

/// An object that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// To forget it by.
    pub id: i64,
    /// The name of the bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// Without quotes.
    pub etag: String,
    /// The version id.
    pub version: String,
    /// Of two arrivals of one key, the later has the greater.
    pub sequencer: String,
    /// When its version was made.
    pub time: Timestamp,
}

/// Notes that a version is there, in the transaction that makes it so.
pub(super) fn add(
    transaction: &mut Transaction<'_>,
    key: &str,
    (seq, version): (i64, &str),
    content: &Content,
) -> Result<()> {
    let sql = "INSERT INTO arrivals (key, version, seq, size, etag, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![key, version, seq, content.size.cast_signed(), content.etag, transaction.now];
    transaction.connection.prepare_cached(sql)?.execute(values)?;
    transaction.arrived = true;
    Ok(())
}

/// The oldest.
pub(super) fn oldest(connection: &Connection, bucket: &str, most: usize) -> Result<Vec<Arrival>> {
    let sql = "SELECT id, key, size, etag, version, seq, created FROM arrivals ORDER BY id LIMIT ?1";
    let mut select = connection.prepare_cached(sql)?;
    let rows = select.query_map([limit(most)], |row| {
        let size: i64 = row.get(2)?;
        let seq: i64 = row.get(5)?;
        Ok(Arrival {
            id: row.get(0)?,
            bucket: bucket.to_owned(),
            key: row.get(1)?,
            size: size.unsigned_abs(),
            etag: row.get(3)?,
            version: row.get(4)?,
            sequencer: format!("{seq:016X}"),
            time: Timestamp::from_micros(row.get(6)?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets those that were handed over.
pub(super) fn forget(connection: &Connection, ids: &[i64]) -> Result<()> {
    let mut delete = connection.prepare_cached("DELETE FROM arrivals WHERE id = ?1")?;
    for id in ids {
        delete.execute([id])?;
    }
    Ok(())
}
