//! Fields of the site's own, `custom_fields`: which there are, and how each is read. `InvenioRDM`: custom fields.
//!
//! A site switches on packaged sets by name, and declares further fields. Both live as long as the process, because
//! tables of fields do.

mod declared;
mod packaged;

use std::fmt;

use serde_json::Value;

use self::{
    declared::Declared,
    packaged::{SETS, WORDS},
};
use super::{
    REFERENCES,
    rule::{Field, Object, Rule},
};
use crate::relation::Relation;

/// The key of a record under which they stand.
pub const KEY: &str = "custom_fields";
/// Where the index keeps their words.
pub const WORDS_KEY: &str = "custom_words";

/// The custom fields of a site.
pub struct CustomFields {
    /// How they are read.
    pub(super) object: Object,
    /// Their names in search strings that stand for words, and where those words are.
    pub words: &'static [(&'static str, &'static str)],
    /// Which of them are counted.
    pub facets: &'static [CustomFacet],
    /// What those that the site declares refer to, beside what every record may refer to.
    pub relations: &'static [Relation],
}

/// A custom field, or a part of one, whose values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomFacet {
    /// Its name: that of the field.
    pub name: &'static str,
    /// What people read above it.
    pub label: &'static str,
    /// Where its values are in a document.
    pub path: &'static str,
    /// The vocabulary whose titles label them.
    pub vocabulary: Option<&'static str>,
}

impl fmt::Debug for CustomFields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.object.fields.iter().map(|field| field.key)).finish()
    }
}

impl CustomFields {
    /// A site without custom fields.
    pub const NONE: &'static Self = &Self { object: Object::PLAIN, words: &[], facets: &[], relations: &[] };

    /// Reads a site's configuration: names of packaged sets, separated by commas, or a JSON list of such names and of
    /// `{"name": "astro:band", "type": "keyword", "multiple": true, "facet": "Band"}`. A field without a `type` is a
    /// packaged one, or a part of it (`journal:journal.title`), that is counted.
    ///
    /// # Errors
    /// What is wrong, for who wrote it.
    pub fn parse(text: &str) -> Result<&'static Self, String> {
        let text = text.trim();
        let list: Vec<Value> = if text.starts_with('[') {
            serde_json::from_str(text)
                .map_err(|error| format!("the list of custom fields is no JSON: {error}"))?
        } else {
            text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Value::from).collect()
        };
        if list.is_empty() { Ok(Self::NONE) } else { Self::of(&list) }
    }

    fn of(list: &[Value]) -> Result<&'static Self, String> {
        let mut fields: Vec<Field> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let mut counted: Vec<(String, String)> = Vec::new();
        let mut relations: Vec<Relation> = Vec::new();
        for entry in list {
            if let Some(name) = entry.as_str() {
                let set = SETS.iter().find(|set| set.name == name).ok_or_else(|| unknown(name))?;
                fields.extend(set.fields);
                continue;
            }
            let declared = Declared::read(entry)?;
            counted.extend(declared.facet.clone().map(|label| (declared.name.clone(), label)));
            words.extend(declared.is_text().then(|| declared.name.clone()));
            relations.extend(declared.relation());
            fields.extend(declared.field());
        }
        if let Some(twice) = first_repeated(&fields) {
            return Err(format!("the custom field `{twice}` is declared twice"));
        }
        let has = |name: &str| fields.iter().any(|field| name.split('.').next() == Some(field.key));
        words.extend(WORDS.iter().filter(|name| has(name)).map(ToString::to_string));
        let relations: &[Relation] = relations.leak();
        let facets = counted.iter().map(|(name, label)| facet(&fields, relations, name, label));
        let facets = facets.collect::<Result<Vec<_>, _>>()?;
        let words: Vec<_> =
            words.iter().map(|name| (kept(below(KEY, name)), kept(below(WORDS_KEY, name)))).collect();
        let object = Object { fields: fields.leak(), ..Object::PLAIN };
        Ok(Box::leak(Box::new(Self { object, words: words.leak(), facets: facets.leak(), relations })))
    }
}

fn unknown(set: &str) -> String {
    let names: Vec<&str> = SETS.iter().map(|set| set.name).collect();
    format!("there is no set of custom fields `{set}`; there are: {}", names.join(", "))
}

fn first_repeated(fields: &[Field]) -> Option<&'static str> {
    let is_repeated = |at: usize| fields[..at].iter().any(|field| field.key == fields[at].key);
    (0..fields.len()).find(|at| is_repeated(*at)).map(|at| fields[at].key)
}

/// A facet over a field, or over a part of one.
fn facet(fields: &[Field], declared: &[Relation], name: &str, label: &str) -> Result<CustomFacet, String> {
    let path = below(KEY, name);
    let missing = || format!("there is no custom field `{name}` whose values could be counted");
    let mut parts = name.split('.');
    let of =
        |fields: &[Field], key: &str| fields.iter().find(|field| field.key == key).map(|field| field.rule);
    let mut rule = of(fields, parts.next().unwrap_or_default()).ok_or_else(missing)?;
    for part in parts {
        let Rule::Object(object) = rule else { return Err(missing()) };
        rule = of(object.fields, part).ok_or_else(missing)?;
    }
    let mut relations = REFERENCES.iter().chain(declared);
    let vocabulary = relations.find(|relation| relation.path == path).map(|relation| relation.target);
    let path = if vocabulary.is_some() { format!("{path}.id") } else { path };
    let is_structure = vocabulary.is_none() && matches!(rule, Rule::Object(_));
    if is_structure {
        return Err(missing());
    }
    Ok(CustomFacet {
        name: kept(name.to_owned()),
        label: kept(label.to_owned()),
        path: kept(path),
        vocabulary,
    })
}

fn below(key: &str, name: &str) -> String {
    format!("{key}.{name}")
}

/// A text for as long as the process lives.
fn kept(text: String) -> &'static str {
    text.leak()
}

#[cfg(test)]
mod tests;
