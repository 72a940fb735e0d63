//! Storing a state of a version: checked against its schema, what it overwrites kept in the history.

use cairn_model::{Identity, Record, Result, Revision, fields::versions::Family as FamilyField};
use cairn_ports::{Expect, Item, Work, store::Page};

use serde_json::{Value, json};

use super::{
    family::{Family, Kinds, State, discarded},
    shared::Shared,
};

/// Overwritten states that are deleted in one transaction.
const FORGOTTEN_TOGETHER: usize = 90;

impl Shared {
    /// Adds to `work` that this becomes the draft or the published record, in place of `before`.
    ///
    /// # Errors
    /// What a field's `pre_commit` refuses; a document that does not fit its schema.
    pub fn put_state(
        &self,
        work: &mut Work,
        kinds: Kinds,
        state: State,
        record: &mut Record,
        before: Option<&Record>,
        expect: Expect,
    ) -> Result<()> {
        record.pre_commit()?;
        let body = record.to_stored();
        self.schemas.check(record.kind, &body)?;
        if let Some(before) = before {
            let key = kinds.history_key(&before.id, state, before.revision);
            work.put(Item::new(key, Revision::FIRST, before.to_stored()), Expect::Absent);
        }
        let key = match state {
            State::Draft => kinds.draft_key(&record.id),
            State::Published => kinds.record_key(&record.id),
        };
        work.put(Item::new(key, record.revision, body), expect);
        Ok(())
    }

    /// Adds to `work` that the parent becomes this, with its next revision.
    ///
    /// # Errors
    /// A document that does not fit its schema.
    pub fn put_parent(&self, work: &mut Work, kinds: Kinds, parent: &mut Record) -> Result<()> {
        let expect = Expect::At(parent.revision);
        parent.revision = parent.revision.next();
        let body = parent.to_stored();
        self.schemas.check(parent.kind, &body)?;
        work.put(Item::new(kinds.parent_key(&parent.id), parent.revision, body), expect);
        Ok(())
    }

    /// Takes a draft away, of which `last` is the newest revision; its counter stays where a record may be edited again.
    pub fn discard(
        &self,
        work: &mut Work,
        kinds: Kinds,
        draft: &Record,
        last: Revision,
        entirely: bool,
    ) -> Revision {
        let (key, revision) = (kinds.draft_key(&draft.id), last.next());
        if entirely {
            work.delete(key, Expect::At(last));
        } else {
            work.put(Item::new(key, revision, discarded(draft)), Expect::At(last));
        }
        revision
    }

    /// Deletes every state of a version that was overwritten.
    ///
    /// # Errors
    /// Those of the store: what was deleted before stays so.
    pub async fn forget_history(&self, kinds: Kinds, id: &str) -> Result<()> {
        let (partition, _) = kinds.history(id, State::Published);
        loop {
            let page = Page { limit: FORGOTTEN_TOGETHER, ..Page::default() };
            let found = self.ports.store.query(kinds.record.table, &partition, &page).await?;
            if found.items.is_empty() {
                return Ok(());
            }
            let mut work = self.work();
            for item in found.items {
                work.delete(item.key, Expect::Any);
            }
            self.ports.store.commit(&work).await?;
        }
    }

    /// Adds to `work` what happened to a version, whose it is, and which documents of it the index has to have.
    pub fn emit(&self, work: &mut Work, kind: &str, family: &Family, who: &Identity, mut data: Value) {
        data["index_version"] = json!(family.index_version());
        data["parent"] = json!(family.parent.id);
        let revision = Revision(family.index_version());
        work.emit(self.event(kind, family.kinds.subject(&family.id), who, revision, data));
    }

    /// Says that the parent has something new, where it has versions beside this one: they show it, too.
    ///
    /// # Errors
    /// Damaged data.
    pub fn tell_all(&self, work: &mut Work, family: &Family, who: &Identity) -> Result<()> {
        let state = family.parent.get::<FamilyField>()?.unwrap_or_default();
        if state.ids().iter().any(|id| *id != family.id) {
            let parent = &family.parent;
            let subject = format!("{}/{}", parent.kind.collection, parent.id);
            work.emit(self.event(
                "parent.identified",
                subject,
                who,
                parent.revision,
                json!({"record": family.id}),
            ));
        }
        Ok(())
    }

    /// Lets the index look at another version of the family again: what it shows of this one has changed.
    pub fn tell(&self, work: &mut Work, id: &str, family: &Family, who: &Identity) {
        let revision = Revision(family.index_version());
        work.emit(self.event("record.touched", family.kinds.subject(id), who, revision, Value::Null));
    }
}
