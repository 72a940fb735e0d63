//! Research records and the parents of their families.

use crate::{
    fields::{
        access::Access, data::EmptyObject, deletion::DeletionStatus, files::Files, metadata::Metadata, pids::Pids,
    },
    identity::ADMINISTRATOR,
    kind::Kind,
    mapping::{
        FieldType::{Boolean, Date, DateRange, Integer, Keyword, Keywords, Text, TextAndKeyword, Texts},
        Mapped, Mapping,
    },
    metadata::RELATIONS,
    policy::{Action, Policy, Rule},
    schema::Schema,
};

/// Create a draft; search one's own.
pub const CREATE: Action = Action("create");
/// Read a published record.
pub const READ: Action = Action("read");
/// Read the files of a record.
pub const READ_FILES: Action = Action("read_files");
/// See a restricted record.
pub const VIEW: Action = Action("view");
/// Read a draft.
pub const PREVIEW: Action = Action("preview");
/// Save and publish a draft.
pub const REVIEW: Action = Action("review");
/// Edit a record, delete a draft, make a new version.
pub const CURATE: Action = Action("curate");
/// Change access, grants, links, communities.
pub const MANAGE: Action = Action("manage");
/// What only the system does.
pub const SYSTEM: Action = Action("system");

/// InvenioRDM's levels: view < preview < review < curate < manage.
static POLICY: Policy = Policy {
    rules: &[
        (CREATE, &[Rule::Known]),
        (MANAGE, &[Rule::UserAt("parent.access.owned_by.user"), Rule::Role(ADMINISTRATOR)]),
        (CURATE, &[Rule::SameAs(MANAGE)]),
        (REVIEW, &[Rule::SameAs(CURATE)]),
        (PREVIEW, &[Rule::SameAs(REVIEW)]),
        (VIEW, &[Rule::SameAs(PREVIEW)]),
        (
            READ,
            &[Rule::Where {
                path: "access.record",
                value: "restricted",
                then: &[Rule::SameAs(VIEW)],
                otherwise: &[Rule::Anyone],
            }],
        ),
        (
            READ_FILES,
            &[Rule::Where {
                path: "access.files",
                value: "restricted",
                then: &[Rule::SameAs(VIEW)],
                otherwise: &[Rule::SameAs(READ)],
            }],
        ),
    ],
};

const fn mapped(path: &'static str, kind: crate::mapping::FieldType) -> Mapped {
    Mapped { path, kind }
}

