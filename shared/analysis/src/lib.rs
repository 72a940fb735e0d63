//! What documents and queries come down to, whichever engine searches: words, whole values, numbers and ranges.
//!
//! Every engine indexes what [`values::walk`] tells of a document and looks for what [`plan::Planner`] makes of a query, so
//! that all of them find the same.

pub mod among;
pub mod dates;
pub mod markup;
pub mod places;
pub mod plan;
pub mod points;
pub mod source;
pub mod values;
pub mod words;

/// Between the path of a leaf and its value, in fields that hold a whole object.
pub const SEPARATOR: char = '\0';

/// A query that cannot be run; why, in words for who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadQuery(pub String);
