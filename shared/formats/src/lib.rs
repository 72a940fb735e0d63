//! Public JSON in other forms: with texts for a user interface, with links. Pure functions, one topic a file.

pub mod language;
pub mod links;
pub mod ui;
