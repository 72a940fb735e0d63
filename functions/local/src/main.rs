//! The binary `cairn`.

use std::process::ExitCode;

use clap::Parser;

/// Many threads that allocate much and keep little: the C library's allocator would hold on to twice the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cairn_local::commands::run(&cairn_local::commands::Cli::parse())
}
