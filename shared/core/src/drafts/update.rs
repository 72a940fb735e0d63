//! Saving a draft: what is valid replaces what was there, the rest is reported.

use cairn_model::{
    Error, FieldError, Identity, Pid, Projection, Record, Result,
    actions::{MANAGE, REVIEW},
};
use cairn_ports::Expect;
use serde_json::{Map, Value};

use super::{Drafts, Faults, Outcome, Surroundings};
use crate::framework::{Attempt, Named, Stage, State, beside::attach};

impl Drafts {
    /// Saves a draft. With `if_match` only that revision is replaced; without it the last writer wins.
    ///
    /// # Errors
    /// [`Error::StaleRevision`]; otherwise as [`Drafts::create`] and [`Drafts::read`].
    pub async fn update(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
        input: &Map<String, Value>,
    ) -> Result<Projection> {
        self.update_with(who, pid, if_match, input, Faults::Reported).await
    }

    /// The same, where the caller says what becomes of an input with faults.
    ///
    /// # Errors
    /// [`Error::Invalid`] for faults that are refused: then the draft stays as it was; otherwise as [`Drafts::update`].
    pub async fn update_with(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
        input: &Map<String, Value>,
        faults: Faults,
    ) -> Result<Projection> {
        let outcome = self.shared.attempt(|| self.try_update(who, pid, if_match, input, faults)).await?;
        self.answer(outcome, State::Draft, who).await
    }

    async fn try_update(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
        input: &Map<String, Value>,
        faults: Faults,
    ) -> Result<Outcome, Attempt> {
        let mut versions = self.load(pid, None).await?.versions;
        let mut draft = versions.draft.clone().ok_or_else(Error::unknown_pid)?;
        let parent_id = versions.parent_id()?;
        // What is wrong with the body is said to those who may save it, and see the revision that they think they do.
        let taken = self.take(Stage::Update, who, input, &mut draft, versions.record.as_ref());
        let shown: Vec<_> = [&draft].into_iter().chain(versions.states()).collect();
        let Surroundings { entries, parent, found, beside } =
            self.surroundings(parent_id.as_deref(), &shown).await?;
        versions.attach(&beside);
        attach(&mut draft, &beside);
        let before = versions.draft.clone().ok_or_else(Error::unknown_pid)?;
        let family = self.shared.with_parent(self.kinds, pid.as_str(), versions, parent).await?;
        let mut family = family.ok_or_else(Error::unknown_pid)?;
        family.require(who, REVIEW, &before)?;
        let key = self.kinds.draft_key(pid.as_str());
        let named = Named::check(if_match, key, before.revision)?;
        let mut findings = taken?;
        if !family.allows(who, MANAGE, &before) {
            findings.errors.extend(keep_access(input, &before, &mut draft));
        }
        entries.require(&cairn_model::relation::references(draft.kind.relations, &draft.document))?;

        let mut step = self.step(Stage::Update, who, family.record.as_ref(), &found, &mut findings);
        self.each(|component| component.check(&mut step, &mut draft))?;
        faults.judge(&findings.errors)?;
        // A set that was to be switched off, and may not be, was not looked for beside the draft before.
        attach(&mut draft, &beside);
        draft.revision = before.revision.next();
        draft.updated = self.shared.now();
        let mut work = self.shared.work();
        self.put_draft(&mut work, &mut draft, Some(&before), Expect::At(before.revision))?;
        family.draft_revision = draft.revision;
        family.draft = Some(draft);
        self.emit(&mut work, "draft.updated", &family, who);
        self.shared.commit(work, findings.claims, named.as_ref()).await?;
        Ok(Outcome { family, entries, errors: findings.errors })
    }
}

/// Who sees a record is for those who manage it to say. InvenioRDM: records reference, access.
fn keep_access(input: &Map<String, Value>, before: &Record, draft: &mut Record) -> Option<FieldError> {
    let (kept, wanted) = (before.document.get("access")?, draft.document.get_mut("access")?);
    if wanted == kept {
        return None;
    }
    wanted.clone_from(kept);
    let message = "You don't have permissions to manage record access.";
    input.contains_key("access").then(|| FieldError::new("access", message))
}
