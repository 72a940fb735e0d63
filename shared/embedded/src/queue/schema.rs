//! The database of queues: one table.

use std::path::Path;

use cairn_ports::queue::QueueError;
use rusqlite::Connection;

use crate::statements;

/// The version of the table below, kept in `user_version`.
const VERSION: i64 = 2;

/// `queue` is the name of a queue or of a dead-letter queue. `visible` is the instant from which a message can be
/// received, and its lease: another receive sets another instant. Instants are microseconds since 1970. `interrupted` counts
/// how often whoever had received it was gone before it said anything.
const TABLES: &str = "
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        body TEXT NOT NULL,
        sent INTEGER NOT NULL,
        visible INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        interrupted INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX messages_visible ON messages (queue, visible);
    PRAGMA user_version = 2;
";

/// From version 1 on: the columns that came later.
const UPGRADE: &str = "
    ALTER TABLE messages ADD COLUMN interrupted INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 2;
";

/// A process that ends is no failure of what it was about to do, unless it happens too often: a message that ends the
/// process each time has to die in the end.
const INTERRUPTIONS: i64 = 50;

const SETTINGS: &str = "
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -4096;
    PRAGMA busy_timeout = 600000;
    PRAGMA journal_size_limit = 67108864;
";

/// Opens `queues.db` of a folder, made if absent.
pub(super) fn open_folder(folder: &Path, now: i64) -> Result<Connection, QueueError> {
    let connection = Connection::open(folder.join(super::FILE)).map_err(failed)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    let connection = prepare(connection)?;
    // One process has the folder at a time: whoever held a lease is gone.
    let release = "UPDATE messages SET visible = ?1, interrupted = interrupted + 1,
            receives = receives - CASE WHEN interrupted < ?2 THEN 1 ELSE 0 END
        WHERE receives > 0 AND visible > ?1";
    connection.execute(release, [now, INTERRUPTIONS]).map_err(failed)?;
    Ok(connection)
}

/// Queues in memory.
pub(super) fn open_memory() -> Result<Connection, QueueError> {
    prepare(Connection::open_in_memory().map_err(failed)?)
}

fn prepare(mut connection: Connection) -> Result<Connection, QueueError> {
    connection.execute_batch(SETTINGS).map_err(failed)?;
    statements::keep(&connection, 32).map_err(failed)?;
    let transaction = connection.transaction().map_err(failed)?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0)).map_err(failed)?;
    if tables == 0 {
        transaction.execute_batch(TABLES).map_err(failed)?;
    }
    let old: i64 = transaction.query_row("PRAGMA user_version", (), |row| row.get(0)).map_err(failed)?;
    if old == 1 {
        transaction.execute_batch(UPGRADE).map_err(failed)?;
    }
    let version: i64 = transaction.query_row("PRAGMA user_version", (), |row| row.get(0)).map_err(failed)?;
    if version != VERSION {
        return Err(QueueError::Unavailable(format!("queues.db has version {version}, not {VERSION}")));
    }
    transaction.commit().map_err(failed)?;
    Ok(connection)
}

/// Nothing was done.
#[expect(clippy::needless_pass_by_value, reason = "so that it can be named in map_err")]
pub(super) fn failed(error: rusqlite::Error) -> QueueError {
    QueueError::Unavailable(error.to_string())
}
