//! The pure data of Cairn: no I/O, no async, no clock. Every other crate speaks in these words.

pub mod error;
pub mod event;
pub mod identity;
pub mod mapping;
pub mod metadata;
pub mod pid;
pub mod query;
pub mod revision;
pub mod table;
pub mod time;

pub use error::{Error, FieldError, Result};
pub use event::Event;
pub use identity::{Identity, UserId};
pub use pid::Pid;
pub use query::Query;
pub use revision::Revision;
pub use table::Table;
pub use time::Timestamp;
