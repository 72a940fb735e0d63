//! A new draft, the first of a new family.

use cairn_model::{
    Error, Identity, Pid, Projection, Record, Result, Revision,
    actions::CREATE,
    fields::versions::{Family as FamilyField, FamilyState, Member, ParentId, Version, VersionIndex},
    policy::Subject,
};
use cairn_ports::{Expect, Item};
use serde_json::{Map, Value};

use super::{Drafts, Faults, Outcome};
use crate::framework::{Attempt, Family, Once, Stage, State};

impl Drafts {
    /// Creates a draft from `input`; what is wrong with it is reported in `errors` and the rest is saved.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::BadRequest`] for references to entries that do not exist; hard faults of the input.
    pub async fn create(
        &self,
        who: &Identity,
        input: &Map<String, Value>,
        once: Option<&Once>,
    ) -> Result<Projection> {
        self.create_with(who, input, once, Faults::Reported).await
    }

    /// The same, where the caller says what becomes of an input with faults.
    ///
    /// # Errors
    /// [`Error::Invalid`] for faults that are refused: then nothing is created; otherwise as [`Drafts::create`].
    pub async fn create_with(
        &self,
        who: &Identity,
        input: &Map<String, Value>,
        once: Option<&Once>,
        faults: Faults,
    ) -> Result<Projection> {
        if !self.kinds.record.policy.allows(who, CREATE, Subject::document(&Map::new())) {
            return Err(Error::Denied);
        }
        match self.shared.attempt(|| self.try_create(who, input, once, faults)).await? {
            Created::New(outcome) => self.answer(*outcome, State::Draft, who).await,
            Created::Before(id) => self.replay(&id, State::Draft, who).await,
        }
    }

    async fn try_create(
        &self,
        who: &Identity,
        input: &Map<String, Value>,
        once: Option<&Once>,
        faults: Faults,
    ) -> Result<Created, Attempt> {
        let now = self.shared.now();
        let pid = Pid::from_number(self.shared.ports.ids.number());
        let parent_pid = Pid::from_number(self.shared.ports.ids.number());
        let mut draft = Record::create(self.kinds.record, pid.as_str(), now)?;
        let mut parent = Record::create(self.kinds.parent, parent_pid.as_str(), now)?;
        draft.set::<ParentId>(&parent.id)?;
        draft.set::<Version>(&VersionIndex { index: 1 })?;
        let mut findings = self.take(Stage::Create, who, input, &mut draft, None)?;

        let mut keys = once.map(|once| once.key().clone()).into_iter().collect::<Vec<_>>();
        let references = cairn_model::relation::references(self.kinds.record.relations, &draft.document);
        keys.extend(self.components.iter().flat_map(|component| component.lookups(&draft)));
        let (entries, items) = self.shared.entries_and(&references, keys).await?;
        let mut items = items.into_iter();
        let answered = once.and_then(|_| items.next().flatten());
        if let Some(id) = once.map(|once| once.answered(answered.as_ref(), now)).transpose()?.flatten() {
            return Ok(Created::Before(id));
        }
        entries.require(&references)?;
        let found = items.flatten().map(|item| (item.key.clone(), item)).collect();
        let mut step = self.step(Stage::Create, who, None, &found, &mut findings);
        self.each(|component| component.check(&mut step, &mut draft))?;
        faults.judge(&findings.errors)?;
        self.each(|component| component.found(who, &mut parent))?;
        self.allot(who, &parent, &mut draft).await?;

        draft.revision = Revision::FIRST;
        parent.revision = Revision::FIRST;
        let member = Member::new(&draft.id, 1);
        parent.set::<FamilyField>(&FamilyState { next: Some(member), ..FamilyState::default() })?;
        parent.pre_commit()?;
        let mut work = self.shared.work();
        self.put_draft(&mut work, &mut draft, None, Expect::Absent)?;
        let body = parent.to_stored();
        self.shared.schemas.check(parent.kind, &body)?;
        work.put(Item::new(self.kinds.parent_key(&parent.id), parent.revision, body), Expect::Absent);
        if let Some(once) = once {
            once.remember(&draft.id, answered.as_ref(), now, &mut work);
        }
        let family = Family::begun(self.kinds, draft, parent);
        self.emit(&mut work, "draft.created", &family, who);
        self.shared.commit(work, findings.claims, None).await?;
        Ok(Created::New(Box::new(Outcome { family, entries, errors: findings.errors })))
    }
}

enum Created {
    New(Box<Outcome>),
    Before(String),
}
