//! Versions of objects, in SQL.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_ports::{Ids, ids::RandomIds};
use rusqlite::{Connection, OptionalExtension, Row, params};
use s3s::dto::Timestamp;

use super::{
    contents::{self, Content},
    failure::Result,
    headers::Headers,
    listing::{Listed, Position},
    writer::Transaction,
};

/// A version of an object.
#[derive(Debug, Clone)]
pub(super) struct Version {
    /// In the order in which they were made.
    pub(super) seq: i64,
    pub(super) key: String,
    pub(super) id: String,
    pub(super) latest: bool,
    /// Microseconds since 1970.
    pub(super) created: i64,
    /// None: it marks the object as deleted.
    pub(super) content: Option<Content>,
    /// JSON, read where it is needed only.
    headers: String,
}

impl Version {
    pub(super) fn headers(&self) -> Result<Headers> {
        Ok(serde_json::from_str(&self.headers)?)
    }

    /// To the second, as HTTP tells it.
    pub(super) fn modified(&self) -> Timestamp {
        instant(self.created)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            key: row.get(1)?,
            id: row.get(2)?,
            latest: row.get(3)?,
            created: row.get(4)?,
            headers: row.get(5)?,
            content: Content::read(row, 6)?,
        })
    }
}

impl Listed for Version {
    fn key(&self) -> &str {
        &self.key
    }

    fn seq(&self) -> i64 {
        self.seq
    }
}

/// An instant in microseconds, to the second.
pub(super) fn instant(micros: i64) -> Timestamp {
    let seconds = u64::try_from(micros / 1_000_000).unwrap_or_default();
    (std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).into()
}

/// An id that cannot be guessed, of 32 letters.
pub(super) fn random_id() -> String {
    let mut random = [0; 24];
    RandomIds.fill(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

fn select(rest: &str) -> String {
    let columns = contents::COLUMNS;
    format!(
        "SELECT versions.seq, key, versions.id, latest, created, headers, {columns}
         FROM versions LEFT JOIN contents ON contents.id = versions.content {rest}"
    )
}

/// The version with this id, or the latest.
pub(super) fn find(connection: &Connection, key: &str, id: Option<&str>) -> Result<Option<Version>> {
    let found = match id {
        Some(id) => connection
            .prepare_cached(&select("WHERE key = ?1 AND versions.id = ?2"))?
            .query_row([key, id], Version::read),
        None => connection
            .prepare_cached(&select("WHERE key = ?1 AND latest = 1"))?
            .query_row([key], Version::read),
    };
    Ok(found.optional()?)
}

/// Adds a version, which is the latest then; without a content it is a delete marker. Answers its id.
pub(super) fn add(
    transaction: &Transaction<'_>,
    key: &str,
    content: Option<i64>,
    headers: &Headers,
) -> Result<(i64, String)> {
    let connection = transaction.connection;
    connection
        .prepare_cached("UPDATE versions SET latest = 0 WHERE key = ?1 AND latest = 1")?
        .execute([key])?;
    let id = random_id();
    let sql =
        "INSERT INTO versions (key, id, latest, created, content, headers) VALUES (?1, ?2, 1, ?3, ?4, ?5)";
    let headers = serde_json::to_string(headers)?;
    connection.prepare_cached(sql)?.execute(params![key, id, transaction.now, content, headers])?;
    Ok((connection.last_insert_rowid(), id))
}

/// Removes a version and its content; the one before it, if any, is the latest then.
pub(super) fn remove(transaction: &mut Transaction<'_>, version: &Version) -> Result<()> {
    let connection = transaction.connection;
    connection.prepare_cached("DELETE FROM versions WHERE seq = ?1")?.execute([version.seq])?;
    if version.latest {
        let sql = "UPDATE versions SET latest = 1 WHERE seq = (SELECT max(seq) FROM versions WHERE key = ?1)";
        connection.prepare_cached(sql)?.execute([&version.key])?;
    }
    if let Some(content) = &version.content {
        transaction.freed.extend(contents::free(connection, content.id)?);
    }
    Ok(())
}

/// Versions from a position on, by key, the latest first.
pub(super) fn all_from(connection: &Connection, from: &Position, most: usize) -> Result<Vec<Version>> {
    let sql = select(
        "WHERE key >= ?1 AND (key > ?1 OR versions.seq < ?2) ORDER BY key, versions.seq DESC LIMIT ?3",
    );
    let before = from.seq.unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![from.key, before, limit(most)], Version::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Objects from a position on, by key: latest versions that are no delete markers.
pub(super) fn latest_from(connection: &Connection, from: &Position, most: usize) -> Result<Vec<Version>> {
    let sql = select("WHERE latest = 1 AND content IS NOT NULL AND key >= ?1 ORDER BY key LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    // An object has one latest version: after it comes the next key.
    let after = from.seq.map_or_else(|| from.key.clone(), |_| format!("{}\0", from.key));
    let rows = statement.query_map(params![after, limit(most)], Version::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
