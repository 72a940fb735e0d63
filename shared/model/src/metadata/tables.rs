//! The fields of `metadata`, in the order of output and errors. To add a field, add a line.

use super::agents::{CONTRIBUTORS, CREATORS};
use super::dates::Form;
use super::funding::FUNDING;
use super::geometry::LOCATIONS;
use super::rights::RIGHTS;
use super::rule::{
    List, Object, Rule, TEXT, filled, html_from, keep_only_id, not_blank, optional, required, text_from,
    text_up_to,
};
use super::structures::{IDENTIFIER, RECORD_IDENTIFIERS, REFERENCE, SCHEME, check_identifier};
use crate::identifiers::allowed;

/// `metadata`.
pub(super) static METADATA: Object = Object {
    fields: &[
        required("resource_type", REFERENCE),
        required("creators", Rule::List(&CREATORS)),
        required("title", text_from(3)),
        optional("additional_titles", Rule::List(&TITLES)),
        optional("publisher", TEXT),
        required("publication_date", Rule::Date(Form::Date)),
        optional("subjects", Rule::List(&SUBJECTS)),
        optional("contributors", Rule::List(&CONTRIBUTORS)),
        optional("dates", Rule::List(&DATES)),
        optional("languages", Rule::List(&LANGUAGES)),
        optional("identifiers", Rule::List(&RECORD_IDENTIFIERS)),
        optional("related_identifiers", Rule::List(&RELATED_IDENTIFIERS)),
        optional("sizes", Rule::List(&SIZES)),
        optional("formats", Rule::List(&FORMATS)),
        optional("version", text_up_to(191)),
        optional("rights", Rule::List(&RIGHTS)),
        optional("copyright", html_from(1)),
        optional("description", html_from(3)),
        optional("additional_descriptions", Rule::List(&DESCRIPTIONS)),
        optional("locations", Rule::Object(&LOCATIONS)),
        optional("funding", Rule::List(&FUNDING)),
        optional("references", Rule::List(&REFERENCES)),
    ],
    ..Object::PLAIN
};

static TITLES: List = List::of(Rule::Object(&Object {
    fields: &[required("title", text_from(3)), required("type", REFERENCE), optional("lang", REFERENCE)],
    ..Object::PLAIN
}));

static DESCRIPTIONS: List = List::of(Rule::Object(&Object {
    fields: &[
        required("description", html_from(3)),
        required("type", REFERENCE),
        optional("lang", REFERENCE),
    ],
    ..Object::PLAIN
}));

static DATES: List = List::of(Rule::Object(&Object {
    fields: &[
        required("date", Rule::Date(Form::DateTime)),
        required("type", REFERENCE),
        optional("description", TEXT),
    ],
    ..Object::PLAIN
}));

/// Subjects, by id or as free words.
pub(super) static SUBJECTS: List = List::of(Rule::Object(&Object {
    fields: &[optional("id", TEXT), optional("subject", TEXT)],
    lenient: true,
    check: |subject, loader| {
        if filled(subject, "id").is_none() && filled(subject, "subject").is_none() {
            loader.report_at("subjects", "An existing id or a free text subject must be present.");
        }
    },
    settle: keep_only_id,
    ..Object::PLAIN
}));

static LANGUAGES: List = List::of(REFERENCE);
static SIZES: List = List::of(not_blank("Size cannot be a blank string."));
static FORMATS: List = List::of(not_blank("Format cannot be a blank string."));

static RELATED_IDENTIFIERS: List = List::of(Rule::Object(&Object {
    fields: &[IDENTIFIER, SCHEME, optional("relation_type", REFERENCE), optional("resource_type", REFERENCE)],
    check: |related, loader| {
        check_identifier(related, loader, allowed::RECORD);
        if !related.contains_key("relation_type") {
            loader.missing("relation_type");
        }
    },
    ..Object::PLAIN
}));

static REFERENCES: List = List::of(Rule::Object(&Object {
    fields: &[IDENTIFIER, SCHEME, required("reference", TEXT)],
    check: |reference, loader| {
        if filled(reference, "identifier").or_else(|| filled(reference, "scheme")).is_some() {
            check_identifier(reference, loader, allowed::RECORD);
        }
    },
    ..Object::PLAIN
}));
