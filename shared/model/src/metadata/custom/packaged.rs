//! The sets of custom fields that every site can switch on: journal, imprint, thesis, meeting, codemeta.

use serde_json::Value;

use super::super::dates::Form;
use super::super::html;
use super::super::loader::Loader;
use super::super::rights::is_web_address;
use super::super::rule::{Field, List, Object, Rule, TEXT, optional};
use super::super::structures::{RECORD_IDENTIFIERS, REFERENCE};
use super::super::text;
use crate::identifiers;

/// A set, by the name under which it is switched on.
pub(super) struct Set {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

/// All sets.
pub(super) static SETS: [Set; 5] = [
    Set { name: "journal", fields: &[optional("journal:journal", Rule::Object(&JOURNAL))] },
    Set { name: "imprint", fields: &[optional("imprint:imprint", Rule::Object(&IMPRINT))] },
    // Older records say their university alone.
    Set {
        name: "thesis",
        fields: &[optional("thesis:thesis", Rule::Object(&THESIS)), optional("thesis:university", TEXT)],
    },
    Set { name: "meeting", fields: &[optional("meeting:meeting", Rule::Object(&MEETING))] },
    Set {
        name: "codemeta",
        fields: &[
            optional("code:codeRepository", Rule::Custom(repository)),
            optional("code:programmingLanguage", Rule::List(&REFERENCES)),
            optional("code:developmentStatus", REFERENCE),
        ],
    },
];

/// What of them is searched word by word; the rest as whole values.
pub(super) const WORDS: [&str; 10] = [
    "journal:journal.title",
    "imprint:imprint.title",
    "imprint:imprint.place",
    "thesis:thesis.university",
    "thesis:thesis.department",
    "thesis:university",
    "meeting:meeting.title",
    "meeting:meeting.acronym",
    "meeting:meeting.place",
    "meeting:meeting.session",
];

static JOURNAL: Object = Object {
    fields: &[
        optional("title", TEXT),
        optional("issue", TEXT),
        optional("volume", TEXT),
        optional("pages", TEXT),
        optional(
            "issn",
            Rule::Custom(|value, loader| coded(value, loader, "issn", "Please provide a valid ISSN.")),
        ),
    ],
    ..Object::PLAIN
};

static IMPRINT: Object = Object {
    fields: &[
        optional("title", TEXT),
        optional(
            "isbn",
            Rule::Custom(|value, loader| coded(value, loader, "isbn", "Please provide a valid ISBN.")),
        ),
        optional("pages", TEXT),
        optional("place", TEXT),
        optional("edition", TEXT),
    ],
    ..Object::PLAIN
};

static THESIS: Object = Object {
    fields: &[
        optional("university", Rule::Custom(without_markup)),
        optional("department", Rule::Custom(without_markup)),
        optional("type", Rule::Custom(without_markup)),
        optional("date_submitted", Rule::Date(Form::Uncertain)),
        optional("date_defended", Rule::Date(Form::Uncertain)),
    ],
    ..Object::PLAIN
};

static MEETING: Object = Object {
    fields: &[
        optional("acronym", TEXT),
        optional("dates", TEXT),
        optional("place", TEXT),
        optional("session_part", TEXT),
        optional("session", TEXT),
        optional("title", TEXT),
        optional("url", Rule::Custom(address)),
        optional("identifiers", Rule::List(&RECORD_IDENTIFIERS)),
    ],
    ..Object::PLAIN
};

static REFERENCES: List = List::of(REFERENCE);

/// A number of this scheme, kept as it was written.
fn coded(value: &Value, loader: &mut Loader<'_>, scheme: &str, wrong: &str) -> Option<Value> {
    checked(value, loader, |text| {
        identifiers::is_valid(scheme, text).then_some(()).ok_or_else(|| wrong.to_owned())
    })
}

/// The address of a meeting.
fn address(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    checked(value, loader, |text| if is_web_address(text) { Ok(()) } else { Err(NO_URL.to_owned()) })
}

/// The address of a code repository.
fn repository(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    checked(value, loader, |text| match text {
        text if text.contains(['<', '>']) => Err("No angle brackets allowed.".to_owned()),
        text if is_web_address(text) => Ok(()),
        _ => Err(NO_URL.to_owned()),
    })
}

const NO_URL: &str = "You must provide a valid URL.";

fn checked(
    value: &Value,
    loader: &mut Loader<'_>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Option<Value> {
    let text = text::clean(loader.string(value)?);
    match check(&text) {
        Ok(()) => Some(text.into()),
        Err(wrong) => {
            loader.report(wrong);
            None
        }
    }
}

fn without_markup(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let text = loader.string(value)?;
    Some(text::clean(&html::strip(&text::clean_markup(text))).into())
}
