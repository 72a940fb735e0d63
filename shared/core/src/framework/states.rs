//! Storing a state of a version: checked against its schema, what it overwrites kept in the history.

use cairn_model::{Record, Result, Revision};
use cairn_ports::{Expect, Item, Work};

use super::{
    family::{Kinds, State},
    shared::Shared,
};

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
}
