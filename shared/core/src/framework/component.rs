//! Components: one concern of a record's life each, across all operations. The service owns their order.

use std::collections::HashMap;

use cairn_model::{FieldError, Identity, Record, Result, Timestamp, files::Allowance};
use cairn_ports::{Count, Expect, Item, Key, OwnFields, Work};
use serde_json::{Map, Value};

use crate::app::Settings;

/// Where in its life a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is being created.
    Create,
    /// It is being saved.
    Update,
    /// It is being published.
    Publish,
}

/// A claim of an identifier: whoever commits it first has it.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The item that stands for the identifier.
    pub item: Item,
    /// What must be there: nothing, or this owner's earlier claim.
    pub expect: Expect,
    /// What the caller is told when somebody else has it.
    pub taken: FieldError,
}

/// One step of a draft's life, as components see it.
pub struct Step<'a> {
    /// Who does it.
    pub who: &'a Identity,
    /// Where in its life the draft is.
    pub stage: Stage,
    /// When.
    pub now: Timestamp,
    /// The site's settings.
    pub settings: &'a Settings,
    /// The fields that records have beside their metadata.
    pub custom_fields: &'a OwnFields,
    /// The published record, if there is one.
    pub record: Option<&'a Record>,
    /// Items that components asked for in `lookups`, where they exist.
    pub found: &'a HashMap<Key, Item>,
    /// Problems found so far; a save reports them, publishing refuses them.
    pub errors: &'a mut Vec<FieldError>,
    /// Identifiers to claim with the commit.
    pub claims: &'a mut Vec<Claim>,
    /// Identifiers that the record gives up with the commit.
    pub releases: &'a mut Vec<(Key, Expect)>,
    /// Counters beside the record that the commit changes, and that it depends on.
    pub counts: &'a mut Vec<(Key, Vec<Count>)>,
}

impl Step<'_> {
    /// Notes a problem.
    pub fn problem(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, message));
    }
}

/// A concern. Each method does nothing unless the component says otherwise.
pub trait Component: Send + Sync {
    /// The draft is created or saved with `input`: take over what is valid, note what is not.
    fn save(&self, _step: &mut Step<'_>, _input: &Map<String, Value>, _draft: &mut Record) -> Result<()> {
        Ok(())
    }

    /// A family begins with this draft: complete its parent.
    fn found(&self, _who: &Identity, _parent: &mut Record) -> Result<()> {
        Ok(())
    }

    /// Items that `check` and `publish` want to see, given the draft as it will be.
    fn lookups(&self, _draft: &Record) -> Vec<Key> {
        Vec::new()
    }

    /// After every component took its part of the input: check what depends on looked-up items.
    fn check(&self, _step: &mut Step<'_>, _draft: &mut Record) -> Result<()> {
        Ok(())
    }

    /// The draft becomes the record: note every problem, complete the record, claim what is its own.
    fn publish(&self, _step: &mut Step<'_>, _draft: &Record, _record: &mut Record) -> Result<()> {
        Ok(())
    }

    /// The draft is the record now, and part of its family: complete the parent. Tells whether something of it changed.
    fn join(
        &self,
        _step: &mut Step<'_>,
        _draft: &Record,
        _record: &Record,
        _parent: &mut Record,
    ) -> Result<bool> {
        Ok(false)
    }

    /// A restricted record becomes public without being edited: complete it.
    fn open(&self, _step: &mut Step<'_>, _record: &mut Record) -> Result<()> {
        Ok(())
    }

    /// A published record is opened for editing: make the draft what may be edited. Its revision is set.
    fn edit(&self, _record: &Record, _draft: &mut Record) -> Result<()> {
        Ok(())
    }

    /// A draft begins, whose owner may store so much: keep that, it holds for this draft.
    fn allot(&self, _allowance: Option<Allowance>, _draft: &mut Record) -> Result<()> {
        Ok(())
    }

    /// Partitions beside the draft that nothing names once it is discarded.
    fn leaves(&self, _draft: &Record) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Nothing is left of the version: give back what was its own.
    fn discard(&self, _draft: &Record, _work: &mut Work) -> Result<()> {
        Ok(())
    }
}
