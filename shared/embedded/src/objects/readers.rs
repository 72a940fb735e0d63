//! Connections for reading.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use rusqlite::Connection;

use super::{failure::Result, schema};

/// Connections kept open between reads; more are opened while more threads read at once.
const KEPT: usize = 4;

/// A reader sees all commits made before it began, and never waits for the writer.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn of(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default() }
    }

    /// Lends a connection to `read`, which sees the database as it is at one moment.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => schema::open_reader(&self.path)?,
        };
        let moment = connection.unchecked_transaction()?;
        let answer = read(&moment);
        moment.finish()?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        answer
    }
}
