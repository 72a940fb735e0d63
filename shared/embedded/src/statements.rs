//! Statements that are compiled once for each connection.

use rusqlite::{Connection, config::DbConfig};

/// Has a connection keep so many compiled statements, whatever values are bound to them.
///
/// Without the planner's stability guarantee SQLite compiles a statement anew at each binding that might decide for or
/// against a partial index; ours say themselves where they want one (<https://www.sqlite.org/c3ref/c_dbconfig_defensive.html>).
///
/// # Errors
/// The connection does not take the setting.
pub(crate) fn keep(connection: &Connection, statements: usize) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(statements);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}
