//! The binary `cairn`.

use std::process::ExitCode;

use cairn_local::{
    commands::{self, Cli},
    memory,
};
use clap::Parser;

/// Many threads that allocate much and keep little: the C library's allocator would hold on to twice the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command_line = Cli::parse();
    if command_line.serves_index() {
        memory::give_back_soon();
    }
    commands::run(&command_line)
}
