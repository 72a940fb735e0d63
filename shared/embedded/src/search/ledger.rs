//! Which generation of each index is live, and which is being made: one file, so that all change at once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use tracing::warn;

const FILE: &str = "generations.json";

/// The generations of one index, by number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub live: u64,
    pub next: Option<u64>,
    /// The highest that there has ever been.
    pub last: u64,
}

/// By index; one that is not there has its first generation only.
pub(super) type Ledger = BTreeMap<String, Numbers>;

/// The folder of a generation. The first has the index's own name.
pub(super) fn name(index: &str, number: u64) -> String {
    if number == 0 { index.to_owned() } else { format!("{index}@{number}") }
}

/// What is written in `parent`. Where it cannot be read, indices count as not made yet.
pub(super) fn read(parent: &Path) -> Ledger {
    match fs::read(parent.join(FILE)) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            warn!(%error, "which search index is live cannot be read: all are made anew");
            remove_others(parent, &[]);
            Ledger::new()
        }),
        Err(_) => Ledger::new(),
    }
}

/// Writes it into `parent`, whole or not at all.
pub(super) fn write(parent: &Path, ledger: &Ledger) -> io::Result<()> {
    let staged = parent.join(format!(".{FILE}"));
    let mut file = File::create(&staged)?;
    file.write_all(&serde_json::to_vec(ledger)?)?;
    file.sync_all()?;
    fs::rename(staged, parent.join(FILE))?;
    File::open(parent)?.sync_all()
}

/// Removes the generations that are none of `kept`: a process that died has left them.
pub(super) fn remove_others(parent: &Path, kept: &[String]) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.contains('@')
            && !kept.contains(&name)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            warn!(%error, "`{}` could not be removed", entry.path().display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_damage_counts_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Ledger::new());
        let ledger = Ledger::from([("things".to_owned(), Numbers { live: 2, next: Some(3), last: 3 })]);
        write(folder.path(), &ledger).unwrap();
        assert_eq!(read(folder.path()), ledger);
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(read(folder.path()), Ledger::new());
    }

    #[test]
    fn only_generations_are_removed_that_nobody_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["things", "things@1", "things@2", "other"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        remove_others(folder.path(), &[name("things", 2)]);
        let left = ["things", "things@1", "things@2", "other"].map(|name| folder.path().join(name).exists());
        assert_eq!(left, [true, false, true, true]);
    }
}
