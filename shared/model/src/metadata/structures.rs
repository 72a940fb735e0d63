//! Structures used in more than one place: vocabulary references, identifiers, translations.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{Field, List, Object, Rule, TEXT, filled, optional, required};
use crate::identifiers::allowed::{self, Scheme};
use crate::identifiers::normalize;

/// A reference to an entry of a vocabulary. `title` comes back from clients that send what they read.
pub(super) static ENTRY: Object =
    Object { fields: &[required("id", TEXT)], ignored: &["title"], ..Object::PLAIN };

/// A reference to an entry of a vocabulary.
pub(super) const REFERENCE: Rule = Rule::Object(&ENTRY);

/// `{language: text}`.
pub(super) const TRANSLATIONS: Rule = Rule::Custom(|value, loader| loader.translations(value));

/// The two keys of every identifier.
pub(super) const IDENTIFIER: Field = optional("identifier", TEXT);
/// See [`IDENTIFIER`].
pub(super) const SCHEME: Field = optional("scheme", TEXT);

/// The check of one identifier, bound to the schemes its field allows.
type Check = fn(&mut Map<String, Value>, &mut Loader<'_>);

/// An identifier and its scheme, and nothing else.
const fn identifier(check: Check) -> Object {
    Object { fields: &[IDENTIFIER, SCHEME], check, ..Object::PLAIN }
}

static OF_AGENT: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::PERSON_OR_ORG));
static OF_RECORD: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::RECORD));
static OF_PLACE: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::LOCATION));
static OF_AWARD: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::AWARD));
static OF_NAME: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::NAME));
static OF_AFFILIATION: Object =
    identifier(|pair, loader| check_identifier(pair, loader, allowed::AFFILIATION));
static OF_FUNDER: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::FUNDER));
static OF_SUBJECT: Object = identifier(|pair, loader| check_identifier(pair, loader, allowed::SUBJECT));

/// Identifiers of one thing, at most one of each scheme.
const fn one_per_scheme(item: &'static Object) -> List {
    List { refuse: refuse_repeated_scheme, ..List::of(Rule::Object(item)) }
}

pub(super) static AGENT_IDENTIFIERS: List = one_per_scheme(&OF_AGENT);
pub(super) static AWARD_IDENTIFIERS: List = one_per_scheme(&OF_AWARD);
pub(super) static NAME_IDENTIFIERS: List = one_per_scheme(&OF_NAME);
pub(super) static AFFILIATION_IDENTIFIERS: List = one_per_scheme(&OF_AFFILIATION);
pub(super) static FUNDER_IDENTIFIERS: List = one_per_scheme(&OF_FUNDER);
pub(super) static SUBJECT_IDENTIFIERS: List = one_per_scheme(&OF_SUBJECT);
pub(super) static PLACE_IDENTIFIERS: List = List::of(Rule::Object(&OF_PLACE));
/// Alternate identifiers: the same one may not be given twice.
pub(super) static RECORD_IDENTIFIERS: List =
    List { refuse: refuse_repeated_identifier, ..List::of(Rule::Object(&OF_RECORD)) };

/// The identifier rule: detect the scheme if it is not said, check, bring into normal form.
pub(super) fn check_identifier(
    pair: &mut Map<String, Value>,
    loader: &mut Loader<'_>,
    schemes: &'static [Scheme],
) {
    let Some(identifier) = filled(pair, "identifier") else {
        loader.missing("identifier");
        if filled(pair, "scheme").is_none() {
            loader.missing("scheme");
        }
        return;
    };
    let scheme = match filled(pair, "scheme") {
        Some(id) => allowed::find(schemes, id).ok_or("Invalid scheme."),
        None => allowed::guess(schemes, identifier).ok_or("No valid scheme recognized for identifier."),
    };
    match scheme {
        Err(message) => loader.report_at("scheme", message),
        Ok(scheme) if !(scheme.holds)(identifier) => {
            loader.report_at("identifier", format!("Invalid {} identifier.", scheme.label));
        }
        Ok(scheme) => {
            let normal = normalize(scheme.id, identifier);
            pair.insert("identifier".into(), normal.into());
            pair.insert("scheme".into(), scheme.id.into());
        }
    }
}

/// The first value of `key` that comes twice.
pub(super) fn is_repeated<'v, K: std::hash::Hash + Eq>(
    items: &'v [Value],
    key: impl Fn(&'v Map<String, Value>) -> K,
) -> bool {
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().filter_map(Value::as_object).any(|item| !seen.insert(key(item)))
}

fn refuse_repeated_scheme(items: &[Value]) -> Option<String> {
    is_repeated(items, |item| filled(item, "scheme"))
        .then(|| "Only one identifier per scheme is allowed.".to_owned())
}

fn refuse_repeated_identifier(items: &[Value]) -> Option<String> {
    is_repeated(items, |item| (filled(item, "scheme"), filled(item, "identifier")))
        .then(|| "Duplicated identifier entry is not allowed.".to_owned())
}
