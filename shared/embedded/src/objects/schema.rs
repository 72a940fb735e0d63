//! The database of objects: its tables, and how connections are set up.

use std::{
    io::{Error, ErrorKind},
    path::Path,
};

use rusqlite::{Connection, OpenFlags};

use crate::statements;

/// The version of the tables below, kept in `user_version`.
const VERSION: i64 = 1;

/// A content is a run of bytes with its checksums (in base64): `pieces` names the data files that hold it, one after the
/// other. Several pieces may name one file, which is there as long as one does. `versions` are the versions of
/// objects, in the order in which they were made; one without a content is a delete marker; `headers` is JSON. `uploads`
/// remembers what a completed one made (`outcome`), so that completing can be repeated. `arrivals` are objects that
/// have not been handed over. Instants are microseconds since 1970.
const TABLES: &str = "
    CREATE TABLE contents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        size INTEGER NOT NULL,
        etag TEXT NOT NULL,
        crc32 TEXT,
        crc32c TEXT,
        crc64nvme TEXT,
        sha1 TEXT,
        sha256 TEXT
    ) STRICT;
    CREATE TABLE pieces (
        content INTEGER NOT NULL,
        number INTEGER NOT NULL,
        file TEXT NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (content, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pieces_file ON pieces (file);
    CREATE TABLE versions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        latest INTEGER NOT NULL,
        created INTEGER NOT NULL,
        content INTEGER,
        headers TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX versions_key ON versions (key, seq DESC);
    CREATE UNIQUE INDEX versions_latest ON versions (key) WHERE latest = 1;
    CREATE TABLE uploads (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        created INTEGER NOT NULL,
        headers TEXT NOT NULL,
        algorithm TEXT,
        completed INTEGER,
        outcome TEXT
    ) STRICT;
    CREATE UNIQUE INDEX uploads_key ON uploads (key, seq) WHERE completed IS NULL;
    CREATE INDEX uploads_completed ON uploads (completed) WHERE completed IS NOT NULL;
    CREATE TABLE parts (
        upload INTEGER NOT NULL,
        number INTEGER NOT NULL,
        content INTEGER NOT NULL,
        created INTEGER NOT NULL,
        PRIMARY KEY (upload, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE arrivals (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        version TEXT NOT NULL,
        seq INTEGER NOT NULL,
        size INTEGER NOT NULL,
        etag TEXT NOT NULL,
        created INTEGER NOT NULL
    ) STRICT;
    PRAGMA user_version = 1;
";

/// Settings of every connection. Cells are checked before they are used, and nothing in the file is ever run.
const SETTINGS: &str = "
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA busy_timeout = 600000;
";

/// Settings of the writing connection: a commit returns after the sync; the log is cut back to 64 MB.
const WRITER_SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 2000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -8192;
";

/// Opens a database for writing, made if absent.
pub(super) fn open(path: &Path) -> std::io::Result<Connection> {
    let connection = Connection::open(path).map_err(Error::other)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(Error::other)?;
    prepare(connection, path)
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(SETTINGS)?;
    statements::keep(&connection, 32)?;
    Ok(connection)
}

fn prepare(mut connection: Connection, path: &Path) -> std::io::Result<Connection> {
    connection.execute_batch(SETTINGS).map_err(Error::other)?;
    connection.execute_batch(WRITER_SETTINGS).map_err(Error::other)?;
    statements::keep(&connection, 64).map_err(Error::other)?;
    let transaction = connection.transaction().map_err(Error::other)?;
    let number = |sql| transaction.query_row(sql, (), |row| row.get::<_, i64>(0)).map_err(Error::other);
    // A new file has one page at most. Any other without tables has lost them, and must not be written over.
    if number("SELECT count(*) FROM sqlite_schema")? == 0 && number("PRAGMA page_count")? <= 1 {
        transaction.execute_batch(TABLES).map_err(Error::other)?;
    }
    let version = number("PRAGMA user_version")?;
    if version != VERSION {
        let message = format!("`{}` has version {version}, not {VERSION}", path.display());
        return Err(Error::new(ErrorKind::InvalidData, message));
    }
    transaction.commit().map_err(Error::other)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_another_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("objects.db");
        open(&path).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
        assert_eq!(open(&path).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn a_database_can_be_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("objects.db");
        drop(open(&path).unwrap());
        open(&path).unwrap();
    }
}
