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

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_compiled_once_whatever_is_bound_to_it() {
        let connection = Connection::open_in_memory().unwrap();
        let tables =
            "CREATE TABLE items (tbl TEXT, n INTEGER); CREATE INDEX some ON items (n) WHERE tbl = 'x'";
        connection.execute_batch(tables).unwrap();
        let compiled_anew = || {
            let mut statement = connection.prepare("SELECT n FROM items WHERE tbl = ?1 AND n > ?2").unwrap();
            for (table, number) in [("x", 1), ("y", 2), ("x", 3)] {
                assert!(!statement.exists((table, number)).unwrap());
            }
            statement.get_status(StatementStatus::RePrepare)
        };
        assert_ne!(compiled_anew(), 0);
        keep(&connection, 1).unwrap();
        assert_eq!(compiled_anew(), 0);
    }
}
