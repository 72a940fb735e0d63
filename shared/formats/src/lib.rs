//! Records in other forms: public JSON with texts and links, files in one archive. Pure functions, one topic a file.

pub mod archive;
pub mod deposits;
pub mod exports;
pub mod language;
pub mod links;
pub mod ui;
