//! Builds the archives that Lambda runs: each holds one binary, named `bootstrap`. The same sources give the same archives,
//! whichever folder they are built in.

mod build;
mod check;
mod sbom;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

pub(crate) use check::run as check;

/// The artifacts: all operations of the API, all consumers of events.
const ARTIFACTS: [&str; 2] = ["api", "events"];

/// Packs a file as `bootstrap`, which may be executed, at the first time that ZIP knows. Python is on every machine that runs the
/// tests; `zip` is not.
const PACK: &str = "
import sys, zipfile
info = zipfile.ZipInfo('bootstrap', (1980, 1, 1, 0, 0, 0))
info.create_system, info.external_attr, info.compress_type = 3, 0o100755 << 16, zipfile.ZIP_DEFLATED
with zipfile.ZipFile(sys.argv[2], 'w') as archive, open(sys.argv[1], 'rb') as file:
    archive.writestr(info, file.read(), compresslevel=9)
";

/// Builds the artifacts and writes `target/package/<artifact>.zip`, beside it the same under the name of its processors, and what
/// it is made of.
pub(crate) fn run() -> Result<()> {
    let root = root()?;
    std::env::set_current_dir(&root)?;
    let target = target_folder()?;
    let platform = build::Platform::wanted()?;
    let built = build::run(&platform, &root, &target)?;
    ARTIFACTS.iter().try_for_each(|artifact| {
        pack(&built, &target, artifact, platform.architecture)?;
        sbom::write(&target.join("package"), artifact, platform.triple)
    })
}

fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    Ok(root.canonicalize()?)
}

fn pack(built: &Path, target: &Path, artifact: &str, architecture: &str) -> Result<()> {
    let packages = target.join("package");
    let bootstrap = packages.join(artifact).join("bootstrap");
    fs::create_dir_all(packages.join(artifact))?;
    fs::copy(built.join(format!("cairn-{artifact}")), &bootstrap)?;
    let archive = packages.join(format!("{artifact}.zip"));
    succeed(Command::new("python3").args(["-c", PACK]).arg(&bootstrap).arg(&archive))?;
    fs::copy(&archive, packages.join(format!("{artifact}-{architecture}.zip")))?;
    let mut out = std::io::stdout().lock();
    for file in [&bootstrap, &archive] {
        writeln!(out, "{}: {:.2} MB", file.display(), megabytes(fs::metadata(file)?.len()))?;
    }
    Ok(())
}

/// Where cargo puts what it builds, which the environment or a configuration file may move.
fn target_folder() -> Result<PathBuf> {
    let metadata: serde_json::Value = serde_json::from_slice(&output(Command::new(env!("CARGO")).args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
    ]))?)?;
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

/// What a command says that succeeds.
fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("running {command:?}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?} ended with {}: {}", output.status, said.trim());
    }
    Ok(output.stdout)
}
