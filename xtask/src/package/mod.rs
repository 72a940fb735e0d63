//! Builds the archives that Lambda runs: each holds one binary, named `bootstrap`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The artifacts: all operations of the API, all consumers of events.
const ARTIFACTS: [&str; 2] = ["api", "events"];

/// Builds the artifacts with the `dist` profile and writes `target/package/<artifact>.zip`.
pub(crate) fn run() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    std::env::set_current_dir(root)?;
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--profile", "dist"]);
    for artifact in ARTIFACTS {
        build.args(["--package", &format!("cairn-{artifact}")]);
    }
    succeed(&mut build)?;
    let target = target_folder()?;
    ARTIFACTS.iter().try_for_each(|artifact| pack(&target, artifact))
}

fn pack(target: &Path, artifact: &str) -> Result<()> {
    let folder = target.join("package").join(artifact);
    fs::create_dir_all(&folder)?;
    let bootstrap = folder.join("bootstrap");
    fs::copy(target.join(format!("dist/cairn-{artifact}")), &bootstrap)?;
    let archive = target.join("package").join(format!("{artifact}.zip"));
    if archive.exists() {
        fs::remove_file(&archive)?;
    }
    // Python's zipfile is on every machine that runs the tests; `zip` is not. It keeps the executable bit.
    succeed(
        Command::new("python3")
            .args(["-m", "zipfile", "-c"])
            .arg(&archive)
            .arg("bootstrap")
            .current_dir(&folder),
    )?;
    let mut out = std::io::stdout().lock();
    for file in [&bootstrap, &archive] {
        writeln!(out, "{}: {:.2} MB", file.display(), megabytes(fs::metadata(file)?.len()))?;
    }
    Ok(())
}

/// Where cargo puts what it builds, which the environment or a configuration file may move.
fn target_folder() -> Result<PathBuf> {
    let output =
        Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    Ok(metadata["target_directory"].as_str().context("cargo metadata names no target folder")?.into())
}

#[expect(clippy::cast_precision_loss, reason = "a size for people to read")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("running {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
