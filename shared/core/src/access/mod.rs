//! Access to the versions of a family: links, grants, and what others may ask of the owner. One set for all versions.

mod grants;
mod links;
mod settings;
mod subjects;

use std::sync::Arc;

use cairn_model::{
    Error, Identity, Pid, Record, Result,
    actions::MANAGE,
    fields::sharing::{Shares, Sharing},
    kinds::users::USER,
};
use serde_json::{Value, json};

use crate::{
    framework::{Attempt, Entries, Family, Kinds, Shared, State},
    users::Users,
};

pub use grants::{Of, Placed};
pub use links::OpenLink;

/// The service.
pub struct Access {
    shared: Arc<Shared>,
    kinds: Kinds,
    users: Users,
}

/// A change that was made: what it came to, and the family that it was made to.
struct Changed<T> {
    made: T,
    family: Family,
    entries: Entries,
}

/// What happened, and small facts about it.
type Said = (&'static str, Value);

impl Access {
    /// The service of access to `kinds`.
    pub fn new(shared: Arc<Shared>, kinds: Kinds) -> Self {
        let users = Users::new(shared.clone(), &USER);
        Self { shared, kinds, users }
    }

    /// What is shared, for those who manage it.
    async fn shares(&self, who: &Identity, pid: &Pid) -> Result<Shares> {
        let id = pid.as_str();
        let versions = self.shared.versions(self.kinds, id).await?;
        let parent = versions.parent_id()?.ok_or_else(Error::unknown_pid)?;
        let parent = self.shared.ports.store.get(&self.kinds.parent_key(&parent)).await?;
        let family = self.shared.with_parent(self.kinds, id, versions, parent).await?;
        managed(who, &family.ok_or_else(Error::unknown_pid)?)
    }

    /// Lets `change` be made to what is shared, as often as others are faster.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], what `change` refuses.
    async fn change<T>(
        &self,
        who: &Identity,
        pid: &Pid,
        change: impl Fn(&mut Shares) -> Result<(T, Said)>,
    ) -> Result<Changed<T>> {
        let changed = self.shared.attempt(|| self.try_change(who, pid, &change)).await?;
        self.shared.index_family(&changed.family, &changed.entries, who.id()).await;
        Ok(changed)
    }

    async fn try_change<T>(
        &self,
        who: &Identity,
        pid: &Pid,
        change: &impl Fn(&mut Shares) -> Result<(T, Said)>,
    ) -> Result<Changed<T>, Attempt> {
        let found = self.shared.family(self.kinds, pid).await?;
        let (mut family, entries) = found.ok_or_else(Error::unknown_pid)?;
        let mut shares = managed(who, &family)?;
        let (made, (kind, mut facts)) = change(&mut shares)?;
        facts["record"] = json!(pid);
        facts["published"] = json!(shown(&family) == Some(State::Published));
        let mut work = self.shared.work();
        let parent = &mut family.parent;
        parent.set::<Sharing>(&shares)?;
        parent.updated = self.shared.now();
        self.shared.put_parent(&mut work, self.kinds, parent)?;
        let subject = format!("{}/{}", parent.kind.collection, parent.id);
        work.emit(self.shared.event(kind, subject, who, parent.revision, facts));
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(Changed { made, family, entries })
    }
}

/// What is shared of a family, for those who manage it.
fn managed(who: &Identity, family: &Family) -> Result<Shares> {
    let state = shown(family).and_then(|state| family.state(state));
    family.require(who, MANAGE, state.ok_or_else(Error::unknown_pid)?)?;
    shares_of(&family.parent)
}

fn shares_of(parent: &Record) -> Result<Shares> {
    parent.get::<Sharing>()?.ok_or_else(|| Error::Internal(format!("{parent} belongs to nobody")))
}

/// The state that is answered with: what is published, else the draft.
fn shown(family: &Family) -> Option<State> {
    [State::Published, State::Draft].into_iter().find(|state| family.state(*state).is_some())
}
