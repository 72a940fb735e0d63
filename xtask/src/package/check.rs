//! Do the same sources give the same packages?

use std::{fs, io::Write, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use super::{ARTIFACTS, output, root, succeed, target_folder};

/// Builds what was committed last in two folders, and compares what came out.
pub(crate) fn run() -> Result<()> {
    std::env::set_current_dir(root()?)?;
    let folder = target_folder()?.join("package-check");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // Of different lengths, so that no path fits where another was.
    let copies = ["one", "another-folder"].map(|name| folder.join(name));
    // Who works on meanwhile may commit.
    let commit = output(Command::new("git").args(["rev-parse", "HEAD"]))?;
    let commit = String::from_utf8(commit)?;
    for copy in &copies {
        build(copy, commit.trim())?;
    }
    let [one, other] = copies;
    let names =
        ARTIFACTS.iter().flat_map(|artifact| [format!("{artifact}.zip"), format!("{artifact}.cdx.json")]);
    for name in names {
        let read = |copy: &Path| {
            let path = copy.join("target/package").join(&name);
            fs::read(&path).with_context(|| path.display().to_string())
        };
        if read(&one)? != read(&other)? {
            bail!("{name} depends on the folder that it is built in: compare those in {}", folder.display());
        }
        writeln!(std::io::stdout(), "{name}: the same from both folders")?;
    }
    Ok(fs::remove_dir_all(&folder)?)
}

fn build(copy: &Path, commit: &str) -> Result<()> {
    fs::create_dir_all(copy)?;
    let sources = copy.join("sources.tar");
    fs::write(&sources, output(Command::new("git").args(["archive", "--format=tar", commit]))?)?;
    succeed(Command::new("tar").arg("-xf").arg(&sources).arg("-C").arg(copy))?;
    fs::remove_file(&sources)?;
    let target = copy.join("target");
    let mut package = Command::new(env!("CARGO"));
    package.args(["xtask", "package"]).current_dir(copy).env("CARGO_TARGET_DIR", target);
    succeed(package.env_remove("CARGO_MANIFEST_DIR"))
}
