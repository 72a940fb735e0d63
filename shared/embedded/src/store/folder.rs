//! The store of a folder, for a process that does not serve it: copied and checked, also while another one serves it.

use std::{collections::BTreeMap, path::Path};

use cairn_ports::StoreError;
use rusqlite::{Connection, OpenFlags};

use super::{backup, error, marker, schema, verify};

/// Stored items by table.
pub type Counts = BTreeMap<String, u64>;

/// Copies the store in `data`, as it is at one moment, into `primary.db` of `folder`, checks the copy and tells what
/// it holds. Everything acknowledged before is in it.
///
/// # Errors
/// [`StoreError::Unavailable`] if a folder cannot be read or written; [`StoreError::Damaged`] if the copy does not pass
/// the check, or lacks what was acknowledged.
pub fn copy(data: &Path, folder: &Path) -> Result<Counts, StoreError> {
    let acknowledged = marker::acknowledged(data)?;
    let source = schema::open_reader(&schema::file_in(data))?;
    backup::copy(&source, folder)?;
    let copy = open_copy(folder)?;
    marker::compare(acknowledged, verify::commits(&copy)?)?;
    let counts = count(&copy)?;
    close(copy)?;
    Ok(counts)
}

/// Checks a copy that no process serves, and tells what it holds.
///
/// # Errors
/// As [`copy`].
pub fn check(folder: &Path) -> Result<Counts, StoreError> {
    let copy = open_copy(folder)?;
    verify::all(&copy)?;
    let counts = count(&copy)?;
    close(copy)?;
    Ok(counts)
}

/// The connection may write, although it does not: SQLite then removes its helper files when it closes.
fn open_copy(folder: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(schema::file_in(folder), flags).map_err(error::of)
}

fn close(connection: Connection) -> Result<(), StoreError> {
    connection.close().map_err(|(_, error)| error::of(error))
}

fn count(connection: &Connection) -> Result<Counts, StoreError> {
    let mut statement =
        connection.prepare("SELECT tbl, count(*) FROM items GROUP BY tbl").map_err(error::of)?;
    let rows = statement
        .query_map((), |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))
        .map_err(error::of)?;
    rows.collect::<Result<_, _>>().map_err(error::of)
}
