//! The binaries, for the processors that were asked for.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::{ARTIFACTS, output, succeed};

/// The newest C library that `provided.al2023` has.
const GLIBC: &str = "2.34";

/// What a package runs on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Platform {
    /// As the template calls it.
    pub architecture: &'static str,
    /// As the compiler calls it.
    pub triple: &'static str,
    /// The C compiler of Debian that links for it elsewhere.
    linker: &'static str,
}

const PLATFORMS: [Platform; 2] = [
    Platform { architecture: "arm64", triple: "aarch64-unknown-linux-gnu", linker: "aarch64-linux-gnu-gcc" },
    Platform { architecture: "x86_64", triple: "x86_64-unknown-linux-gnu", linker: "x86_64-linux-gnu-gcc" },
];

impl Platform {
    /// The one that `ARCHITECTURE` names; that of this machine where it names none.
    pub(super) fn wanted() -> Result<Self> {
        let wanted = told("ARCHITECTURE");
        Self::named(wanted.as_deref().unwrap_or(if cfg!(target_arch = "aarch64") {
            "arm64"
        } else {
            "x86_64"
        }))
    }

    fn named(wanted: &str) -> Result<Self> {
        let found = PLATFORMS.into_iter().find(|platform| platform.architecture == wanted);
        found.with_context(|| format!("ARCHITECTURE is `{wanted}`: it can be arm64 or x86_64"))
    }

    fn is_this_machine(&self) -> bool {
        self.triple.starts_with(env::consts::ARCH)
    }
}

/// Builds the artifacts; gives the folder that they are in.
pub(super) fn run(platform: &Platform, root: &Path, target: &Path) -> Result<PathBuf> {
    let profile = told("PROFILE").unwrap_or_else(|| "dist".into());
    let mut build = Command::new(env!("CARGO"));
    let mut folder = target.to_owned();
    if platform.is_this_machine() {
        build.arg("build");
    } else {
        require_target(platform.triple)?;
        across(platform, &mut build)?;
        folder.push(platform.triple);
    }
    build.args(["--locked", "--profile", &profile]);
    for artifact in ARTIFACTS {
        build.args(["--package", &format!("cairn-{artifact}")]);
    }
    succeed(without_paths(&mut build, root, target)?)?;
    Ok(folder.join(if profile == "dev" { "debug" } else { &profile }))
}

/// What whoever runs it says by a variable; nothing where that is empty.
#[expect(clippy::disallowed_methods, reason = "chores are told by the environment what to do")]
fn told(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The compiler has the standard library of the target.
fn require_target(triple: &str) -> Result<()> {
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))?;
    let folder = PathBuf::from(String::from_utf8(folder)?.trim());
    if !folder.is_dir() {
        bail!("the compiler has no standard library for {triple}: rustup target add {triple}");
    }
    Ok(())
}

/// Compiles for another processor: with zig, which links against the C library of Lambda whatever this machine has, or with a
/// compiler of Debian.
fn across(platform: &Platform, build: &mut Command) -> Result<()> {
    let has = |program: &str| {
        Command::new(program).arg("--version").output().is_ok_and(|done| done.status.success())
    };
    if has("cargo-zigbuild") {
        build.args(["zigbuild", "--target", &format!("{}.{GLIBC}", platform.triple)]);
        return Ok(());
    }
    let linker = platform.linker;
    if !has(linker) {
        bail!(
            "nothing links for {}: cargo install --locked cargo-zigbuild and pip install ziglang, or apt install gcc-{}",
            platform.triple,
            linker.trim_end_matches("-gcc")
        );
    }
    let name = platform.triple.replace('-', "_");
    build.args(["build", "--target", platform.triple]);
    build.env(format!("CARGO_TARGET_{}_LINKER", name.to_ascii_uppercase()), linker);
    build.env(format!("CC_{name}"), linker);
    Ok(())
}

/// No folder of this machine is in what is built, nor the time.
fn without_paths<'a>(build: &'a mut Command, root: &Path, target: &Path) -> Result<&'a mut Command> {
    let home = told("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(told("HOME")?).join(".cargo")));
    let home = home.context("neither CARGO_HOME nor HOME is set")?;
    // The last that fits counts: the target folder may be in the root.
    let maps = [(root, "/cairn"), (home.as_path(), "/cargo"), (target, "/target")];
    let maps: Vec<String> = maps.iter().map(|(from, to)| format!("{}={to}", from.display())).collect();
    let flags: Vec<String> = maps.iter().map(|map| format!("--remap-path-prefix={map}")).collect();
    let c_flags: Vec<String> = maps.iter().map(|map| format!("-ffile-prefix-map={map}")).collect();
    let also = told("CFLAGS").unwrap_or_default();
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    build.env("CFLAGS", format!("{} {also}", c_flags.join(" ")));
    build.env("SOURCE_DATE_EPOCH", "0").env("CARGO_INCREMENTAL", "0");
    Ok(build)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_for_processors_that_lambda_has() {
        assert_eq!(Platform::named("arm64").unwrap().triple, "aarch64-unknown-linux-gnu");
        let refused = Platform::named("riscv").unwrap_err().to_string();
        assert_eq!(refused, "ARCHITECTURE is `riscv`: it can be arm64 or x86_64");
    }

    #[test]
    fn a_target_that_the_compiler_does_not_have_is_named() {
        let refused = require_target("armv5te-unknown-linux-gnueabi").unwrap_err().to_string();
        assert!(refused.contains("rustup target add armv5te-unknown-linux-gnueabi"), "{refused}");
    }

    #[test]
    fn nothing_that_is_built_knows_where() {
        let mut build = Command::new("cargo");
        without_paths(&mut build, Path::new("/a/b"), Path::new("/t")).unwrap();
        let flags = build.get_envs().find(|(name, _)| *name == "CARGO_ENCODED_RUSTFLAGS").unwrap().1.unwrap();
        let flags = flags.to_str().unwrap();
        assert!(flags.starts_with("--remap-path-prefix=/a/b=/cairn\u{1f}"), "{flags}");
        assert!(flags.ends_with("\u{1f}--remap-path-prefix=/t=/target"), "{flags}");
    }
}
