//! Components of research records: one concern each. The order is part of the contract, because problems are
//! reported in it.

mod access;
mod body;
pub(crate) mod embargo;
mod files;
mod notes;
mod ownership;
pub(crate) mod pids;

use crate::framework::Component;

/// Input first (but what refuses it all before it), since the others look at what it left; identifiers last, since they are claimed with the commit.
pub static RECORD_COMPONENTS: &[&dyn Component] = &[
    &notes::NotesRule,
    &body::Body,
    &access::RestrictionRule,
    &files::FilesRule,
    &embargo::EmbargoRule,
    &pids::Pids,
    &ownership::Ownership,
];
