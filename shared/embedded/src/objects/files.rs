//! The folder of data files: `tmp/` for what is arriving, `data/` for what is there. Names are random; keys of objects are
//! never part of a path.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cairn_ports::{Ids, ids::RandomIds};

/// The data files of a folder that is no other process's.
pub(super) struct Files {
    folder: PathBuf,
    /// What is arriving, until its row is there: nothing to sweep.
    arriving: Mutex<HashSet<String>>,
    /// Folders within `data/` whose names are durable: there are at most 256.
    made: Mutex<HashSet<PathBuf>>,
}

impl Files {
    /// Makes the folders that are not there, and empties `tmp/`.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let (data, temporary) = (folder.join("data"), folder.join("tmp"));
        fs::create_dir_all(&data)?;
        fs::create_dir_all(&temporary)?;
        for entry in fs::read_dir(&temporary)? {
            fs::remove_file(entry?.path())?;
        }
        sync_folder(folder)?;
        Ok(Self { folder: folder.to_owned(), arriving: Mutex::default(), made: Mutex::default() })
    }

    /// Makes the folder of a data file, if it is not there. Whoever finds it made finds it durable, too.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if !made.contains(folder) {
            fs::create_dir_all(folder)?;
            sync_folder(&self.folder.join("data"))?;
            made.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Where a data file is, from the folder on.
    pub(super) fn relative(id: &str) -> PathBuf {
        Path::new("data").join(id.get(..2).unwrap_or_default()).join(id)
    }

    /// Where a data file is.
    pub(super) fn path(&self, id: &str) -> PathBuf {
        self.folder.join(Self::relative(id))
    }

    /// Removes data files that nothing names. What cannot be removed is left for a sweep.
    pub(super) fn remove(&self, ids: &[String]) {
        for id in ids {
            if let Err(error) = fs::remove_file(self.path(id)) {
                tracing::warn!(%error, file = %id, "the data file {id} cannot be removed: {error}");
            }
        }
    }

    /// Removes files not changed for `age` that are not arriving and that `is_named` does not know; tells how many.
    pub(super) fn sweep(
        &self,
        age: Duration,
        now: i64,
        is_named: impl Fn(&str) -> super::failure::Result<bool>,
    ) -> super::failure::Result<usize> {
        let mut folders = vec![self.folder.join("tmp")];
        for entry in fs::read_dir(self.folder.join("data"))? {
            folders.push(entry?.path());
        }
        let mut removed = 0;
        for folder in folders {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                // In this order: what has arrived between the two looks has its row by the second.
                let arriving = self.arriving.lock().unwrap_or_else(PoisonError::into_inner).contains(&name);
                if !arriving && is_old(&entry, age, now)? && !is_named(&name)? {
                    fs::remove_file(entry.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

fn is_old(entry: &fs::DirEntry, age: Duration, now: i64) -> io::Result<bool> {
    let changed = match entry.metadata() {
        Ok(metadata) => metadata.modified()?,
        // Somebody else removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let now = std::time::UNIX_EPOCH + Duration::from_micros(now.unsigned_abs());
    Ok(now.duration_since(changed).is_ok_and(|since| since >= age))
}

/// Without the folder's sync a power cut could take a new name away.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A data file that is arriving. It goes when this goes, unless it is kept.
pub(super) struct Incoming {
    files: Arc<Files>,
    id: String,
    kept: bool,
}

impl Incoming {
    pub(super) fn new(files: &Arc<Files>) -> Self {
        let mut random = [0; 16];
        RandomIds.fill(&mut random);
        let id = hex::encode(random);
        files.arriving.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        Self { files: Arc::clone(files), id, kept: false }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where it is written.
    pub(super) fn temporary(&self) -> PathBuf {
        self.files.folder.join("tmp").join(&self.id)
    }

    /// Makes it durable in its place.
    pub(super) fn settle(self, file: File) -> io::Result<Self> {
        file.sync_data()?;
        drop(file);
        let place = self.files.path(&self.id);
        let folder = place.parent().unwrap_or(&self.files.folder);
        self.files.make_folder(folder)?;
        fs::rename(self.temporary(), &place)?;
        sync_folder(folder)?;
        Ok(self)
    }

    /// Its row is there.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            for path in [self.temporary(), self.files.path(&self.id)] {
                if let Err(error) = fs::remove_file(path)
                    && error.kind() != ErrorKind::NotFound
                {
                    tracing::warn!(%error, file = %self.id, "a file that is not needed cannot be removed: {error}");
                }
            }
        }
        self.files.arriving.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
