//! The objects port: bytes by key in an object storage, in versions, with signed addresses for those who send and fetch
//! them themselves.
//!
//! It is what S3 gives; the folder of one machine speaks S3 too. Keys are ours and random: names of files are data.

pub mod digest;
mod locations;
mod scoped;

use std::{ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::{
    Timestamp,
    objects::{Checksums, Place},
};

pub use locations::Locations;

/// Smallest part of an upload in parts, but the last, in bytes (S3: 5 MiB).
pub const SMALLEST_PART: u64 = 5 * 1024 * 1024;
/// Largest object that one request may send, in bytes (S3: 5 GB).
pub const LARGEST_PUT: u64 = 5_000_000_000;
/// Most parts of one upload (S3).
pub const MOST_PARTS: u32 = 10_000;
/// Longest life of a signed address (design: ≤ 15 minutes).
pub const SIGNED_FOR: Duration = Duration::from_mins(15);

/// Why the object storage did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object, version or upload.
    #[error("there is no object `{0}`")]
    Missing(String),
    /// The storage refuses what was sent: a wrong checksum, a part too small, a precondition that does not hold.
    #[error("the object storage refuses it: {0}")]
    Refused(String),
    /// The storage does not answer, or nobody knows whether it did: all of its operations can be tried again.
    #[error("the object storage does not answer: {0}")]
    Unavailable(String),
    /// A need that the operation did not declare.
    #[error("the operation did not declare the need {0}")]
    Undeclared(String),
}

impl From<ObjectError> for cairn_model::Error {
    fn from(error: ObjectError) -> Self {
        match error {
            ObjectError::Missing(_) | ObjectError::Refused(_) => Self::Internal(error.to_string()),
            ObjectError::Unavailable(_) => Self::Unavailable(error.to_string()),
            ObjectError::Undeclared(need) => Self::Undeclared(need),
        }
    }
}

/// What the storage knows of one version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Bytes.
    pub size: u64,
    /// The version, where the storage keeps versions.
    pub version: Option<String>,
    /// Its `ETag`, without quotes.
    pub etag: String,
    /// Checksums of the whole that the storage knows.
    pub checksums: Checksums,
    /// When it was stored.
    pub modified: Timestamp,
}

/// An upload in parts that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The key that the object will have.
    pub key: String,
    /// The storage's name for the upload.
    pub id: String,
    /// When it began; known where uploads are listed.
    pub begun: Option<Timestamp>,
}

/// A part that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// Bytes.
    pub size: u64,
    /// Its `ETag`, without quotes.
    pub etag: String,
}

/// One version of an object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it is.
    pub place: Place,
    /// Bytes.
    pub size: u64,
    /// When it was stored.
    pub modified: Timestamp,
    /// The newest version of its key.
    pub latest: bool,
    /// Not an object, but the mark that there is none any more.
    pub deleted: bool,
}

/// A piece of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// In the order of keys.
    pub objects: Vec<Listed>,
    /// Where to go on; nothing at the end.
    pub next: Option<String>,
}

/// How a signed address answers, whatever was stored with the object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// `Content-Type`.
    pub media_type: String,
    /// `Content-Disposition`.
    pub disposition: String,
}

/// What may be sent to a signed address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Exactly so many bytes; nothing: as many as come.
    pub size: Option<u64>,
    /// MD5 of what comes, in hexadecimal.
    pub md5: Option<String>,
}

/// A piece of an answer that is put together of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Composed {
    /// Bytes of its own.
    Bytes(Bytes),
    /// Some bytes of an object.
    Object {
        /// Where it can be fetched.
        address: String,
        /// Which of its bytes.
        range: Range<u64>,
    },
}

/// A storage of objects. What it acknowledged is durable; whoever reads a version reads the same bytes for ever.
#[async_trait]
pub trait Objects: Send + Sync {
    /// The same storage, signing as this operation: an address is worth what its signer may do.
    fn signing_as(self: Arc<Self>, operation: &str) -> Arc<dyn Objects>;

    /// Stores an object; another of its key becomes an older version.
    async fn put(&self, key: &str, bytes: Bytes) -> Result<Facts, ObjectError>;

    /// What is known of an object, with its checksums. The newest version if none is named.
    async fn head(&self, place: &Place) -> Result<Option<Facts>, ObjectError>;

    /// Reads some bytes, into memory: callers bound the range.
    async fn read(&self, place: &Place, range: Range<u64>) -> Result<Bytes, ObjectError>;

    /// Removes one version for good. Nothing there: nothing happens.
    async fn delete(&self, place: &Place) -> Result<(), ObjectError>;

    /// Copies an object within the storage, up to [`LARGEST_PUT`].
    async fn copy(&self, from: &Place, to: &str) -> Result<Facts, ObjectError>;

    /// Lists versions of objects whose keys begin so, at most 1,000.
    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listing, ObjectError>;

    /// Begins an upload in parts.
    async fn begin(&self, key: &str) -> Result<Upload, ObjectError>;

    /// Sends a part; another of its number is replaced.
    async fn put_part(&self, upload: &Upload, number: u32, bytes: Bytes) -> Result<Part, ObjectError>;

    /// The parts that have arrived, after a number, at most 1,000.
    async fn parts(&self, upload: &Upload, after: u32) -> Result<Vec<Part>, ObjectError>;

    /// Joins the parts to the object. Doing it again answers the same, for a while.
    async fn complete(&self, upload: &Upload, parts: &[Part]) -> Result<Facts, ObjectError>;

    /// Gives an upload up and forgets its parts. Nothing there: nothing happens.
    async fn abort(&self, upload: &Upload) -> Result<(), ObjectError>;

    /// Uploads under way to keys that begin so, at most 1,000.
    async fn uploads(&self, prefix: &str) -> Result<Vec<Upload>, ObjectError>;

    /// An address from which the object can be fetched for [`SIGNED_FOR`].
    async fn sign_get(&self, place: &Place, shown: &Shown) -> Result<String, ObjectError>;

    /// An address to which one object can be sent for [`SIGNED_FOR`].
    async fn sign_put(&self, key: &str, expected: &Expected) -> Result<String, ObjectError>;

    /// An address to which a part of exactly so many bytes can be sent for [`SIGNED_FOR`].
    async fn sign_part(&self, upload: &Upload, number: u32, size: u64) -> Result<String, ObjectError>;
}
