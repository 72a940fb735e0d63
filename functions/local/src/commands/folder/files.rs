//! Files copied so that they are there after a power cut, and readable by their owner only.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::FileEntry;

/// Makes a folder for its owner only, with those above it.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Copies a file, mode 0600, synced, and tells what it holds. The target must not exist.
pub(crate) fn copy_file(name: &str, from: &Path, to: &Path) -> io::Result<FileEntry> {
    let mut target = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to.join(name))?;
    let entry = transfer(name, &mut File::open(from.join(name))?, &mut target)?;
    target.sync_all()?;
    Ok(entry)
}

/// Tells what a file holds.
pub(crate) fn describe(name: &str, folder: &Path) -> io::Result<FileEntry> {
    transfer(name, &mut File::open(folder.join(name))?, &mut io::sink())
}

/// Makes a file its owner's only, and its content last.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.sync_all()
}

/// Removes a file or a folder with all it holds, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Names in a folder; none if it is not there.
pub(crate) fn names_in(path: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Makes the names in a folder last.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn transfer(name: &str, from: &mut impl Read, to: &mut impl Write) -> io::Result<FileEntry> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(FileEntry { name: name.into(), bytes, sha256: hex::encode(hash.finalize()) });
        }
        hash.update(&buffer[..count]);
        to.write_all(&buffer[..count])?;
        bytes += count as u64;
    }
}
