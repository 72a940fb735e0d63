//! Specimens, declared.

use cairn_model::{
    Table,
    actions::{CREATE, CURATE, PREVIEW, READ, REVIEW},
    fields::data::EmptyObject,
    kind::Kind,
    mapping::{
        FieldType::{Boolean, Date, Integer, Keyword, TextAndKeyword, Texts},
        Mapped, Mapping,
    },
    policy::{Action, Policy, Rule},
    relation::Relation,
    schema::Schema,
};
use serde_json::json;

use super::{CURATOR, field::Condition};

/// Specimens and their holdings.
pub(super) const SPECIMENS: Table = Table("specimens");
/// Accession numbers.
pub(super) const ACCESSIONS: Table = Table("accessions");

/// Read what is for curators.
const NOTES: Action = Action("notes");

const KEEPER: Rule = Rule::UserAt("parent.keeper.user");

/// What is sealed is for curators to change, and for them and its keeper to see.
static POLICY: Policy = Policy {
    rules: &[
        (CREATE, &[Rule::Known]),
        (NOTES, &[Rule::Role(CURATOR)]),
        (CURATE, &[KEEPER, Rule::Role(CURATOR)]),
        (PREVIEW, &[Rule::SameAs(CURATE)]),
        (REVIEW, &[sealed(&[Rule::Role(CURATOR)], &[Rule::SameAs(CURATE)])]),
        (READ, &[sealed(&[Rule::SameAs(CURATE)], &[Rule::Anyone])]),
    ],
};

const fn sealed(then: &'static [Rule], otherwise: &'static [Rule]) -> Rule {
    Rule::Where { path: "condition.state", value: "sealed", then, otherwise }
}

const fn mapped(path: &'static str, kind: cairn_model::mapping::FieldType) -> Mapped {
    Mapped { path, kind }
}

const FIELDS: &[Mapped] = &[
    mapped("id", Keyword),
    mapped("label", TextAndKeyword),
    mapped("accession", Keyword),
    mapped("condition.state", Keyword),
    mapped("kilograms", Integer),
    mapped("script.id", Keyword),
    mapped("script.title", Texts),
    mapped("parent.keeper.user", Keyword),
    mapped("versions.is_latest", Boolean),
    mapped("created", Date),
];

/// How published specimens are indexed.
pub(super) static MAPPING: Mapping = Mapping {
    index: "specimens",
    fields: FIELDS,
    defaults: &[("label", 2.0), ("script.title", 1.0)],
    unreturned: &[],
};
/// How drafts of specimens are indexed.
pub(super) static DRAFTS: Mapping =
    Mapping { index: "specimen-drafts", fields: FIELDS, defaults: &[("label", 1.0)], unreturned: &[] };

const SCHEMA: &str = r#"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["$schema", "created", "updated", "parent", "versions", "condition"],
    "properties": {
        "$schema": {"const": "specimens/specimen-v2.json"},
        "created": {"type": "string"}, "updated": {"type": "string"}, "touch": {"type": "integer"},
        "parent": {"type": "string"}, "versions": {"type": "object"},
        "label": {"type": "string", "maxLength": 100}, "accession": {"type": "string"}, "notes": {"type": "string"},
        "script": {"type": "object", "required": ["id"], "additionalProperties": false,
            "properties": {"id": {"type": "string"}}},
        "condition": {"type": "object", "required": ["state", "grams"],
            "properties": {"state": {"enum": ["intact", "damaged", "sealed"]}}}
    },
    "additionalProperties": false
}"#;

/// A specimen.
pub(super) static SPECIMEN: Kind = Kind {
    name: "specimen",
    collection: "specimens",
    table: SPECIMENS,
    schema: Schema {
        id: "specimens/specimen-v2.json",
        text: SCHEMA,
        older: &[(
            "specimens/specimen-v1.json",
            // The first version knew a name, and the condition as a word.
            |mut document| {
                if let Some(name) = document.shift_remove("name") {
                    document.insert("label".into(), name);
                }
                let state = document.shift_remove("condition").unwrap_or_default();
                document.insert("condition".into(), json!({"state": state, "grams": 0, "fragile": false}));
                document
            },
        )],
    },
    fields: &[&Condition],
    relations: &[Relation { path: "script", target: "languages", copied: &["title"], indexed: &["props"] }],
    mapping: Some(&MAPPING),
    drafts: Some(&DRAFTS),
    policy: &POLICY,
    guarded: &[("notes", NOTES), ("condition.grams", CURATE)],
    index_only: &["kilograms", "has_draft", "touch", "script.props"],
    layout: &["id", "revision_id", "label", "accession", "condition", "script", "notes", "parent", "errors"],
};

/// What belongs to a keeper: the parent of a specimen's versions.
pub(super) static HOLDING: Kind = Kind {
    name: "holding",
    collection: "holdings",
    table: SPECIMENS,
    schema: Schema {
        id: "specimens/holding-v1.json",
        text: r#"{"type": "object", "required": ["keeper"], "properties": {"keeper": {"required": ["user"]}}}"#,
        older: &[],
    },
    fields: &[&EmptyObject("keeper")],
    relations: &[],
    mapping: None,
    drafts: None,
    policy: &POLICY,
    guarded: &[],
    index_only: &[],
    layout: &["id", "keeper"],
};
