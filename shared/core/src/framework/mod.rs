//! What every kind of record shares: loading families, showing and indexing them, committing changes.
//!
//! Nothing in here knows a kind by name.

pub mod beside;
pub mod commit;
pub mod component;
pub mod dumps;
pub mod entries;
pub mod families;
pub mod family;
pub mod indexing;
pub mod once;
pub mod schemas;
pub mod shared;
pub mod source;
pub mod states;

pub use commit::{Attempt, Named};
pub use component::{Claim, Component, Stage, Step};
pub use entries::{Entries, Written};
pub use family::{Family, Kinds, State};
pub use once::Once;
pub use shared::Shared;
pub use source::{Source, Stamp, Touches};
