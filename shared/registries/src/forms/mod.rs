//! The forms in which registries publish: how each is written, and what it says as an entry. InvenioRDM: vocabularies
//! reference, data streams.

mod cordis;
mod mesh;
mod openaire;
mod orcid;
mod own;
mod ror;
mod thesaurus;

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

use serde_json::{Map, Value};

use crate::{
    Row, Sink,
    read::{self, Values},
};

/// A form of files.
#[derive(Debug)]
pub struct Form {
    /// Its name, as people write it.
    pub name: &'static str,
    /// What it is, as a sentence.
    pub title: &'static str,
    /// The vocabularies that it has entries for; all, where none is named.
    pub vocabularies: &'static [&'static str],
    /// How the names of files end that an archive holds.
    pub(crate) endings: &'static [&'static str],
    pub(crate) read: Read,
}

/// Reads one file in a form, for a vocabulary.
pub(crate) type Read = fn(&str, &mut dyn BufRead, &str, &mut Sink<'_>) -> io::Result<ControlFlow<()>>;

/// What a value says as an entry: nothing, where it is none of those that are wanted.
type Made = Result<Option<Map<String, Value>>, String>;

/// Every form.
pub static FORMS: &[Form] = &[
    own::FORM,
    ror::FORM,
    orcid::FORM,
    openaire::FORM,
    cordis::FORM,
    mesh::FORM,
    thesaurus::EUROSCIVOC,
    thesaurus::GEMET,
    thesaurus::NVS,
];

/// What reads a value of a form, for a vocabulary.
type Make = fn(Value, &str) -> Made;

/// Forms whose values make an entry each. They stand apart from [`FORMS`]: who reads no files needs none of what does.
static MAKERS: &[(&str, Make)] = &[
    ("ror", ror::entry),
    ("orcid", |value, _| orcid::entry(&value)),
    ("openaire", |value, _| openaire::entry(&value)),
    ("cordis", |value, _| cordis::entry(&value)),
    ("mesh", |value, _| mesh::entry(value)),
];

/// What a value of a form says as an entry of a vocabulary: nothing, where it is none of those that are wanted. What was XML
/// is an object of its elements, by their names in lower case; attributes have an `@`.
///
/// # Errors
/// Why it is no entry, for people.
pub fn entry(form: &str, vocabulary: &str, value: Value) -> Made {
    match MAKERS.iter().find(|(name, _)| *name == form) {
        Some((_, make)) => make(value, vocabulary),
        None => Err(format!("values in the form `{form}` do not make an entry each")),
    }
}

/// The form of a name.
pub fn find(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

/// Takes values, and hands on what they say as entries.
fn through<'s>(
    sink: &'s mut Sink<'_>,
    make: impl Fn(Value) -> Made + 's,
) -> impl FnMut(String, Result<Value, String>) -> ControlFlow<()> + 's {
    move |place, value| match value.and_then(&make) {
        Ok(Some(entry)) => sink(Row { place, entry: Ok(entry) }),
        Ok(None) => ControlFlow::Continue(()),
        Err(reason) => sink(Row { place, entry: Err(reason) }),
    }
}

/// JSON as a list, or an object a line.
fn json(reader: &mut dyn BufRead, take: &mut Values<'_>) -> io::Result<ControlFlow<()>> {
    match read::first(reader)? {
        Some(b'[') => Ok(read::array(reader, take)),
        _ => read::lines(reader, take),
    }
}

/// The text at a path of keys; none where it is empty.
fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    let found = path.iter().try_fold(value, |value, key| value.get(key))?;
    // An element with attributes has its text beside them.
    found.as_str().or_else(|| found.get("#text")?.as_str()).map(str::trim).filter(|text| !text.is_empty())
}

/// What stands at a path of keys, as a list: one alone is not written as one.
fn list<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    match path.iter().try_fold(value, |value, key| value.get(key)) {
        Some(Value::Array(several)) => several,
        Some(Value::Null) | None => &[],
        Some(one) => std::slice::from_ref(one),
    }
}

/// Puts what is there.
fn put(entry: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    entry.extend(value.map(|value| (key.to_owned(), value.into())));
}
