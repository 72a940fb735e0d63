//! The audit log: who did what to what, from where. InvenioRDM: events reference, audit log.

use crate::{
    identity::ADMINISTRATOR,
    kind::Kind,
    mapping::{
        FieldType::{Date, Integer, Keyword, TextAndKeyword},
        Mapped, Mapping,
    },
    policy::{Action, Policy, Rule},
    schema::Schema,
};

/// Read the log.
pub const READ: Action = Action("read");

static POLICY: Policy = Policy { rules: &[(READ, &[Rule::Role(ADMINISTRATOR)])] };

const fn mapped(path: &'static str, kind: crate::mapping::FieldType) -> Mapped {
    Mapped { path, kind }
}

/// How entries are indexed.
pub static MAPPING: Mapping = Mapping {
    index: "audit",
    fields: &[
        mapped("id", Keyword),
        mapped("created", Date),
        mapped("action", Keyword),
        mapped("resource.type", Keyword),
        mapped("resource.id", Keyword),
        mapped("metadata.ip_address", Keyword),
        mapped("metadata.parent_pid", Keyword),
        mapped("metadata.revision_id", Integer),
        mapped("metadata.file_key", TextAndKeyword),
        mapped("metadata.triggered_by.type", Keyword),
        mapped("metadata.triggered_by.id", Keyword),
        mapped("user.id", Keyword),
        mapped("user.username", TextAndKeyword),
        mapped("user.email", TextAndKeyword),
    ],
    defaults: &[
        ("action", 1.0),
        ("resource.type", 1.0),
        ("resource.id", 1.0),
        ("metadata.ip_address", 1.0),
        ("metadata.parent_pid", 1.0),
        ("metadata.file_key", 1.0),
        ("metadata.triggered_by.id", 1.0),
        ("user.id", 1.0),
        ("user.username", 1.0),
        ("user.email", 1.0),
    ],
    unreturned: &[],
};

/// An entry.
pub static ENTRY: Kind = Kind {
    name: "audit log entry",
    collection: "audit-logs",
    table: super::AUDIT,
    schema: Schema {
        id: "audit-logs/entry-v1.0.0.json",
        text: include_str!("../../schemas/audit-logs/entry-v1.0.0.json"),
        older: &[],
    },
    fields: &[],
    relations: &[],
    mapping: Some(&MAPPING),
    drafts: None,
    policy: &POLICY,
    guarded: &[],
    index_only: &[],
    layout: &["id", "created", "action", "resource", "metadata", "user", "links"],
};
