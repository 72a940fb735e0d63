//! Nothing is left of a deleted record but its tombstone: no metadata, no files, no history.

use cairn_model::{
    Error, Identity, Pid, Record, Result, Revision,
    actions::DELETE,
    fields::{
        deletion::{DELETED, DeletionStatus, PURGED, Tombstone},
        files::Files,
        versions::Family as FamilyField,
    },
    files::FileSet,
};
use serde_json::{Map, Value};

use super::{Deletion, UNEXPECTED, facts};
use crate::framework::{Attempt, families::Read};

/// What happens to what is purged.
pub(super) const EVENT: &str = "record.purged";
/// The sets of files of a record.
const SETS: [&str; 2] = ["files", "media_files"];
/// Versions of the family that are read together.
const VERSIONS: usize = 100;

impl Deletion {
    /// Removes all that is left of a deleted record, but for its tombstone and its identifiers. It cannot be undone.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`]; [`Error::BadRequest`] for what is not deleted, or purged already.
    pub async fn purge(&self, who: &Identity, pid: &Pid) -> Result<()> {
        self.shared.attempt(|| self.try_purge(who, pid)).await
    }

    async fn try_purge(&self, who: &Identity, pid: &Pid) -> Result<(), Attempt> {
        let mut opened = self.open(who, pid, DELETE).await?;
        let status = opened.record.get::<DeletionStatus>()?;
        let tombstone = opened.record.get::<Tombstone>()?;
        let Some(tombstone) = tombstone.filter(|_| status.as_deref() == Some(DELETED)) else {
            return Err(Error::BadRequest(UNEXPECTED.into()).into());
        };
        // Whoever is cut off here finds it deleted still, and begins again.
        self.shared.forget_history(self.kinds, pid.as_str()).await?;
        let state = opened.family.parent.get::<FamilyField>()?.unwrap_or_default();
        let mut sets = layers(&opened.record)?;
        let others: Vec<String> = state.ids().into_iter().filter(|id| id != pid.as_str()).collect();
        let mut named = Vec::new();
        for some in others.chunks(VERSIONS) {
            let (families, _) = self.shared.families(self.kinds, some, Read::Versions).await?;
            for state in families.iter().flat_map(|family| [&family.draft, &family.record]).flatten() {
                named.extend(layers(state)?);
            }
        }
        sets.retain(|set| !named.contains(set));
        empty(&mut opened.record)?;
        let said = (EVENT, facts(&tombstone, &sets));
        let work = self.shared.work();
        let settled = self.settle(who, opened, work, (Some(PURGED), Some(tombstone)), said).await?;
        self.shared.index_family(&settled.family, &settled.entries, who.id()).await;
        Ok(())
    }
}

/// The sets of files that a state is made of.
fn layers(state: &Record) -> Result<Vec<String>> {
    let sets = SETS.into_iter().map(|key| Ok(Files::of(state, key)?.layers));
    Ok(sets.collect::<Result<Vec<_>>>()?.concat())
}

/// Leaves nothing in a record but what it takes to say that there was one.
fn empty(record: &mut Record) -> Result<()> {
    record.document.retain(|key, _| ["parent", "versions", "access", "pids"].contains(&key.as_str()));
    for key in ["metadata", "custom_fields"] {
        record.document.insert(key.into(), Value::Object(Map::new()));
    }
    for key in SETS {
        // A set that nothing was ever written to.
        let layers = vec![Files::first_layer(key, &record.id, Revision(0).0)];
        Files::put(record, key, &FileSet { layers, ..FileSet::default() })?;
    }
    record.beside.clear();
    Ok(())
}