/// What is indexed of records and of drafts alike. InvenioRDM: index model of the search reference.
const FIELDS: &[Mapped] = &[
    mapped("id", Keyword),
    mapped("created", Date),
    mapped("updated", Date),
    mapped("revision_id", Integer),
    mapped("is_published", Boolean),
    mapped("is_draft", Boolean),
    mapped("has_draft", Boolean),
    mapped("status", Keyword),
    mapped("deletion_status.status", Keyword),
    mapped("deletion_status.is_deleted", Boolean),
    mapped("versions.index", Integer),
    mapped("versions.is_latest", Boolean),
    mapped("versions.is_latest_draft", Boolean),
    mapped("parent.id", Keyword),
    mapped("parent.access.owned_by.user", Keyword),
    mapped("parent.communities.ids", Keyword),
    mapped("parent.communities.default", Keyword),
    mapped("access.record", Keyword),
    mapped("access.files", Keyword),
    mapped("access.status", Keyword),
    mapped("access.embargo.active", Boolean),
    mapped("access.embargo.until", Date),
    mapped("access.embargo.reason", Text),
    mapped("pids", Keywords),
    mapped("files.enabled", Boolean),
    mapped("files.count", Integer),
    mapped("files.types", Keyword),
    mapped("files.entries.key", Keyword),
    mapped("custom_fields", Keywords),
    mapped("metadata.title", TextAndKeyword),
    mapped("metadata.resource_type.id", Keyword),
    mapped("metadata.resource_type.title", Texts),
    mapped("metadata.resource_type.props", Keywords),
    mapped("metadata.creators.person_or_org.name", TextAndKeyword),
    mapped("metadata.creators.person_or_org.family_name", Text),
    mapped("metadata.creators.person_or_org.given_name", Text),
    mapped("metadata.creators.person_or_org.type", Keyword),
    mapped("metadata.creators.person_or_org.identifiers.identifier", Keyword),
    mapped("metadata.creators.person_or_org.identifiers.scheme", Keyword),
    mapped("metadata.creators.role.id", Keyword),
    mapped("metadata.creators.role.title", Texts),
    mapped("metadata.creators.affiliations.id", Keyword),
    mapped("metadata.creators.affiliations.name", TextAndKeyword),
    mapped("metadata.contributors.person_or_org.name", TextAndKeyword),
    mapped("metadata.contributors.person_or_org.family_name", Text),
    mapped("metadata.contributors.person_or_org.given_name", Text),
    mapped("metadata.contributors.person_or_org.type", Keyword),
    mapped("metadata.contributors.person_or_org.identifiers.identifier", Keyword),
    mapped("metadata.contributors.person_or_org.identifiers.scheme", Keyword),
    mapped("metadata.contributors.role.id", Keyword),
    mapped("metadata.contributors.role.title", Texts),
    mapped("metadata.contributors.affiliations.id", Keyword),
    mapped("metadata.contributors.affiliations.name", TextAndKeyword),
    mapped("metadata.additional_titles.title", Text),
    mapped("metadata.additional_titles.type.id", Keyword),
    mapped("metadata.additional_titles.lang.id", Keyword),
    mapped("metadata.description", Text),
    mapped("metadata.additional_descriptions.description", Text),
    mapped("metadata.additional_descriptions.type.id", Keyword),
    mapped("metadata.additional_descriptions.lang.id", Keyword),
    mapped("metadata.publisher", TextAndKeyword),
    mapped("metadata.publication_date", Keyword),
    mapped("metadata.publication_date_range", DateRange),
    mapped("metadata.dates.date", Keyword),
    mapped("metadata.dates.date_range", DateRange),
    mapped("metadata.dates.type.id", Keyword),
    mapped("metadata.dates.description", Text),
    mapped("metadata.subjects.id", Keyword),
    mapped("metadata.subjects.subject", TextAndKeyword),
    mapped("metadata.subjects.scheme", Keyword),
    mapped("metadata.combined_subjects", Keyword),
    mapped("metadata.languages.id", Keyword),
    mapped("metadata.languages.title", Texts),
    mapped("metadata.identifiers.identifier", TextAndKeyword),
    mapped("metadata.identifiers.scheme", Keyword),
    mapped("metadata.related_identifiers.identifier", Keyword),
    mapped("metadata.related_identifiers.scheme", Keyword),
    mapped("metadata.related_identifiers.relation_type.id", Keyword),
    mapped("metadata.related_identifiers.resource_type.id", Keyword),
    mapped("metadata.sizes", Keyword),
    mapped("metadata.formats", Keyword),
    mapped("metadata.version", Keyword),
    mapped("metadata.rights.id", Keyword),
    mapped("metadata.rights.title", Texts),
    mapped("metadata.rights.link", Keyword),
    mapped("metadata.copyright", Text),
    mapped("metadata.locations.features.place", Text),
    mapped("metadata.locations.features.description", Text),
    mapped("metadata.locations.features.identifiers.identifier", Keyword),
    mapped("metadata.locations.features.identifiers.scheme", Keyword),
    mapped("metadata.funding.funder.id", Keyword),
    mapped("metadata.funding.funder.name", Text),
    mapped("metadata.funding.award.id", Keyword),
    mapped("metadata.funding.award.title", Texts),
    mapped("metadata.funding.award.number", TextAndKeyword),
    mapped("metadata.funding.award.acronym", TextAndKeyword),
    mapped("metadata.funding.award.identifiers.identifier", Keyword),
    mapped("metadata.references.reference", Text),
    mapped("metadata.references.identifier", Keyword),
    mapped("metadata.references.scheme", Keyword),
];

