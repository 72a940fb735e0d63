//! Folders that are gone after the test.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use cairn_ports::{Clock, Ids, clock::SystemClock, ids::RandomIds};

/// A folder of its own below the system's folder for temporary files.
pub(crate) struct Folder {
    path: PathBuf,
    made: AtomicU64,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("cairn-test-{}", RandomIds.ulid(SystemClock.now())));
        std::fs::create_dir_all(&path).unwrap();
        Self { path, made: AtomicU64::new(0) }
    }

    /// The name of a folder within it that does not exist yet.
    pub(crate) fn next(&self) -> PathBuf {
        self.path.join(self.made.fetch_add(1, Ordering::Relaxed).to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.path).unwrap();
    }
}

/// Copies the files of a folder into another, as they are at one instant: once more if something changed meanwhile.
pub(crate) fn copy(from: &Path, to: &Path) {
    let state = || {
        let entries = std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap());
        let of =
            |entry: std::fs::DirEntry| Some((entry.file_name(), entry.metadata().ok()?.modified().ok()?));
        entries.map(of).collect::<BTreeSet<_>>()
    };
    loop {
        let before = state();
        std::fs::create_dir_all(to).unwrap();
        let copied =
            before.iter().flatten().all(|(name, _)| std::fs::copy(from.join(name), to.join(name)).is_ok());
        if copied && state() == before {
            return;
        }
        std::fs::remove_dir_all(to).unwrap();
    }
}
