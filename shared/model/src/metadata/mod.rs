//! The typed reading of `metadata`: what InvenioRDM accepts, drops and reports, field by field.

pub mod dates;
pub mod html;
mod html_effort;
mod mojibake;
pub mod text;

pub use dates::date_bounds;
