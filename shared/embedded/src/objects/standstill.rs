//! An object storage that stands still while it and the store are copied, also where another process serves it.

use std::{
    collections::BTreeSet,
    fs,
    io::{Error, ErrorKind, Result},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, backup::Backup};

use super::{
    FILE,
    files::{Files, sync_folder},
};

/// A data file that the database names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// From the folder of the storage on.
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
}

/// Holds the right to write: nothing arrives and nothing is removed meanwhile, and senders wait.
///
/// What is copied of the store in this time names objects that the copy has.
pub struct Standstill {
    lock: Connection,
    folder: PathBuf,
}

impl Standstill {
    /// Stops the storage of a folder. `None` where there is none.
    ///
    /// # Errors
    /// If it cannot be read, or does not come to a stop within ten minutes.
    pub fn of(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let lock = Connection::open_with_flags(&path, flags).map_err(Error::other)?;
        lock.execute_batch("PRAGMA busy_timeout = 600000; BEGIN IMMEDIATE").map_err(Error::other)?;
        Ok(Some(Self { lock, folder: folder.to_owned() }))
    }

    /// Copies the database into a folder that has none, and what is still missing there of the data files that it names;
    /// lets the storage go on, and tells which files these are.
    ///
    /// # Errors
    /// If the copy cannot be written, or a file is missing.
    pub fn copy_to(self, folder: &Path) -> Result<Vec<DataFile>> {
        fs::create_dir_all(folder)?;
        let source = read(&self.folder)?;
        let mut copy = Connection::open(folder.join(FILE)).map_err(Error::other)?;
        Backup::new(&source, &mut copy).and_then(|backup| backup.step(-1)).map_err(Error::other)?;
        let files = named(&copy)?;
        copy.close().map_err(|(_, error)| Error::other(error))?;
        for file in &files {
            copy_file(&self.folder, folder, &file.path)?;
        }
        let folders: BTreeSet<_> = files.iter().filter_map(|file| file.path.parent()).collect();
        for path in folders.iter().flat_map(|path| path.ancestors()).collect::<BTreeSet<_>>() {
            sync_folder(&folder.join(path))?;
        }
        self.lock.execute_batch("ROLLBACK").map_err(Error::other)?;
        Ok(files)
    }
}

/// Copies the data files that are named now, while the storage goes on: the fewer are left for the standstill.
///
/// # Errors
/// If the copies cannot be written.
pub fn copy_ahead(folder: &Path, target: &Path) -> Result<()> {
    if !folder.join(FILE).exists() {
        return Ok(());
    }
    for file in named(&read(folder)?)? {
        match copy_file(folder, target, &file.path) {
            // It was removed in the meantime.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            copied => copied?,
        }
    }
    Ok(())
}

/// The data files that the database of a folder names: each is there and has its size.
///
/// # Errors
/// [`ErrorKind::InvalidData`] for one that is not.
pub fn check(folder: &Path) -> Result<Vec<DataFile>> {
    let files = named(&read(folder)?)?;
    for file in &files {
        let path = folder.join(&file.path);
        if fs::metadata(&path).map(|found| found.len()).ok() != Some(file.size) {
            return Err(Error::new(ErrorKind::InvalidData, format!("{} is not whole", path.display())));
        }
    }
    Ok(files)
}

fn read(folder: &Path) -> Result<Connection> {
    Connection::open_with_flags(folder.join(FILE), OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(Error::other)
}

/// Every data file that a database names, once.
fn named(connection: &Connection) -> Result<Vec<DataFile>> {
    let sql = "SELECT file, max(size) FROM pieces GROUP BY file";
    let mut select = connection.prepare(sql).map_err(Error::other)?;
    let rows = select.query_map((), |row| {
        let (file, size): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok(DataFile { path: Files::relative(&file), size: size.unsigned_abs() })
    });
    rows.and_then(Iterator::collect).map_err(Error::other)
}

/// Files never change: one that is there already is the same, unless its copying was cut off.
fn copy_file(from: &Path, to: &Path, path: &Path) -> Result<()> {
    let (from, to) = (from.join(path), to.join(path));
    let size = fs::metadata(&from)?.len();
    if fs::metadata(&to).is_ok_and(|found| found.len() == size) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(&to))?;
    fs::copy(&from, &to)?;
    fs::File::open(&to)?.sync_all()
}
