//! Uploads in parts, in SQL.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    contents::{self, Content},
    failure::Result,
    headers::Headers,
    listing::{Listed, Position},
    versions::{limit, random_id},
    writer::Transaction,
};

/// An upload that has begun.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) key: String,
    /// Microseconds since 1970.
    pub(super) created: i64,
    /// As the client named it when it began.
    pub(super) algorithm: Option<String>,
    /// What completing it made, in JSON.
    pub(super) outcome: Option<String>,
    headers: String,
}

impl Upload {
    pub(super) fn headers(&self) -> Result<Headers> {
        Ok(serde_json::from_str(&self.headers)?)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            key: row.get(2)?,
            created: row.get(3)?,
            algorithm: row.get(4)?,
            headers: row.get(5)?,
            outcome: row.get(6)?,
        })
    }
}

impl Listed for Upload {
    fn key(&self) -> &str {
        &self.key
    }

    fn seq(&self) -> i64 {
        self.seq
    }
}

/// A part that has come.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) number: i32,
    /// Microseconds since 1970.
    pub(super) created: i64,
    pub(super) content: Content,
}

const COLUMNS: &str = "seq, id, key, created, algorithm, headers, outcome";

/// Begins an upload; answers its id.
pub(super) fn add(
    transaction: &Transaction<'_>,
    key: &str,
    headers: &Headers,
    algorithm: Option<&str>,
) -> Result<String> {
    let id = random_id();
    let sql = "INSERT INTO uploads (id, key, created, headers, algorithm) VALUES (?1, ?2, ?3, ?4, ?5)";
    let headers = serde_json::to_string(headers)?;
    let mut insert = transaction.connection.prepare_cached(sql)?;
    insert.execute(params![id, key, transaction.now, headers, algorithm])?;
    Ok(id)
}

/// The upload with this id, also one that is completed, if it is one of the key.
pub(super) fn find(connection: &Connection, key: &str, id: &str) -> Result<Option<Upload>> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE id = ?1 AND key = ?2");
    let mut select = connection.prepare_cached(&sql)?;
    Ok(select.query_row([id, key], Upload::read).optional()?)
}

/// Uploads that go on, from a position on, by key, the oldest first.
pub(super) fn all_from(connection: &Connection, from: &Position, most: usize) -> Result<Vec<Upload>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM uploads
         WHERE completed IS NULL AND key >= ?1 AND (key > ?1 OR seq > ?2) ORDER BY key, seq LIMIT ?3"
    );
    let mut select = connection.prepare_cached(&sql)?;
    let rows = select.query_map(params![from.key, from.seq.unwrap_or(0), limit(most)], Upload::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts a part in its place; one that was there before goes.
pub(super) fn put_part(
    transaction: &mut Transaction<'_>,
    upload: &Upload,
    number: i32,
    content: i64,
) -> Result<()> {
    let connection = transaction.connection;
    let sql = "SELECT content FROM parts WHERE upload = ?1 AND number = ?2";
    let before: Option<i64> = connection
        .prepare_cached(sql)?
        .query_row(params![upload.seq, number], |row| row.get(0))
        .optional()?;
    let sql = "INSERT OR REPLACE INTO parts (upload, number, content, created) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![upload.seq, number, content, transaction.now])?;
    if let Some(before) = before {
        transaction.freed.extend(contents::free(connection, before)?);
    }
    Ok(())
}

/// Parts after a number, in their order.
pub(super) fn parts(connection: &Connection, upload: &Upload, after: i32, most: usize) -> Result<Vec<Part>> {
    let columns = contents::COLUMNS;
    let sql = format!(
        "SELECT parts.number, parts.created, {columns} FROM parts JOIN contents ON contents.id = parts.content
         WHERE parts.upload = ?1 AND parts.number > ?2 ORDER BY parts.number LIMIT ?3"
    );
    let mut select = connection.prepare_cached(&sql)?;
    let rows = select.query_map(params![upload.seq, after, limit(most)], |row| {
        let content = Content::read(row, 2)?;
        Ok((row.get(0)?, row.get(1)?, content))
    })?;
    let mut parts = Vec::new();
    for row in rows {
        let (number, created, content) = row?;
        parts.extend(content.map(|content| Part { number, created, content }));
    }
    Ok(parts)
}

/// Removes the parts of an upload and their contents.
fn remove_parts(transaction: &mut Transaction<'_>, upload: &Upload) -> Result<()> {
    let connection = transaction.connection;
    let sql = "DELETE FROM parts WHERE upload = ?1 RETURNING content";
    let mut delete = connection.prepare_cached(sql)?;
    let contents =
        delete.query_map([upload.seq], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    for content in contents {
        transaction.freed.extend(contents::free(connection, content)?);
    }
    Ok(())
}

/// Removes an upload and its parts.
pub(super) fn remove(transaction: &mut Transaction<'_>, upload: &Upload) -> Result<()> {
    remove_parts(transaction, upload)?;
    transaction.connection.prepare_cached("DELETE FROM uploads WHERE seq = ?1")?.execute([upload.seq])?;
    Ok(())
}

/// Ends an upload, whose object names the files of its parts by now, and remembers what it made.
pub(super) fn complete(transaction: &mut Transaction<'_>, upload: &Upload, outcome: &str) -> Result<()> {
    remove_parts(transaction, upload)?;
    let sql = "UPDATE uploads SET completed = ?2, outcome = ?3 WHERE seq = ?1";
    let mut update = transaction.connection.prepare_cached(sql)?;
    update.execute(params![upload.seq, transaction.now, outcome])?;
    Ok(())
}

/// Forgets what uploads made that were completed before an instant.
pub(super) fn forget(connection: &Connection, before: i64) -> Result<usize> {
    Ok(connection.prepare_cached("DELETE FROM uploads WHERE completed < ?1")?.execute([before])?)
}
