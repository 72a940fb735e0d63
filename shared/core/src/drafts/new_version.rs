//! A new version of a published record: a draft that begins with what the latest version says.

use cairn_model::{
    Error, Identity, Pid, Projection, Record, Result, Revision,
    actions::CURATE,
    fields::{
        deletion::is_deleted,
        files::Files,
        versions::{Family as FamilyField, FamilyState, Member, ParentId, Version, VersionIndex},
    },
};
use cairn_ports::Expect;
use serde_json::{Value, json};

use super::{Drafts, Outcome};
use crate::framework::{Attempt, Entries, Family, State};

/// What a new version takes over of the latest one. `InvenioRDM`: copy rules, lifecycle reference §3.
const COPIED: [&str; 3] = ["metadata", "custom_fields", "access"];

impl Drafts {
    /// Makes the draft of the next version, or gives the one there is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what was never published, [`Error::Denied`].
    pub async fn new_version(&self, who: &Identity, pid: &Pid) -> Result<Projection> {
        let outcome = self.shared.attempt(|| self.try_new_version(who, pid)).await?;
        self.answer(outcome, State::Draft, who).await
    }

    async fn try_new_version(&self, who: &Identity, pid: &Pid) -> Result<Outcome, Attempt> {
        let (family, entries) = self.published(pid).await?;
        let record = family.record.as_ref().ok_or_else(Error::unknown_pid)?;
        family.require(who, CURATE, record)?;
        if is_deleted(record) {
            return Err(Error::Denied.into());
        }
        let state = family.parent.get::<FamilyField>()?.unwrap_or_default();
        if let Some(next) = state.next {
            let there = self.shared.family(self.kinds, &Pid::parse(&next.id)?).await?;
            let (family, entries) = there.ok_or(Attempt::Again)?;
            return Ok(Outcome { family, entries, errors: Vec::new() });
        }
        let latest = state.latest.ok_or_else(Error::unknown_pid)?;
        let (family, entries) = if latest.id == pid.as_str() {
            (family, entries)
        } else {
            self.published(&Pid::parse(&latest.id)?).await?
        };
        self.begin(who, family, entries, latest).await
    }

    async fn published(&self, pid: &Pid) -> Result<(Family, Entries)> {
        self.shared.family(self.kinds, pid).await?.ok_or_else(Error::unknown_pid)
    }

    async fn begin(
        &self,
        who: &Identity,
        latest: Family,
        entries: Entries,
        member: Member,
    ) -> Result<Outcome, Attempt> {
        let Family { record, mut parent, .. } = latest;
        let record = record.ok_or_else(Error::unknown_pid)?;
        let before = parent.get::<FamilyField>()?.unwrap_or_default();
        let index = before.next_index();
        let mut draft = self.successor(&record, &parent.id, index)?;
        self.allot(who, &parent, &mut draft).await?;
        let next = Member::new(&draft.id, index);
        let mut work = self.shared.work();
        let state = FamilyState { next: Some(next), ..before };
        self.put_parent(&mut work, &mut parent, &state)?;
        self.put_draft(&mut work, &mut draft, None, Expect::Absent)?;
        let family = Family::begun(self.kinds, draft, parent);
        self.shared.emit(&mut work, "draft.created", &family, who, json!({"new_version": true}));
        self.shared.tell(&mut work, &member.id, &family, who);
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(Outcome { family, entries, errors: Vec::new() })
    }

    fn successor(&self, record: &Record, parent: &str, index: u32) -> Result<Record> {
        let now = self.shared.now();
        let pid = Pid::from_number(self.shared.ports.ids.number());
        let mut draft = Record::create(self.kinds.record, pid.as_str(), now)?;
        draft.revision = Revision::FIRST;
        draft.set::<ParentId>(&parent.to_owned())?;
        draft.set::<Version>(&VersionIndex { index })?;
        for key in COPIED {
            if let Some(value) = record.document.get(key) {
                draft.document.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(Value::Object(metadata)) = draft.document.get_mut("metadata") {
            metadata.shift_remove("version");
            metadata.insert("publication_date".into(), json!(now.day().to_string()));
        }
        let over = |embargo: &Value| {
            embargo["until"].as_str().is_some_and(|until| until <= now.day().to_string().as_str())
        };
        if let Some(embargo) = draft.document.get_mut("access").and_then(|access| access.get_mut("embargo"))
            && over(embargo)
        {
            *embargo = json!({"active": false, "reason": null});
        }
        let mut files = Files::of(&draft, "files")?;
        files.enabled = Files::of(record, "files")?.enabled;
        Files::put(&mut draft, "files", &files)?;
        Ok(draft)
    }
}
