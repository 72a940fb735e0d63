//! `cairn backup`: a copy of the data folder as it was at one moment, also while the repository runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use cairn_embedded::objects;
use cairn_embedded::queue::Standstill;
use cairn_embedded::store::folder as store;
use cairn_ports::Clock;
use cairn_ports::clock::SystemClock;
use clap::Args;
use serde_json::json;

use super::Ending;
use super::console::Console;
use super::folder::{DATABASE, EXTRAS, Manifest, OBJECTS, OF_OBJECTS, QUEUES, files};

const EXAMPLES: &str = "\
Examples:
  cairn backup /backups/2026-11-20
  cairn --data /var/lib/cairn backup /backups/today
  cairn restore /backups/today        bring it back

The copy holds everything that was acknowledged when the backup began. It is checked, then appears under its name all
at once. It holds the administrator's token and people's data: DIR is readable by you only; keep it so.
The search index is not part of it: it is made anew.";

/// `cairn backup`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Backup {
    /// Where to put it: a folder that is not there yet, or is empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Backup {
    /// Copies the data folder.
    pub(crate) fn run(&self, data: &Path, console: &mut Console) -> anyhow::Result<Ending> {
        if !data.join(DATABASE).is_file() {
            bail!(
                "there is no repository in {}; name its data folder with --data or CAIRN_DATA",
                data.display()
            );
        }
        let target = std::path::absolute(&self.folder)?;
        refuse_full(&target)?;
        let bar = console.progress(None);
        bar.set_message("copying and checking");
        let staging = Staging::beside(&target)?;
        let manifest = fill(data, &staging.0)?;
        staging.become_folder(&target)?;
        bar.finish_and_clear();
        let shown = json!({ "folder": target, "created": manifest.created, "files": manifest.files,
            "counts": manifest.counts });
        console.result(&shown, || {
            let items: u64 = manifest.counts.values().sum();
            format!("backed up {items} items, {} bytes, into {}", manifest.bytes(), target.display())
        })?;
        Ok(Ending::Done)
    }
}

fn fill(data: &Path, folder: &Path) -> anyhow::Result<Manifest> {
    let created = SystemClock.now();
    let (objects, copied) = (data.join(OBJECTS), folder.join(OBJECTS));
    objects::copy_ahead(&objects, &copied).context("cannot copy the objects")?;
    // Objects stand still while the database is copied: it names what the copy has.
    let still = objects::Standstill::of(&objects).context("cannot stop the object storage")?;
    // Queues stand still meanwhile: what leaves the database for them is in one of the copies, at least.
    let queues = Standstill::of(data).context("cannot stop the queues")?;
    let counts = store::copy(data, folder).context("cannot copy the database")?;
    files::make_private(&folder.join(DATABASE))?;
    let mut entries = vec![files::describe(DATABASE, folder)?];
    if let Some(queues) = queues {
        queues.copy_to(folder).context("cannot copy the queues")?;
        files::make_private(&folder.join(QUEUES))?;
        entries.push(files::describe(QUEUES, folder)?);
    }
    for name in EXTRAS.iter().filter(|name| **name != QUEUES && data.join(name).exists()) {
        entries.push(files::copy_file(name, data, folder).with_context(|| format!("cannot copy {name}"))?);
    }
    if let Some(still) = still {
        still.copy_to(&copied).context("cannot copy the objects")?;
        let names = OF_OBJECTS.iter().map(|name| (name, data.join(name), folder.join(name)));
        for (name, from, to) in names {
            if !to.exists() {
                std::fs::copy(from, &to).with_context(|| format!("cannot copy {name}"))?;
            }
            files::make_private(&to)?;
            entries.push(files::describe(name, folder)?);
        }
    }
    let manifest = Manifest::new(created, entries, counts);
    manifest.write(folder)?;
    files::sync_folder(folder)?;
    Ok(manifest)
}

fn refuse_full(target: &Path) -> anyhow::Result<()> {
    let names = files::names_in(target).with_context(|| format!("cannot use {}", target.display()))?;
    if names.is_empty() {
        return Ok(());
    }
    bail!("{} is not empty: name a folder that is not there yet", target.display())
}

/// A folder beside the final one, removed unless it becomes that.
struct Staging(PathBuf);

impl Staging {
    fn beside(target: &Path) -> anyhow::Result<Self> {
        let (Some(name), Some(parent)) = (target.file_name(), target.parent()) else {
            bail!("{} cannot be the name of a backup", target.display());
        };
        let name = format!(".{}.{}.partial", name.to_string_lossy(), std::process::id());
        let path = parent.join(name);
        files::remove(&path)?;
        files::make_private_folder(&path).with_context(|| format!("cannot write in {}", parent.display()))?;
        Ok(Self(path))
    }

    fn become_folder(self, target: &Path) -> anyhow::Result<()> {
        // An empty folder gives way to the new one in the same step.
        std::fs::rename(&self.0, target).with_context(|| format!("cannot make {}", target.display()))?;
        Ok(files::sync_folder(target.parent().unwrap_or(target))?)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Gone already if it was renamed; and what cannot be removed is only in the way.
        files::remove(&self.0).ok();
    }
}
