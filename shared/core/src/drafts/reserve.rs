//! Identifiers that are reserved for a draft before it is published, and given back.

use cairn_model::{
    Error, Identity, Pid, Projection, Record, Result,
    actions::REVIEW,
    fields::pids::{PersistentId, Pids},
};
use cairn_ports::Expect;

use super::{Drafts, Outcome};
use crate::{
    components::pids::{KEPT, doi_of, oai_identifier},
    dois::is_managed,
    framework::{Attempt, Family, Named, State},
};

/// The scheme that registries are asked for.
const DOI: &str = "doi";
/// The scheme of harvesters.
const OAI: &str = "oai";

impl Drafts {
    /// Reserves an identifier of a scheme: the draft shows what the record will be called.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is one already, or the site makes none of this scheme; [`Error::NotFound`],
    /// [`Error::Denied`], [`Error::StaleRevision`].
    pub async fn reserve(
        &self,
        who: &Identity,
        pid: &Pid,
        scheme: &str,
        if_match: Option<u64>,
    ) -> Result<Projection> {
        self.change_pid(who, pid, if_match, |family, draft| {
            let mut pids = draft.get::<Pids>()?.unwrap_or_default();
            let minted = self.minted(scheme, &draft.id);
            let minted = minted.ok_or_else(|| {
                let message = format!("No configuration defined for PIDs {scheme}");
                Error::field(format!("pids.{scheme}"), message)
            })?;
            let kept = family.record.as_ref().filter(|_| scheme == DOI).and_then(doi_of);
            if pids.contains_key(scheme) || kept.is_some_and(|kept| is_managed(&kept)) {
                let message = format!("A PID already exists for type {scheme}");
                return Err(Error::field(format!("pids.{scheme}"), message));
            }
            pids.insert(scheme.to_owned(), minted);
            draft.set::<Pids>(&pids)
        })
        .await
    }

    /// Gives back an identifier that was reserved.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or somebody else made it; [`Error::Invalid`] where the record has it already;
    /// otherwise as [`Drafts::reserve`].
    pub async fn give_back(
        &self,
        who: &Identity,
        pid: &Pid,
        scheme: &str,
        if_match: Option<u64>,
    ) -> Result<Projection> {
        self.change_pid(who, pid, if_match, |family, draft| {
            let mut pids = draft.get::<Pids>()?.unwrap_or_default();
            if !pids.remove(scheme).is_some_and(|found| is_managed(&found)) {
                return Err(Error::unknown_pid());
            }
            let published = family.record.as_ref().map(Record::get::<Pids>).transpose()?.flatten();
            let is_kept =
                published.and_then(|mut pids| pids.remove(scheme)).is_some_and(|kept| is_managed(&kept));
            if is_kept {
                return Err(Error::field(format!("pids.{scheme}"), KEPT));
            }
            draft.set::<Pids>(&pids)
        })
        .await
    }

    /// The identifier of a scheme that this site makes for a version.
    fn minted(&self, scheme: &str, id: &str) -> Option<PersistentId> {
        let settings = &self.shared.settings;
        match scheme {
            DOI => settings.minting.first().map(|registry| registry.mint(id)),
            OAI => Some(oai_identifier(&settings.oai_prefix, id)),
            _ => None,
        }
    }

    async fn change_pid(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
        change: impl Fn(&Family, &mut Record) -> Result<()>,
    ) -> Result<Projection> {
        let outcome = self.shared.attempt(|| self.try_change_pid(who, pid, if_match, &change)).await?;
        self.answer(outcome, State::Draft, who).await
    }

    async fn try_change_pid(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
        change: &impl Fn(&Family, &mut Record) -> Result<()>,
    ) -> Result<Outcome, Attempt> {
        let found = self.shared.family(self.kinds, pid).await?;
        let (mut family, entries) = found.ok_or_else(Error::unknown_pid)?;
        let before = family.draft.clone().ok_or_else(Error::unknown_pid)?;
        family.require(who, REVIEW, &before)?;
        let named = Named::check(if_match, self.kinds.draft_key(pid.as_str()), before.revision)?;
        let mut draft = before.clone();
        change(&family, &mut draft)?;
        (draft.revision, draft.updated) = (before.revision.next(), self.shared.now());
        let mut work = self.shared.work();
        self.put_draft(&mut work, &mut draft, Some(&before), Expect::At(before.revision))?;
        family.draft_revision = draft.revision;
        family.draft = Some(draft);
        self.emit(&mut work, "draft.updated", &family, who);
        self.shared.commit(work, Vec::new(), named.as_ref()).await?;
        Ok(Outcome { family, entries, errors: Vec::new() })
    }
}
