//! `manifest.json`: what a backup holds, so that a restore can tell whether it is whole.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DATABASE, EXTRAS, OF_OBJECTS, files};

/// Name of the manifest.
pub(crate) const MANIFEST: &str = "manifest.json";

/// What this version writes and reads.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Version of this document.
    format: u32,
    /// Version of Cairn that made the backup.
    cairn: String,
    /// When.
    pub(crate) created: Timestamp,
    /// All files but this one.
    pub(crate) files: Vec<FileEntry>,
    /// Stored items by table.
    pub(crate) counts: BTreeMap<String, u64>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    /// Its name in the folder.
    pub(crate) name: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub(crate) sha256: String,
}

impl Manifest {
    /// A manifest of this version of Cairn.
    pub(crate) fn new(created: Timestamp, files: Vec<FileEntry>, counts: BTreeMap<String, u64>) -> Self {
        Self { format: FORMAT, cairn: env!("CARGO_PKG_VERSION").into(), created, files, counts }
    }

    /// Bytes of all files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Writes it into a folder, synced.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(MANIFEST))?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        Ok(file.sync_all()?)
    }

    /// Reads it from a folder. It is refused if it names anything but what backups hold: a name could lead elsewhere.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read(&path)
            .with_context(|| format!("{} is not a backup: cannot read {MANIFEST}", folder.display()))?;
        let version = serde_json::from_slice::<Version>(&text)
            .with_context(|| format!("{} is damaged", path.display()))?;
        if version.format != FORMAT {
            bail!("the backup has format {}, and this version of Cairn reads {FORMAT}", version.format);
        }
        let manifest: Self =
            serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))?;
        let mut names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        let known = |name: &&str| *name == DATABASE || EXTRAS.contains(name) || OF_OBJECTS.contains(name);
        let each_once = names.windows(2).all(|pair| pair[0] != pair[1]);
        if !names.contains(&DATABASE) || !names.iter().all(known) || !each_once {
            bail!("{} is damaged: it lists other files than a backup holds", path.display());
        }
        Ok(manifest)
    }

    /// Compares the files of a folder with what was written.
    pub(crate) fn verify(&self, folder: &Path) -> anyhow::Result<()> {
        for expected in &self.files {
            let found = files::describe(&expected.name, folder)
                .with_context(|| format!("cannot read {} of the backup", expected.name))?;
            if found != *expected {
                bail!("{} of the backup is damaged: it is not what was written", expected.name);
            }
        }
        Ok(())
    }
}

/// Read first, as other formats may hold anything else.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup() -> (tempfile::TempDir, Manifest) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(DATABASE), "abc").unwrap();
        let files = vec![files::describe(DATABASE, folder.path()).unwrap()];
        let manifest = Manifest::new(Timestamp::from_micros(0), files, [("records".into(), 3)].into());
        manifest.write(folder.path()).unwrap();
        (folder, manifest)
    }

    fn edit(folder: &Path, from: &str, to: &str) {
        let text = std::fs::read_to_string(folder.join(MANIFEST)).unwrap();
        assert!(text.contains(from));
        std::fs::write(folder.join(MANIFEST), text.replace(from, to)).unwrap();
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let (folder, manifest) = backup();
        assert_eq!(Manifest::read(folder.path()).unwrap(), manifest);
        manifest.verify(folder.path()).unwrap();
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(manifest.files[0], FileEntry { name: DATABASE.into(), bytes: 3, sha256: hash.into() });
    }

    #[test]
    fn a_changed_or_missing_file_is_found() {
        let (folder, manifest) = backup();
        std::fs::write(folder.path().join(DATABASE), "abd").unwrap();
        assert!(
            manifest
                .verify(folder.path())
                .unwrap_err()
                .to_string()
                .contains("primary.db of the backup is damaged")
        );
        std::fs::remove_file(folder.path().join(DATABASE)).unwrap();
        assert!(manifest.verify(folder.path()).is_err());
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        for name in ["../primary.db", "/etc/passwd", "lock", "manifest.json", ""] {
            let (folder, _) = backup();
            edit(folder.path(), "primary.db", name);
            assert!(Manifest::read(folder.path()).is_err(), "{name}");
        }
    }

    #[test]
    fn a_newer_format_and_a_folder_without_manifest_are_told_apart() {
        let (folder, _) = backup();
        edit(folder.path(), "\"format\": 1", "\"format\": 2");
        assert!(Manifest::read(folder.path()).unwrap_err().to_string().contains("format 2"));
        let empty = tempfile::tempdir().unwrap();
        assert!(Manifest::read(empty.path()).unwrap_err().to_string().contains("is not a backup"));
    }
}
