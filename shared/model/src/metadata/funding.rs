//! Funding: a funder, and an award by id or described.

use super::rule::{List, Object, Rule, TEXT, filled, keep_only_id, not_blank, optional, required};
use super::structures::{AWARD_IDENTIFIERS, TRANSLATIONS};

/// Somebody who pays, by id or by name.
pub(super) static FUNDER: Object = Object {
    fields: &[optional("id", TEXT), optional("name", not_blank("Name cannot be blank."))],
    check: |funder, loader| {
        if filled(funder, "id").is_none() && filled(funder, "name").is_none() {
            loader.report_at("funder", "An existing id or a free text name must be present.");
        }
    },
    settle: keep_only_id,
    ..Object::PLAIN
};

/// The parts of an award that come from its entry, when it is given by id.
const FROM_ENTRY: [&str; 7] =
    ["subjects", "organizations", "description", "funder", "start_date", "end_date", "website"];

static AWARD: Object = Object {
    fields: &[
        optional("id", TEXT),
        optional("number", TEXT),
        optional("title", TRANSLATIONS),
        optional("identifiers", Rule::List(&AWARD_IDENTIFIERS)),
        optional("acronym", TEXT),
        optional("program", TEXT),
    ],
    ignored: &FROM_ENTRY,
    check: |award, loader| {
        let by_id = filled(award, "id").is_some();
        if !by_id && filled(award, "number").is_none() && !award.contains_key("title") {
            loader.report_at("award", "An existing id or either number or title must be present.");
        }
    },
    settle: keep_only_id,
    ..Object::PLAIN
};

static SOURCE: Object = Object {
    fields: &[required("funder", Rule::Object(&FUNDER)), optional("award", Rule::Object(&AWARD))],
    ..Object::PLAIN
};

/// Who paid for the work.
pub(super) static FUNDING: List = List::of(Rule::Object(&SOURCE));
