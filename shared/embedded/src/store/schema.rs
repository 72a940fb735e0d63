//! The database: its tables, how connections are set up, and what is checked when it is opened.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use cairn_ports::StoreError;
use rusqlite::{Connection, OpenFlags};

use super::{
    error,
    marker::{self, Marker},
    verify,
};
use crate::statements;

/// The version of the tables below, kept in `user_version`.
const VERSION: i64 = 1;

/// `items` holds the items of all tables. `seq` numbers rows in the order of their first commit: the outbox is read by
/// it. `sum` is a checksum over the row. `works` remembers commits by id. `state` has one row, changed by every commit:
/// the number of commits, the last `seq`, and count and sum of the rows' checksums.
const TABLES: &str = "
    CREATE TABLE items (
        seq INTEGER PRIMARY KEY,
        tbl TEXT NOT NULL,
        pk TEXT NOT NULL,
        sk TEXT NOT NULL,
        revision INTEGER NOT NULL,
        body ANY NOT NULL,
        counters TEXT NOT NULL,
        expires INTEGER,
        sum INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX items_key ON items (tbl, pk, sk);
    CREATE INDEX items_outbox ON items (seq) WHERE tbl = 'outbox';
    CREATE INDEX items_expiring ON items (expires) WHERE expires IS NOT NULL;
    CREATE TABLE works (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        digest INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        commits INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        row_count INTEGER NOT NULL,
        row_sum INTEGER NOT NULL
    ) STRICT;
    INSERT INTO state VALUES (1, 0, 0, 0, 0);
    PRAGMA user_version = 1;
";

/// Settings of every connection. Cells are checked before they are used, and nothing in the file is ever run.
const SETTINGS: &str = "
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA busy_timeout = 5000;
";

/// Settings of the writing connection: a commit returns after the sync; the log is cut back to 64 MB.
const WRITER_SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 2000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -8192;
";

/// The database file of a folder.
pub(super) fn file_in(folder: &Path) -> PathBuf {
    folder.join("primary.db")
}

/// Opens the database of a folder for writing, made if absent, and checks it.
pub(super) fn open_folder(folder: &Path) -> Result<(Connection, Marker), StoreError> {
    std::fs::create_dir_all(folder).map_err(error::of_file)?;
    let acknowledged = marker::acknowledged(folder)?;
    let connection = Connection::open(file_in(folder)).map_err(error::of)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(error::of)?;
    let connection = prepare(connection)?;
    // Without the folder's sync a power cut could take the new file away, name and all.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(error::of_file)?;
    marker::compare(acknowledged, verify::commits(&connection)?)?;
    verify::all(&connection)?;
    Ok((connection, Marker::open(folder)?))
}

/// A database in memory.
pub(super) fn open_memory() -> Result<Connection, StoreError> {
    prepare(Connection::open_in_memory().map_err(error::of)?)
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(error::of)?;
    connection.execute_batch(SETTINGS).map_err(error::of)?;
    statements::keep(&connection, 32).map_err(error::of)?;
    Ok(connection)
}

fn prepare(mut connection: Connection) -> Result<Connection, StoreError> {
    connection.execute_batch(SETTINGS).map_err(error::of)?;
    connection.execute_batch(WRITER_SETTINGS).map_err(error::of)?;
    statements::keep(&connection, 32).map_err(error::of)?;
    let transaction = connection.transaction().map_err(error::of)?;
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))
        .map_err(error::of)?;
    // A new file has one page at most. Any other without tables has lost them, and must not be written over.
    let pages: i64 = transaction.query_row("PRAGMA page_count", (), |row| row.get(0)).map_err(error::of)?;
    if tables == 0 && pages <= 1 {
        transaction.execute_batch(TABLES).map_err(error::of)?;
    }
    let version: i64 =
        transaction.query_row("PRAGMA user_version", (), |row| row.get(0)).map_err(error::of)?;
    if version != VERSION {
        return Err(StoreError::Damaged(format!("the database has version {version}, not {VERSION}")));
    }
    transaction.commit().map_err(error::of)?;
    Ok(connection)
}