/// Where words without a field are looked for. InvenioRDM: default fields of the search reference.
const DEFAULTS: &[(&str, f32)] = &[
    ("id", 1.0),
    ("metadata.title", 1.0),
    ("metadata.creators.person_or_org.name", 1.0),
    ("metadata.creators.person_or_org.family_name", 1.0),
    ("metadata.creators.person_or_org.given_name", 1.0),
    ("metadata.creators.affiliations.name", 1.0),
    ("metadata.contributors.person_or_org.name", 1.0),
    ("metadata.contributors.person_or_org.family_name", 1.0),
    ("metadata.contributors.person_or_org.given_name", 1.0),
    ("metadata.contributors.affiliations.name", 1.0),
    ("metadata.description", 1.0),
    ("metadata.formats", 1.0),
    ("metadata.funding.award.identifiers.identifier", 1.0),
    ("metadata.funding.award.acronym", 1.0),
    ("metadata.funding.award.number", 1.0),
    ("metadata.funding.funder.name", 1.0),
    ("metadata.identifiers.identifier", 1.0),
    ("metadata.locations.features.place", 1.0),
    ("metadata.locations.features.description", 1.0),
    ("metadata.publication_date", 1.0),
    ("metadata.publisher", 1.0),
    ("metadata.subjects.subject", 1.0),
    ("metadata.version", 1.0),
    ("metadata.dates.description", 1.0),
    ("metadata.additional_descriptions.description", 1.0),
    ("metadata.references.reference", 1.0),
    ("metadata.additional_titles.title", 1.0),
];

/// How published records are indexed.
pub static MAPPING: Mapping = Mapping { index: "records", fields: FIELDS, defaults: DEFAULTS };
/// How drafts are indexed.
pub static DRAFT_MAPPING: Mapping = Mapping { index: "drafts", fields: FIELDS, defaults: DEFAULTS };

/// A research record: one version, as draft and as published record.
pub static RECORD: Kind = Kind {
    name: "record",
    collection: "records",
    table: super::RECORDS,
    schema: Schema {
        id: "records/record-v1.0.0.json",
        text: include_str!("../../schemas/records/record-v1.0.0.json"),
        older: &[],
    },
    fields: &[
        &Pids,
        &Metadata,
        &EmptyObject("custom_fields"),
        &Access,
        &Files { key: "files", enabled: true },
        &Files { key: "media_files", enabled: false },
        &DeletionStatus,
    ],
    relations: RELATIONS,
    mapping: Some(&MAPPING),
    drafts: Some(&DRAFT_MAPPING),
    policy: &POLICY,
    guarded: &[
        ("parent.access.grants", MANAGE),
        ("parent.access.links", MANAGE),
        ("versions.is_latest_draft", CURATE),
        ("files.default_preview", READ_FILES),
        ("files.order", READ_FILES),
        ("files.count", READ_FILES),
        ("files.total_bytes", READ_FILES),
        ("files.entries", READ_FILES),
        ("media_files.default_preview", READ_FILES),
        ("media_files.order", READ_FILES),
        ("media_files.count", READ_FILES),
        ("media_files.total_bytes", READ_FILES),
        ("media_files.entries", READ_FILES),
        ("internal_notes", SYSTEM),
    ],
    index_only: &[
        "has_draft",
        "metadata.publication_date_range",
        "metadata.dates.date_range",
        "metadata.combined_subjects",
        "metadata.resource_type.props",
        "files.types",
    ],
    layout: &[
        "id", "created", "updated", "links", "revision_id", "parent", "versions", "is_published", "is_draft",
        "expires_at", "pids", "metadata", "custom_fields", "access", "files", "media_files", "status", "tombstone",
        "deletion_status", "internal_notes", "stats", "review", "errors", "expanded", "ui",
    ],
};

/// The parent of a family of versions: owner, access settings, communities, concept identifiers.
pub static PARENT: Kind = Kind {
    name: "parent",
    collection: "parents",
    table: super::RECORDS,
    schema: Schema {
        id: "records/parent-v1.0.0.json",
        text: include_str!("../../schemas/records/parent-v1.0.0.json"),
        older: &[],
    },
    fields: &[&EmptyObject("communities"), &EmptyObject("pids")],
    relations: &[],
    mapping: None,
    drafts: None,
    policy: &POLICY,
    guarded: &[],
    index_only: &[],
    layout: &["id", "access", "communities", "pids"],
};
