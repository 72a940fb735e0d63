//! What registries publish, read as entries of vocabularies: ROR, ORCID, OpenAIRE, CORDIS, MeSH, thesauri in SKOS; and files
//! of one's own. One entry at a time, whatever the size of the file; what is faulty has a place and a reason.

mod forms;
mod read;
#[cfg(test)]
mod tests;

use std::{fs::File, io, ops::ControlFlow, sync::atomic::AtomicU64};

use serde_json::{Map, Value};

pub use forms::{FORMS, Form, entry, find};
pub use read::{LONGEST, element};

/// An entry of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where in the file it is, for people.
    pub place: String,
    /// The entry, in the shape of the API's bodies; or why there is none.
    pub entry: Result<Map<String, Value>, String>,
}

/// Takes entries; [`ControlFlow::Break`] ends the reading.
pub type Sink<'s> = dyn FnMut(Row) -> ControlFlow<()> + 's;

/// A file to be read.
pub struct Input<'f> {
    /// Its content: plain, gzipped, or an archive as TAR or ZIP.
    pub file: File,
    /// Its name, whose ending tells how it is written.
    pub name: &'f str,
    /// The vocabulary that entries are for.
    pub vocabulary: &'f str,
    /// Told how many bytes of the file have been read.
    pub position: &'f AtomicU64,
}

/// Reads a file in a form, entry by entry.
///
/// # Errors
/// The file cannot be read at all, or not as this form. What is found wrong later is a row.
pub fn read(input: Input<'_>, form: &Form, sink: &mut Sink<'_>) -> io::Result<()> {
    let Input { file, name, vocabulary, position } = input;
    let mut members = 0;
    read::members(file, name, form.endings, position, &mut |member, reader| {
        members += 1;
        // A place in the only file needs no name.
        let inside = if name.starts_with(member) { String::new() } else { format!("{member}, ") };
        let mut named = |row: Row| sink(Row { place: format!("{inside}{}", row.place), ..row });
        (form.read)(member, reader, vocabulary, &mut named)
    })?;
    if members == 0 {
        let endings = form.endings.join(", ");
        let message = format!("{name} holds nothing in the form `{}`, which ends with {endings}", form.name);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(())
}
