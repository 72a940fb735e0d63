//! The binary `cairn`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cairn_local::commands::run(&cairn_local::commands::Cli::parse())
}
