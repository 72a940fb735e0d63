//! One process at a time may write a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Name of the lock file.
pub(crate) const LOCK: &str = "lock";

/// The right to write a data folder, until dropped. The operating system takes it back when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// Takes the lock of an existing folder. The error says so if another process holds it.
    pub fn take(data: &Path) -> io::Result<Self> {
        let path = data.join(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                format!("the data folder {} is in use: a repository runs on it", data.display()),
            )),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_holds_the_lock() {
        let data = tempfile::tempdir().unwrap();
        let first = DataLock::take(data.path()).unwrap();
        assert!(DataLock::take(data.path()).unwrap_err().to_string().contains("is in use"));
        drop(first);
        DataLock::take(data.path()).unwrap();
    }
}
