//! How the allocator treats memory that is free again.

use std::{env, os::unix::process::CommandExt, process::Command};

/// How many milliseconds the allocator keeps free pages before the system gets them back; its own default is 1,000.
const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Starts this program again, in place, with an allocator that gives free pages back almost at once: a server that took in
/// 4,222 records holds half the memory then. It is for those that hold the index: without, there is little to give back, and
/// the rebuild of an index elsewhere would pay a tenth more CPU. What is taken again within some milliseconds stays: to give
/// back each page, and to be given another, is an eighth of what a rebuild of the index costs. The allocator reads its options before
/// `main`, from the environment alone; one that somebody has set stays. Where starting again is impossible the program
/// goes on as it is.
#[expect(clippy::disallowed_methods, reason = "the allocator's own setting, not one of Cairn's")]
pub fn give_back_soon() {
    if env::var_os(PURGE_DELAY).is_some() {
        return;
    }
    if let Ok(program) = env::current_exe() {
        // Comes back only where it failed.
        let _failed = Command::new(program).args(env::args_os().skip(1)).env(PURGE_DELAY, "10").exec();
    }
}
