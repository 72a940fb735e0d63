//! The pure data of Cairn: no I/O, no async, no clock. Every other crate speaks in these words.

pub mod error;
pub mod metadata;
pub mod revision;

pub use error::{Error, FieldError, Result};
pub use revision::Revision;
