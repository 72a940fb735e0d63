//! Records as depositions, the form that Zenodo's interface for depositing gives them, and back: pure functions.
//!
//! `fields` lists what the metadata of a deposition say, and where a record has it; `read` and `show` go by that list. What of a
//! record was not changed, and what the form cannot say, stays as it is.

mod access;
mod answer;
mod doi;
mod fields;
mod items;
mod people;
mod problems;
mod read;
mod show;
#[cfg(test)]
mod tests;
mod types;
mod words;

use chrono::NaiveDate;

pub use answer::{bucket_file, deposition, file};
pub use problems::{explained, is_fault};
pub use read::{Sent, body};
pub use show::metadata;

/// What the translation depends on beside the deposition.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The date of what is published without one.
    pub today: NaiveDate,
    /// Who publishes what names nobody.
    pub publisher: &'a str,
    /// The DOI that the site gives the record, and what records call who looks after it; nothing where it gives none.
    pub minted: Option<(&'a str, &'a str)>,
}
