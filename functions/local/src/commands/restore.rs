//! `cairn restore`: puts a backup into an empty data folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use cairn_embedded::{objects, store::folder as store};
use clap::Args;
use serde_json::json;

use super::Ending;
use super::console::Console;
use super::folder::{DATABASE, DERIVED, DataLock, EXTRAS, LOCK, Manifest, OBJECTS, OF_OBJECTS, files};

const EXAMPLES: &str = "\
Examples:
  cairn restore /backups/2026-11-20
  cairn --data /var/lib/cairn restore /backups/today && cairn --data /var/lib/cairn serve

The data folder must hold no repository, and no repository may be running on it. The backup is checked before anything
is written, and what was written is checked again. The search index is made anew at the next start.";

/// Where files wait until all are there and checked.
const STAGING: &str = ".restoring";

/// `cairn restore`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Restore {
    /// Fills the data folder.
    pub(crate) fn run(&self, data: &Path, console: &mut Console) -> anyhow::Result<Ending> {
        let bar = console.progress(None);
        bar.set_message("checking and copying");
        let manifest = Manifest::read(&self.folder)?;
        manifest.verify(&self.folder)?;
        files::make_private_folder(data).with_context(|| format!("cannot make {}", data.display()))?;
        let _lock = DataLock::take(data)?;
        refuse_data(data)?;
        let staging = data.join(STAGING);
        stage(&manifest, &self.folder, &staging)?;
        put_in_place(&manifest, &staging, data)?;
        bar.finish_and_clear();
        let shown = json!({ "data": data, "created": manifest.created, "counts": manifest.counts });
        console.result(&shown, || {
            let items: u64 = manifest.counts.values().sum();
            format!("restored {items} items as of {} into {}", manifest.created, data.display())
        })?;
        Ok(Ending::Done)
    }
}

/// Only what can be made anew, or is worthless without a database, may be in the folder.
fn refuse_data(data: &Path) -> anyhow::Result<()> {
    let expendable =
        |name: &String| [LOCK, STAGING].contains(&&**name) || [DERIVED, EXTRAS].concat().contains(&&**name);
    let names = files::names_in(data)?;
    match names.iter().find(|name| !expendable(name)) {
        None => Ok(()),
        Some(name) => bail!(
            "{} holds data already ({name}): move it away, or name another folder with --data",
            data.display()
        ),
    }
}

/// Older backups have none.
fn has_objects(manifest: &Manifest) -> bool {
    manifest.files.iter().any(|file| OF_OBJECTS.contains(&file.name.as_str()))
}

/// Copies the backup and checks the copies.
fn stage(manifest: &Manifest, backup: &Path, staging: &Path) -> anyhow::Result<()> {
    files::remove(staging)?;
    files::make_private_folder(staging)?;
    files::make_private_folder(&staging.join(OBJECTS))?;
    for expected in &manifest.files {
        let name = &expected.name;
        let written =
            files::copy_file(name, backup, staging).with_context(|| format!("cannot copy {name}"))?;
        if written != *expected {
            bail!("{name} of the backup changed while it was read");
        }
    }
    if has_objects(manifest) {
        objects::copy_ahead(&backup.join(OBJECTS), &staging.join(OBJECTS))
            .context("cannot copy the objects")?;
        objects::check(&staging.join(OBJECTS)).context("the objects of the backup are damaged")?;
    }
    let counts = store::check(staging).context("the database of the backup is damaged")?;
    if counts != manifest.counts {
        bail!("the database of the backup does not hold what its manifest says");
    }
    Ok(())
}

/// Moves the files to their places, the database last: without it there is no repository, and a restore that was cut
/// off can be started again.
fn put_in_place(manifest: &Manifest, staging: &Path, data: &Path) -> anyhow::Result<()> {
    for name in DERIVED.iter().chain(EXTRAS) {
        files::remove(&data.join(name)).with_context(|| format!("cannot remove {name}"))?;
    }
    let extras = manifest.files.iter().map(|file| file.name.as_str());
    for name in extras.filter(|name| *name != DATABASE && !OF_OBJECTS.contains(name)) {
        std::fs::rename(staging.join(name), data.join(name))?;
    }
    if has_objects(manifest) {
        files::remove(&data.join(OBJECTS))?;
        std::fs::rename(staging.join(OBJECTS), data.join(OBJECTS))?;
    }
    files::sync_folder(data)?;
    std::fs::rename(staging.join(DATABASE), data.join(DATABASE))?;
    files::remove(staging)?;
    Ok(files::sync_folder(data)?)
}
