//! The pure data of Cairn: no I/O, no async, no clock. Every other crate speaks in these words.

pub mod actions;
pub mod error;
pub mod event;
pub mod field;
pub mod fields;
pub mod identifiers;
pub mod identity;
pub mod jobs;
pub mod kind;
pub mod kinds;
pub mod mapping;
pub mod metadata;
pub mod pid;
pub mod policy;
pub mod projection;
pub mod query;
pub mod queue;
pub mod record;
pub mod relation;
pub mod revision;
pub mod schema;
pub mod table;
pub mod time;

pub use error::{Error, FieldError, Result};
pub use event::Event;
pub use field::SystemField;
pub use identity::{Identity, UserId};
pub use kind::Kind;
pub use pid::Pid;
pub use projection::Projection;
pub use query::Query;
pub use record::{Field, Record};
pub use revision::Revision;
pub use table::Table;
pub use time::Timestamp;
