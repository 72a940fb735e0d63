//! Queues that stand still while they and the store are copied, also where another process serves them.

use std::path::Path;

use cairn_ports::queue::QueueError;
use rusqlite::{Connection, OpenFlags, backup::Backup};

use super::{FILE, schema::failed};

/// Holds the right to write: nothing is sent, received or deleted meanwhile, and senders and consumers wait.
///
/// What is copied of the store in this time fits the copy of the queues: an event that has left the outbox is on them.
pub struct Standstill {
    lock: Connection,
    path: std::path::PathBuf,
}

impl Standstill {
    /// Stops the queues of a folder. `None` where there are none.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] if they cannot be read, or do not come to a stop within ten minutes.
    pub fn of(folder: &Path) -> Result<Option<Self>, QueueError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let lock = Connection::open_with_flags(&path, flags).map_err(failed)?;
        lock.execute_batch("PRAGMA busy_timeout = 600000; BEGIN IMMEDIATE").map_err(failed)?;
        Ok(Some(Self { lock, path }))
    }

    /// Copies the queues into a folder that has none, and lets them go on.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] if the copy cannot be written.
    pub fn copy_to(self, folder: &Path) -> Result<(), QueueError> {
        let source =
            Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
        let mut copy = Connection::open(folder.join(FILE)).map_err(failed)?;
        Backup::new(&source, &mut copy).and_then(|backup| backup.step(-1)).map_err(failed)?;
        copy.close().map_err(|(_, error)| failed(error))?;
        self.lock.execute_batch("ROLLBACK").map_err(failed)
    }
}
