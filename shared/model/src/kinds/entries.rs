//! Entries of vocabularies: generic ones and the five with fields of their own.

use crate::{
    identity::ADMINISTRATOR,
    kind::Kind,
    mapping::{
        FieldType::{Date, Keyword, Keywords, Text, TextAndKeyword, Texts},
        Mapped, Mapping,
    },
    policy::{Action, Policy, Rule},
    relation::Relation,
    schema::Schema,
};

/// Read or find an entry.
pub const READ: Action = Action("read");
/// Create, replace or delete an entry.
pub const WRITE: Action = Action("write");

static POLICY: Policy = Policy {
    rules: &[
        (WRITE, &[Rule::Role(ADMINISTRATOR)]),
        (
            READ,
            &[Rule::Where {
                path: "tags",
                value: "unlisted",
                then: &[],
                otherwise: &[Rule::Where {
                    path: "vocabulary",
                    value: "names",
                    then: &[Rule::Known],
                    otherwise: &[Rule::Anyone],
                }],
            }],
        ),
    ],
};

const fn mapped(path: &'static str, kind: crate::mapping::FieldType) -> Mapped {
    Mapped { path, kind }
}

/// How entries are indexed.
pub static MAPPING: Mapping = Mapping {
    index: "vocabularies",
    fields: &[
        mapped("id", TextAndKeyword),
        mapped("vocabulary", Keyword),
        mapped("type", Keyword),
        mapped("tags", Keyword),
        mapped("title", Texts),
        mapped("title_sort", Keyword),
        mapped("description", Texts),
        mapped("props", Keywords),
        mapped("name", TextAndKeyword),
        mapped("name_sort", Keyword),
        mapped("given_name", Text),
        mapped("family_name", Text),
        mapped("acronym", TextAndKeyword),
        mapped("aliases", Text),
        mapped("number", TextAndKeyword),
        mapped("program", Keyword),
        mapped("funder.id", Keyword),
        mapped("funder.name", Text),
        mapped("scheme", TextAndKeyword),
        mapped("subject", TextAndKeyword),
        mapped("synonyms", Text),
        mapped("affiliations.id", Keyword),
        mapped("subjects.id", Keyword),
        mapped("organizations.id", Keyword),
        mapped("affiliations.name", Text),
        mapped("affiliations.acronym", Text),
        mapped("identifiers.identifier", TextAndKeyword),
        mapped("identifiers.scheme", Keyword),
        mapped("country", Keyword),
        mapped("country_name", Text),
        mapped("created", Date),
        mapped("updated", Date),
    ],
    defaults: &[
        ("id", 1.0),
        ("title", 1.0),
        ("name", 1.0),
        ("acronym", 1.0),
        ("aliases", 1.0),
        ("number", 1.0),
        ("subject", 1.0),
        ("scheme", 1.0),
        ("synonyms", 1.0),
        ("identifiers.identifier", 1.0),
        ("affiliations.name", 1.0),
        ("country_name", 1.0),
        ("description", 1.0),
    ],
    unreturned: &[],
};

/// An entry of a vocabulary. Its id within the kind is `<vocabulary>#<id>`: entries of two vocabularies may share ids.
pub static ENTRY: Kind = Kind {
    name: "vocabulary entry",
    collection: "vocabularies",
    table: super::VOCABULARIES,
    schema: Schema {
        id: "vocabularies/entry-v1.0.0.json",
        text: include_str!("../../schemas/vocabularies/entry-v1.0.0.json"),
        older: &[],
    },
    fields: &[],
    relations: &[
        Relation { path: "funder", target: "funders", copied: &["name"], indexed: &[] },
        Relation { path: "affiliations", target: "affiliations", copied: &["name", "acronym"], indexed: &[] },
        Relation {
            path: "subjects",
            target: "subjects",
            copied: &["subject", "scheme", "props"],
            indexed: &[],
        },
    ],
    mapping: Some(&MAPPING),
    drafts: None,
    policy: &POLICY,
    guarded: &[],
    index_only: &["vocabulary", "title_sort", "name_sort", "touch"],
    layout: &[
        "id",
        "created",
        "updated",
        "links",
        "revision_id",
        "internal_id",
        "title",
        "description",
        "icon",
        "tags",
        "props",
        "type",
    ],
};
