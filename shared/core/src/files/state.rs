//! What a draft says of its set is changed, with whatever else the change is made of.

use cairn_model::{Record, Result, fields::files::Files as FilesField, files::FileSet};
use cairn_ports::{Expect, Work};

use super::{Files, Opened};
use crate::framework::State;

impl Files {
    /// Adds to `work` that the draft says this of its set. `change` gets the draft with its new revision.
    pub(super) fn change_set(
        &self,
        work: &mut Work,
        opened: &Opened,
        change: impl FnOnce(&mut FileSet, &Record),
    ) -> Result<()> {
        let before = opened.state()?;
        let mut draft = before.clone();
        draft.revision = before.revision.next();
        draft.updated = self.shared.now();
        let mut set = opened.set.clone();
        change(&mut set, &draft);
        FilesField::put(&mut draft, opened.mount.set, &set)?;
        let expect = Expect::At(before.revision);
        self.shared.put_state(work, self.kinds, State::Draft, &mut draft, Some(before), expect)
    }
}
