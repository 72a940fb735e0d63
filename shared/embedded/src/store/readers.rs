//! Connections for reading.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use cairn_ports::StoreError;
use rusqlite::Connection;

use super::schema;

/// Connections kept open between reads; more are opened while more threads read at once.
const KEPT: usize = 4;

/// Where reads go.
pub(super) enum Readers {
    /// To connections of their own: a reader sees all commits made before it began, and never waits for the writer.
    File { path: PathBuf, idle: Mutex<Vec<Connection>> },
    /// In memory there is one connection, the writer's.
    Memory(Arc<Mutex<Connection>>),
}

impl Readers {
    pub(super) fn of_file(path: PathBuf) -> Self {
        Self::File { path, idle: Mutex::default() }
    }

    pub(super) fn of_memory(connection: Arc<Mutex<Connection>>) -> Self {
        Self::Memory(connection)
    }

    /// Lends a connection to `read`.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::Memory(connection) => read(&connection.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::File { path, idle } => {
                let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let connection = match kept {
                    Some(connection) => connection,
                    None => schema::open_reader(path)?,
                };
                // After a failure the connection is closed: the next read begins afresh.
                let answer = read(&connection)?;
                let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
                if idle.len() < KEPT {
                    idle.push(connection);
                }
                Ok(answer)
            }
        }
    }
}
