//! What lies in a ZIP archive that lies in an object storage: its list, and single members, read by ranges.
//!
//! Archives are other people's: nothing they say of themselves is believed where it costs time or memory. Names of
//! members are keys to look them up by and nothing else, so that no name can be a wrong one.

mod content;
mod directory;
mod find;
mod listing;
mod names;
mod problem;
#[cfg(test)]
mod tests;
mod window;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::Result;

pub use content::{Content, open};
pub use find::{Located, MOST_TOGETHER, find, find_below};
pub use listing::{Directory, Listing, Member, list};
pub use problem::Problem;

/// An object that can be read in parts.
#[async_trait]
pub trait Ranges: Send + Sync {
    /// Exactly `length` bytes from the byte `from` on. Nothing is asked for beyond the end.
    async fn read(&self, from: u64, length: u64) -> Result<Bytes>;
    /// How many bytes the object has.
    fn size(&self) -> u64;
}

/// How many entries a list shows: InvenioRDM's `RECORDS_RESOURCES_ZIP_MAX_LISTING_ENTRIES`.
pub const MOST_LISTED: usize = 1_000;
/// How many bytes of the central directory are read for a list; what comes after them is not shown.
pub const LISTING_BYTES: u64 = 4 << 20;
/// How many entries an archive may have whose members are given out: all of them are looked at for overlaps.
pub const MOST_ENTRIES: u64 = 10_000;
/// How many bytes the central directory of such an archive may have.
pub const DIRECTORY_BYTES: u64 = 64 << 20;
/// How many bytes the name, the extra fields and the comment of one header may have together.
pub const HEADER_BYTES: usize = 64 << 10;
/// How many bytes a member may have, compressed or not.
pub const MEMBER_BYTES: u64 = 500_000_000;
/// How many times larger than compressed a member may be.
pub const RATIO: u64 = 200;
