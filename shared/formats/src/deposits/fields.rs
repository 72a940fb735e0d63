//! What the metadata of a deposition say, in the order in which they are shown. To add a field, add a line.

use serde_json::Value;

use super::{items, people, problems::Problems};

/// Reads what was sent as a record has it; nothing where it says nothing, or is wrong.
pub(super) type Read = fn(&Value, &mut Problems) -> Option<Value>;
/// Shows what a record has as a deposition says it; nothing where it cannot.
pub(super) type Show = fn(&Value) -> Option<Value>;

/// A field.
pub(super) struct Field {
    /// Its name.
    pub(super) name: &'static str,
    /// Where a record has it.
    pub(super) at: &'static [&'static str],
    /// What it is.
    pub(super) form: Form,
}

/// What a field is.
pub(super) enum Form {
    /// Text on both sides.
    Text,
    /// One of a list: the first that can be shown.
    One(Read, Show),
    /// A list on both sides.
    List(Read, Show),
}
use Form::{List, One, Text};

const fn field(name: &'static str, at: &'static [&'static str], form: Form) -> Field {
    Field { name, at, form }
}

const SUBJECTS: &[&str] = &["metadata", "subjects"];
const CONTRIBUTORS: &[&str] = &["metadata", "contributors"];
const DESCRIPTIONS: &[&str] = &["metadata", "additional_descriptions"];

/// All of them. Of several that lie in one list the first has the first places there.
pub(super) static FIELDS: &[Field] = &[
    field("title", &["metadata", "title"], Text),
    field("publication_date", &["metadata", "publication_date"], Text),
    field("description", &["metadata", "description"], Text),
    field("creators", &["metadata", "creators"], List(people::read_creator, people::show_creator)),
    field("contributors", CONTRIBUTORS, List(people::read_contributor, people::show_contributor)),
    // They are shown among the contributors.
    field("thesis_supervisors", CONTRIBUTORS, List(people::read_supervisor, |_| None)),
    field("license", &["metadata", "rights"], One(items::read_licence, items::show_licence)),
    field("keywords", SUBJECTS, List(items::read_keyword, items::show_keyword)),
    field("subjects", SUBJECTS, List(items::read_subject, items::show_subject)),
    field("notes", DESCRIPTIONS, One(items::read_notes, items::show_notes)),
    field("method", DESCRIPTIONS, One(items::read_method, items::show_method)),
    field(
        "related_identifiers",
        &["metadata", "related_identifiers"],
        List(items::read_related, items::show_related),
    ),
    field(
        "related_identifiers",
        &["metadata", "identifiers"],
        List(items::read_alternate, items::show_alternate),
    ),
    field("references", &["metadata", "references"], List(items::read_reference, items::show_reference)),
    field("grants", &["metadata", "funding"], List(items::read_grant, items::show_grant)),
    field("language", &["metadata", "languages"], One(items::read_language, items::show_language)),
    field("version", &["metadata", "version"], Text),
    field("dates", &["metadata", "dates"], List(items::read_date, items::show_date)),
    field("locations", &["metadata", "locations", "features"], List(items::read_place, items::show_place)),
    field("imprint_publisher", &["metadata", "publisher"], Text),
    field("imprint_isbn", &["custom_fields", "imprint:imprint", "isbn"], Text),
    field("imprint_place", &["custom_fields", "imprint:imprint", "place"], Text),
    field("partof_title", &["custom_fields", "imprint:imprint", "title"], Text),
    field("partof_pages", &["custom_fields", "imprint:imprint", "pages"], Text),
    field("journal_title", &["custom_fields", "journal:journal", "title"], Text),
    field("journal_volume", &["custom_fields", "journal:journal", "volume"], Text),
    field("journal_issue", &["custom_fields", "journal:journal", "issue"], Text),
    field("journal_pages", &["custom_fields", "journal:journal", "pages"], Text),
    field("conference_title", &["custom_fields", "meeting:meeting", "title"], Text),
    field("conference_acronym", &["custom_fields", "meeting:meeting", "acronym"], Text),
    field("conference_dates", &["custom_fields", "meeting:meeting", "dates"], Text),
    field("conference_place", &["custom_fields", "meeting:meeting", "place"], Text),
    field("conference_url", &["custom_fields", "meeting:meeting", "url"], Text),
    field("conference_session", &["custom_fields", "meeting:meeting", "session"], Text),
    field("conference_session_part", &["custom_fields", "meeting:meeting", "session_part"], Text),
    field("thesis_university", &["custom_fields", "thesis:thesis", "university"], Text),
];

/// What clients of Zenodo send too, and nothing is made of here.
pub(super) const PASSED_OVER: [&str; 3] = ["access_conditions", "communities", "prereserve_doi"];
/// Fields of the site's own, beside those that have names here.
pub(super) const CUSTOM: &str = "custom";

/// The sets of custom fields whose parts have names here.
pub(super) fn is_named(custom: &str) -> bool {
    FIELDS.iter().any(|field| field.at[0] == "custom_fields" && field.at[1] == custom)
}

/// What lies at a path.
pub(super) fn at<'v>(document: &'v serde_json::Map<String, Value>, path: &[&str]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(document.get(*first)?, |value, key| value.get(*key))
}
