//! What was begun and left, and what nobody names: pending files, uploads and objects are removed after some days.

mod objects;
mod pending;

use cairn_model::Result;
use cairn_ports::overflow::BODIES;

use super::{Files, OBJECTS, PARTS, REPLIES};
use crate::bus::ARCHIVE;

/// The prefixes whose objects are swept, in their order.
const PREFIXES: [&str; 5] = [OBJECTS, PARTS, REPLIES, ARCHIVE, BODIES];

/// What is swept, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sweep {
    /// Files whose content never came.
    Pending,
    /// Objects of a location whose keys begin so.
    Objects(String, &'static str),
    /// Uploads to a location.
    Uploads(String),
}

/// What a piece of a sweep came to.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    /// What was looked at.
    pub(crate) seen: u64,
    /// What was removed.
    pub(crate) removed: u64,
    /// Where to go on.
    pub(crate) next: Option<String>,
}

impl Files {
    /// All that is swept. Files come before the objects that they name.
    pub(crate) fn sweeps(&self) -> Vec<Sweep> {
        let of = |location: &String| {
            let objects = PREFIXES.map(|prefix| Sweep::Objects(location.clone(), prefix));
            objects.into_iter().chain([Sweep::Uploads(location.clone())])
        };
        [Sweep::Pending].into_iter().chain(self.shared.ports.objects.all.keys().flat_map(of)).collect()
    }

    /// Sweeps a piece. Files may wait for their content for `days`.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(crate) async fn sweep(&self, what: &Sweep, after: Option<&str>, days: i64) -> Result<Swept> {
        match what {
            Sweep::Pending => self.sweep_pending(after, days).await,
            Sweep::Objects(location, prefix) => self.sweep_objects(location, prefix, after).await,
            Sweep::Uploads(location) => self.sweep_uploads(location).await,
        }
    }
}
