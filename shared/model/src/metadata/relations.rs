//! Every reference from a record to a vocabulary, and what of the entry is shown beside its id.

use crate::relation::Relation;

/// What is shown of most entries.
const TITLE: &[&str] = &["title"];

/// Vocabularies whose entries have a title: those that custom fields may refer to.
pub const TITLED: &[&str] = &[
    "code:developmentStatus",
    "code:programmingLanguages",
    "communitytypes",
    "contributorsroles",
    "creatorsroles",
    "datetypes",
    "descriptiontypes",
    "languages",
    "licenses",
    "relationtypes",
    "removalreasons",
    "resourcetypes",
    "titletypes",
];

pub(super) const fn titled(path: &'static str, target: &'static str) -> Relation {
    Relation { path, target, copied: TITLE, indexed: &[] }
}

const fn copying(path: &'static str, target: &'static str, copied: &'static [&'static str]) -> Relation {
    Relation { path, target, copied, indexed: &[] }
}

/// What is shown of an affiliation.
const AFFILIATION: &[&str] = &["name", "identifiers"];

/// What is shown of a subject.
const SUBJECT: &[&str] = &["subject", "scheme", "props", "identifiers", "title"];

/// All references of a record. Of a licence's `props`, `osi_approved` is not shown.
pub static REFERENCES: &[Relation] = &[
    Relation {
        path: "metadata.resource_type",
        target: "resourcetypes",
        copied: TITLE,
        // The facet of two levels counts `props.type` and `props.subtype`.
        indexed: &["props"],
    },
    titled("metadata.creators.role", "creatorsroles"),
    copying("metadata.creators.affiliations", "affiliations", AFFILIATION),
    titled("metadata.additional_titles.type", "titletypes"),
    titled("metadata.additional_titles.lang", "languages"),
    copying("metadata.subjects", "subjects", SUBJECT),
    titled("metadata.contributors.role", "contributorsroles"),
    copying("metadata.contributors.affiliations", "affiliations", AFFILIATION),
    titled("metadata.dates.type", "datetypes"),
    titled("metadata.languages", "languages"),
    titled("metadata.related_identifiers.relation_type", "relationtypes"),
    titled("metadata.related_identifiers.resource_type", "resourcetypes"),
    copying("metadata.rights", "licenses", &["title", "description", "icon", "props"]),
    titled("metadata.additional_descriptions.type", "descriptiontypes"),
    titled("metadata.additional_descriptions.lang", "languages"),
    copying("metadata.funding.funder", "funders", &["name"]),
    copying(
        "metadata.funding.award",
        "awards",
        &["title", "number", "identifiers", "acronym", "program", "subjects", "organizations"],
    ),
    titled("custom_fields.code:programmingLanguage", "code:programmingLanguages"),
    titled("custom_fields.code:developmentStatus", "code:developmentStatus"),
    titled("tombstone.removal_reason", "removalreasons"),
];

static FROM_NAMES: &[Relation] = &[copying("affiliations", "affiliations", &["name", "acronym"])];

static FROM_AWARDS: &[Relation] = &[
    copying("funder", "funders", &["name"]),
    copying("subjects", "subjects", SUBJECT),
    copying("organizations", "affiliations", AFFILIATION),
];

/// All references from the entries of `vocabulary` to other vocabularies.
pub fn entry_references(vocabulary: &str) -> &'static [Relation] {
    match vocabulary {
        "names" => FROM_NAMES,
        "awards" => FROM_AWARDS,
        _ => &[],
    }
}
