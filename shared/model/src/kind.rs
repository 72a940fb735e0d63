//! A kind of record: a declaration of everything in which one kind differs from another.

use crate::{
    field::SystemField,
    mapping::Mapping,
    policy::{Action, Policy},
    relation::Relation,
    schema::Schema,
    table::Table,
};

/// A kind of record. The framework works from this declaration alone and knows no kind by name.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Name in messages and events.
    pub name: &'static str,
    /// The path segment of its collection in the API and in event subjects.
    pub collection: &'static str,
    /// Where its items are stored.
    pub table: Table,
    /// JSON Schema of what is stored, with the way up from older versions.
    pub schema: Schema,
    /// System fields, in the order their hooks run.
    pub fields: &'static [&'static dyn SystemField],
    /// Relations to entries of other kinds: checked when written, copied when read and indexed.
    pub relations: &'static [Relation],
    /// How published records (or the only state there is) are indexed. Parents are not.
    pub mapping: Option<&'static Mapping>,
    /// How drafts are indexed, for kinds that have drafts.
    pub drafts: Option<&'static Mapping>,
    /// Who may do what.
    pub policy: &'static Policy,
    /// Paths that only those see who may do the named action.
    pub guarded: &'static [(&'static str, Action)],
    /// Paths that are indexed but never shown.
    pub index_only: &'static [&'static str],
    /// Order of top-level keys in answers; `links` says where links go. Other keys follow.
    pub layout: &'static [&'static str],
}
