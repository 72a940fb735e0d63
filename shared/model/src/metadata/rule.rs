//! The words in which structures are declared: one table per structure, one line per field.

use serde_json::{Map, Value};

use super::dates::Form;
use super::loader::Loader;

/// The message for what has to be there and is not.
pub(super) const MISSING: &str = "Missing data for required field.";
/// The message for `null`.
pub(super) const NULL: &str = "Field may not be null.";
/// The message for a key that no table knows.
pub(super) const UNKNOWN: &str = "Unknown field.";
/// The message for a scalar where an object is expected.
pub(super) const NOT_AN_OBJECT: &str = "Invalid input type.";

/// How one value is read.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Plain text, cleaned.
    Text(Length),
    /// Rich text, sanitised.
    Html(Length),
    /// A date in EDTF; kept as it came, blanks too.
    Date(Form),
    /// `true`, `false`, or a word that says so.
    Boolean,
    /// An object with known keys.
    Object(&'static Object),
    /// A list of values of one rule.
    List(&'static List),
    /// Anything else.
    Custom(fn(&Value, &mut Loader<'_>) -> Option<Value>),
}

/// How long text may be, in characters, after cleaning.
#[derive(Clone, Copy)]
pub(super) struct Length {
    pub(super) min: usize,
    pub(super) max: usize,
    /// Said instead of the usual messages.
    pub(super) message: Option<&'static str>,
}

impl Length {
    const ANY: Self = Self { min: 0, max: usize::MAX, message: None };

    /// Whether every text fits.
    pub(super) const fn is_any(self) -> bool {
        self.min == 0 && self.max == usize::MAX
    }
}

/// Plain text of any length.
pub(super) const TEXT: Rule = Rule::Text(Length::ANY);

/// Plain text of at least `min` characters.
pub(super) const fn text_from(min: usize) -> Rule {
    Rule::Text(Length { min, ..Length::ANY })
}

/// Plain text of at most `max` characters.
pub(super) const fn text_up_to(max: usize) -> Rule {
    Rule::Text(Length { max, ..Length::ANY })
}

/// Plain text that is not empty, with its own message.
pub(super) const fn not_blank(message: &'static str) -> Rule {
    Rule::Text(Length { min: 1, message: Some(message), ..Length::ANY })
}

/// Rich text of at least `min` characters, tags counted.
pub(super) const fn html_from(min: usize) -> Rule {
    Rule::Html(Length { min, ..Length::ANY })
}

/// One key of an object.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) rule: Rule,
    /// What is said when the key is not there; `None` if it need not be.
    pub(super) missing: Option<&'static str>,
    /// Whether `null` is a way to leave it out.
    pub(super) nullable: bool,
}

/// A key that may be missing.
pub(super) const fn optional(key: &'static str, rule: Rule) -> Field {
    Field { key, rule, missing: None, nullable: false }
}

/// A key that may be missing or `null`.
pub(super) const fn nullable(key: &'static str, rule: Rule) -> Field {
    Field { key, rule, missing: None, nullable: true }
}

/// A key that has to be there.
pub(super) const fn required(key: &'static str, rule: Rule) -> Field {
    required_or(key, rule, MISSING)
}

/// A key that has to be there, with its own message.
pub(super) const fn required_or(key: &'static str, rule: Rule, missing: &'static str) -> Field {
    Field { key, rule, missing: Some(missing), nullable: false }
}

/// An object with known keys. Output and errors come in the order of `fields`, unknown keys last.
pub(super) struct Object {
    pub(super) fields: &'static [Field],
    /// Keys that are dropped without a word.
    pub(super) ignored: &'static [&'static str],
    /// Whether keys that no one knows are dropped without a word, too.
    pub(super) lenient: bool,
    /// Runs when no field failed: reports what is wrong between fields, derives what follows from them.
    pub(super) check: fn(&mut Map<String, Value>, &mut Loader<'_>),
    /// Runs always, last: brings what is left into the form in which it is stored.
    pub(super) settle: fn(&mut Map<String, Value>),
}

impl Object {
    /// No more than its fields.
    pub(super) const PLAIN: Self =
        Self { fields: &[], ignored: &[], lenient: false, check: |_, _| {}, settle: |_| {} };
}

/// A list of values.
pub(super) struct List {
    pub(super) item: Rule,
    /// Said when the list is empty; `None` drops it without a word.
    pub(super) empty: Option<&'static str>,
    /// Runs when no item failed; what it says is said of the list, and the list is dropped.
    pub(super) refuse: fn(&[Value]) -> Option<String>,
    /// Runs on each object that is left, last: brings it into the form in which it is stored.
    pub(super) settle: fn(&mut Map<String, Value>),
}

impl List {
    /// A list of `item`, of any length.
    pub(super) const fn of(item: Rule) -> Self {
        Self { item, empty: None, refuse: |_| None, settle: |_| {} }
    }
}

/// The text at `key`, if there is one and it is not empty.
pub(super) fn filled<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Keeps only the reference where there is one: what stands beside it belongs to the entry.
pub(super) fn keep_only_id(map: &mut Map<String, Value>) {
    if filled(map, "id").is_some() {
        map.retain(|key, _| key == "id");
    }
}
