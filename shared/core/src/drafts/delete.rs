//! Discarding a draft: what was never published is gone, an edited record stays as it was.

use cairn_model::{
    Error, Identity, Pid, Result,
    actions::CURATE,
    fields::versions::{Family as FamilyField, FamilyState},
};
use cairn_ports::{Expect, Item, Work, search::Document};

use serde_json::json;

use super::Drafts;
use crate::framework::{Attempt, Entries, Family, Named};

impl Drafts {
    /// Discards a draft.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], [`Error::StaleRevision`].
    pub async fn delete(&self, who: &Identity, pid: &Pid, if_match: Option<u64>) -> Result<()> {
        let (family, entries) = self.shared.attempt(|| self.try_delete(who, pid, if_match)).await?;
        let documents = match family.record {
            Some(_) => family.documents(&entries),
            None => Ok(self.gone(&family)),
        };
        self.shared.index(documents, who.id()).await;
        Ok(())
    }

    async fn try_delete(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
    ) -> Result<(Family, Entries), Attempt> {
        let (mut family, entries) =
            self.shared.family(self.kinds, pid).await?.ok_or_else(Error::unknown_pid)?;
        let draft = family.draft.take().ok_or_else(Error::unknown_pid)?;
        family.require(who, CURATE, &draft)?;
        let key = self.kinds.draft_key(pid.as_str());
        let named = Named::check(if_match, key, draft.revision)?;
        let mut work = self.shared.work();
        family.draft_revision = self.shared.discard(
            &mut work,
            self.kinds,
            &draft,
            family.draft_revision,
            family.record.is_none(),
        );
        if family.record.is_none() {
            self.each(|component| component.discard(&draft, &mut work))?;
            self.leave(&mut work, &mut family)?;
        }
        let mut left = Vec::new();
        for component in self.components {
            left.extend(component.leaves(&draft)?);
        }
        let latest = family.parent.get::<FamilyField>()?.unwrap_or_default().latest;
        if let Some(latest) = latest.filter(|latest| latest.id != family.id) {
            self.shared.tell(&mut work, &latest.id, &family, who);
        }
        self.shared.emit(&mut work, "draft.deleted", &family, who, json!({"sets": left}));
        self.shared.commit(work, Vec::new(), named.as_ref()).await?;
        Ok((family, entries))
    }

    /// Forgets what was written and overwritten in a draft of which nothing is left.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn forget(&self, id: &str) -> Result<()> {
        let versions = self.shared.versions(self.kinds, id).await?;
        if versions.states().next().is_some() || versions.draft_revision.0 > 0 {
            return Ok(());
        }
        self.shared.forget_history(self.kinds, id).await
    }

    /// The version leaves its family; a family without versions goes with it.
    fn leave(&self, work: &mut Work, family: &mut Family) -> Result<()> {
        let state = family.parent.get::<FamilyField>()?.unwrap_or_default();
        let (key, expect) = (self.kinds.parent_key(&family.parent.id), Expect::At(family.parent.revision));
        family.parent.revision = family.parent.revision.next();
        if state.latest.is_none() {
            work.delete(key, expect);
            return Ok(());
        }
        family.parent.set::<FamilyField>(&FamilyState { next: None, ..state })?;
        work.put(Item::new(key, family.parent.revision, family.parent.to_stored()), expect);
        Ok(())
    }

    /// What the index is told of a version of which nothing is left.
    fn gone(&self, family: &Family) -> Vec<Document> {
        let mappings = [self.kinds.record.mapping, self.kinds.record.drafts];
        let version = family.index_version();
        mappings
            .into_iter()
            .flatten()
            .map(|mapping| Document { index: mapping.index, id: family.id.clone(), version, source: None })
            .collect()
    }
}
