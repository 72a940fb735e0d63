//! Files of drafts and records: started, sent, committed, listed, read, deleted. One service for files and media files.

mod archive;
mod audit;
mod commit;
mod complete;
pub mod container;
mod content;
mod delete;
mod discard;
mod fetch;
mod import;
mod inbox;
mod inside;
mod links;
mod list;
mod migrate;
mod open;
mod parts;
mod place;
mod quota;
mod reserve;
mod shown;
mod start;
mod state;
mod sweep;
mod unlock;
mod update;

use std::sync::Arc;

use cairn_model::{Timestamp, objects::Place};
use cairn_ports::{ObjectError, Objects};

pub use archive::{Archive, REPLIES};
pub(crate) use audit::Audited;
pub(crate) use content::Counted;
pub use content::{Body, Content, Received};
pub use inbox::INBOX;
pub use inside::Extracted;
pub use list::{List, Wanted};
pub use open::Opened;
pub use shown::Shown;

use crate::framework::{Kinds, Shared, State};

/// What keys of objects that hold files begin with.
pub const OBJECTS: &str = "files/";
/// What keys of objects begin with that hold parts too small for the storage.
pub const PARTS: &str = "parts/";

/// A day, in seconds.
const DAY: i64 = 24 * 3_600;

/// Which files are meant: those of a draft or of a record, and which of its sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mount {
    /// Of the draft or of the published record.
    pub state: State,
    /// The top-level key of the set: `files` or `media_files`.
    pub set: &'static str,
}

impl Mount {
    /// Whether names may have slashes. `InvenioRDM`: not those of media files.
    pub fn has_folders(self) -> bool {
        self.set == "files"
    }
}

/// What the files of one version may come to. `InvenioRDM`: files reference §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Bytes of all files of a set.
    pub bytes: u64,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Files of a set.
    pub files: u64,
}

impl Quota {
    /// What a site says of each; the usual where it says nothing.
    pub fn said(files: Option<u64>, bytes: Option<u64>, file_bytes: Option<u64>) -> Self {
        let usual = Self::default();
        Self {
            bytes: bytes.unwrap_or(usual.bytes),
            file_bytes: file_bytes.unwrap_or(usual.file_bytes),
            files: files.unwrap_or(usual.files),
        }
    }
}

impl Default for Quota {
    fn default() -> Self {
        Self { bytes: 10_000_000_000, file_bytes: 10_000_000_000, files: 100 }
    }
}

/// The service.
pub struct Files {
    shared: Arc<Shared>,
    kinds: Kinds,
}

impl Files {
    /// The service of the files of `kinds`.
    pub fn new(shared: Arc<Shared>, kinds: Kinds) -> Self {
        Self { shared, kinds }
    }

    /// Whether something is at least so many seconds ago.
    fn is_older(&self, than: Timestamp, seconds: i64) -> bool {
        self.shared.now().seconds() - than.seconds() >= seconds
    }

    /// The storage that an object lies in.
    ///
    /// # Errors
    /// [`cairn_model::Error::Internal`] if the site does not have that location.
    fn objects_at(&self, place: &Place) -> std::result::Result<&Arc<dyn Objects>, ObjectError> {
        self.shared.ports.objects.get(&place.location)
    }
}
