//! The typed reading of a record's body: what InvenioRDM accepts, drops and reports, field by field.
//!
//! `tables` lists the fields of `metadata`; `rule` is the language of the tables, `loader` reads by them.

mod access;
mod agents;
mod body;
pub mod custom;
pub mod dates;
mod deletion;
mod files;
mod funding;
mod geometry;
pub mod html;
mod html_effort;
mod html_tags;
mod loader;
mod mojibake;
mod pids;
mod quota;
mod relations;
mod rights;
mod rule;
mod sharing;
mod structures;
mod tables;
pub mod text;
mod users;
mod vocabularies;

pub use access::{Access, Embargo, Visibility};
pub use body::{Context, Loaded, check, load};
pub use custom::CustomFields;
pub use dates::date_bounds;
pub use deletion::{DeletionInput, DeletionRequest, load_comment, load_deletion, load_deletion_request};
pub use files::FilesInput;
pub use pids::PID_SCHEMES;
pub use quota::{QuotaInput, load_quota};
pub use relations::{REFERENCES, TITLED, entry_references};
pub use sharing::{GrantInput, LinkInput, load_grant, load_grants, load_link, load_settings};
pub use users::load_user;
pub use vocabularies::load_entry;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
