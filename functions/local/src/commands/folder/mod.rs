//! The data folder of a repository on one machine, and copies of it.

pub(crate) mod files;
mod lock;
mod manifest;
#[cfg(test)]
mod objects_tests;
#[cfg(test)]
mod queues_tests;
#[cfg(test)]
mod tests;

pub use lock::DataLock;
pub(crate) use lock::LOCK;
pub(crate) use manifest::{FileEntry, Manifest};

/// The database: everything that was ever acknowledged.
pub(crate) const DATABASE: &str = "primary.db";

/// What a backup holds beside the database, where it exists. The administrator's token belongs to it: the database
/// knows only its hash.
pub(crate) const EXTRAS: &[&str] = &["admin-token", QUEUES];

/// Events that have left the database and not yet arrived.
pub(crate) const QUEUES: &str = cairn_embedded::queue::FILE;

/// What the server makes anew from the database, and must not find left over from another one.
pub(crate) const DERIVED: &[&str] =
    &["index", "primary.commits", "queues.db-shm", "queues.db-wal", "inbox-credentials"];

/// The folder of objects.
pub(crate) const OBJECTS: &str = crate::site::OBJECTS;

/// What a backup lists of the folder of objects; files of content are named in its database.
pub(crate) const OF_OBJECTS: &[&str] = &["objects/objects.db", "objects/secret"];
