//! Custom fields that a site declares itself.

use serde::Deserialize;
use serde_json::Value;

use super::super::access::day;
use super::super::dates::Form;
use super::super::loader::Loader;
use super::super::relations::{TITLED, titled};
use super::super::rule::{Field, List, Rule, TEXT, optional};
use super::super::structures::REFERENCE;
use super::{KEY, below, kept};
use crate::relation::Relation;

/// A field, as the site's configuration declares it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    /// `namespace:name`.
    pub(super) name: String,
    /// What its values are; none: a packaged field, which is only counted.
    #[serde(rename = "type")]
    kind: Option<Kind>,
    /// The vocabulary whose entries its values are.
    vocabulary: Option<String>,
    /// It has a list of values.
    #[serde(default)]
    multiple: bool,
    /// What people read above the counts of its values; none: they are not counted.
    pub(super) facet: Option<String>,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Text, searched word by word.
    Text,
    /// Text, searched as a whole.
    Keyword,
    /// A whole number.
    Integer,
    /// A number.
    Double,
    /// Yes or no.
    Boolean,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A date or an interval, as `publication_date`.
    Edtf,
    /// An entry of a vocabulary, by its id.
    Vocabulary,
}

impl Declared {
    /// Reads a declaration.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let declared: Self = serde_json::from_value(value.clone())
            .map_err(|error| format!("the custom field {value} cannot be read: {error}"))?;
        if declared.kind.is_some() && !is_name(&declared.name) {
            return Err(format!(
                "`{}` is no name of a custom field; write it like `namespace:name`, with letters, digits, - and _",
                declared.name
            ));
        }
        if declared.kind.is_none() && (declared.multiple || declared.facet.is_none()) {
            return Err(format!("the custom field `{}` has no type", declared.name));
        }
        match (&declared.vocabulary, declared.kind == Some(Kind::Vocabulary)) {
            (None, true) => {
                Err(format!("the custom field `{}` does not say of which `vocabulary`", declared.name))
            }
            (Some(_), false) => {
                Err(format!("the custom field `{}` has a `vocabulary`, and not that type", declared.name))
            }
            (Some(vocabulary), true) if !TITLED.contains(&vocabulary.as_str()) => Err(format!(
                "there is no vocabulary `{vocabulary}` for the custom field `{}`; there are: {}",
                declared.name,
                TITLED.join(", ")
            )),
            _ => Ok(declared),
        }
    }

    /// What its values refer to.
    pub(super) fn relation(&self) -> Option<Relation> {
        let target = TITLED.iter().find(|known| self.vocabulary.as_deref() == Some(**known))?;
        Some(titled(kept(below(KEY, &self.name)), target))
    }

    /// Whether it is searched word by word.
    pub(super) fn is_text(&self) -> bool {
        self.kind == Some(Kind::Text)
    }

    /// How it is read; `None` if it is a packaged one.
    pub(super) fn field(&self) -> Option<Field> {
        let rule = self.kind?.rule();
        let rule = if self.multiple { Rule::List(Box::leak(Box::new(List::of(rule)))) } else { rule };
        Some(optional(self.name.clone().leak(), rule))
    }
}

impl Kind {
    fn rule(self) -> Rule {
        match self {
            Self::Text | Self::Keyword => TEXT,
            Self::Integer => Rule::Custom(integer),
            Self::Double => Rule::Custom(double),
            Self::Boolean => Rule::Boolean,
            Self::Date => Rule::Custom(day),
            Self::Edtf => Rule::Date(Form::Date),
            Self::Vocabulary => REFERENCE,
        }
    }
}

/// `namespace:name`, of which neither can be mistaken for a path.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
    };
    text.split_once(':').is_some_and(|(namespace, name)| is_word(namespace) && is_word(name))
}

/// A whole number, also as text or with a fraction of nothing.
fn integer(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let whole = |text: &str| text.trim().parse::<i64>().ok();
    let number = match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.to_string().strip_suffix(".0")?)),
        Value::String(text) => whole(text),
        _ => None,
    };
    if number.is_none() {
        loader.report("Not a valid integer.");
    }
    number.map(Value::from)
}

/// A number, also as text.
fn double(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite());
    if number.is_none() {
        loader.report("Not a valid number.");
    }
    number.map(Value::from)
}
