//! Chores of the repository: `cargo xtask tidy` checks its shape, `cargo xtask package` builds what Lambda runs,
//! `cargo xtask package-check` builds it twice and compares.

mod package;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Option<&str>) -> Result<()> {
    match chore {
        Some("tidy") => tidy::run(),
        Some("package") => package::run(),
        Some("package-check") => package::check(),
        _ => bail!("usage: cargo xtask tidy|package|package-check"),
    }
}
