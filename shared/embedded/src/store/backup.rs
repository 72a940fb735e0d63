//! A copy of the store while it serves.

use std::{fs::File, path::Path};

use cairn_ports::StoreError;
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use super::{error, schema, verify};

/// Copies all pages under one read transaction: the copy is the store as it was at one moment.
pub(super) fn copy(source: &Connection, folder: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(folder).map_err(error::of_file)?;
    let path = schema::file_in(folder);
    if path.exists() {
        return Err(StoreError::Unavailable(format!("`{}` exists already", path.display())));
    }
    let mut copy = Connection::open(&path).map_err(error::of)?;
    let outcome = Backup::new(source, &mut copy).and_then(|backup| backup.step(-1)).map_err(error::of)?;
    if outcome != StepResult::Done {
        return Err(StoreError::Unavailable(
            "the copy could not be finished, as the database was locked".into(),
        ));
    }
    verify::all(&copy)?;
    copy.close().map_err(|(_, error)| error::of(error))?;
    // SQLite synced the file; its name is in the folder, and the folder's name in the one above.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(error::of_file)
}
