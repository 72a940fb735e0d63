//! What is done beside serving: sweeping, checking, copying.

use std::{
    io::{Error, ErrorKind},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection,
    backup::{Backup as Copy, StepResult},
};
use tokio::task::spawn_blocking;

use super::{
    FILE, contents,
    failure::{Result, damaged},
    files::{Files, Hold, sync_folder},
    service::Objects,
    uploads,
    writer::Transaction,
};

/// How long completing an upload can be repeated, in microseconds: a day.
const REMEMBERED: i64 = 86_400_000_000;

/// A data file that the database names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// From the folder of the storage on.
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
}

/// A data file that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, and the size that it should have.
    pub file: DataFile,
    /// The size that it has in bytes; none if it is not there.
    pub found: Option<u64>,
}

/// A copy of the database, and what belongs to it.
#[derive(Debug)]
pub struct Backup {
    /// The data files that it names. They never change.
    pub files: Vec<DataFile>,
    /// Until this is dropped, no data file is removed.
    pub hold: Hold,
}

pub(super) async fn sweep(objects: &Objects, age: Duration) -> std::io::Result<usize> {
    let forget = |transaction: &mut Transaction<'_>| {
        uploads::forget(transaction.connection, transaction.now - REMEMBERED)
    };
    objects.write(Vec::new(), forget).await?;
    let objects = objects.clone();
    let sweep = move || {
        let is_named = |name: &str| objects.read(|connection| contents::is_named(connection, name));
        objects.files().sweep(age, objects.now(), is_named)
    };
    Ok(spawn_blocking(sweep).await??)
}

pub(super) async fn verify(objects: &Objects) -> std::io::Result<Vec<Problem>> {
    let objects = objects.clone();
    let check = move || -> Result<Vec<Problem>> {
        let _hold = objects.files().hold();
        objects.read(|connection| {
            let mut problems = Vec::new();
            each_file(connection, |id, size| {
                let found = objects.files().size(id)?;
                if found != Some(size) {
                    problems.push(Problem { file: DataFile { path: Files::relative(id), size }, found });
                }
                Ok(())
            })?;
            Ok(problems)
        })
    };
    Ok(spawn_blocking(check).await??)
}

pub(super) async fn backup(objects: &Objects, folder: &Path) -> std::io::Result<Backup> {
    // Before the copy is made: so what it names is there.
    let hold = objects.files().hold();
    let (objects, folder) = (objects.clone(), folder.to_owned());
    let files = spawn_blocking(move || copy(&objects, &folder)).await??;
    Ok(Backup { files, hold })
}

fn copy(objects: &Objects, folder: &Path) -> Result<Vec<DataFile>> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(FILE);
    if path.exists() {
        return Err(
            Error::new(ErrorKind::AlreadyExists, format!("`{}` exists already", path.display())).into()
        );
    }
    let mut target = Connection::open(&path)?;
    let done = objects.read(|source| Ok(Copy::new(source, &mut target)?.step(-1)?))?;
    if done != StepResult::Done {
        return Err(damaged("the copy could not be finished, as the database was locked".into()));
    }
    let answer: String = target.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    if answer != "ok" {
        return Err(damaged(answer));
    }
    let mut files = Vec::new();
    each_file(&target, |id, size| {
        files.push(DataFile { path: Files::relative(id), size });
        Ok(())
    })?;
    target.close().map_err(|(_, error)| error)?;
    // SQLite synced the file; its name is in the folder.
    sync_folder(folder)?;
    Ok(files)
}

/// Every data file that is named, once.
pub(super) fn each_file(
    connection: &Connection,
    mut visit: impl FnMut(&str, u64) -> Result<()>,
) -> Result<()> {
    let mut select = connection.prepare("SELECT file, max(size) FROM pieces GROUP BY file")?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        let (file, size): (String, i64) = (row.get(0)?, row.get(1)?);
        visit(&file, size.unsigned_abs())?;
    }
    Ok(())
}
