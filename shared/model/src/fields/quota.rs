//! `quota` of a parent or of a user: what an administrator allowed. Never shown.

use serde::{Deserialize, Serialize};

use crate::{files::Allowance, record::Field};

/// What the files of each version may come to, or of each draft that the user begins.
pub struct Quota;

/// Stored form of [`Quota`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// How much.
    #[serde(flatten)]
    pub allowance: Allowance,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// How often it was said. Sets of files count it, too: whoever read what was said before finds out.
    pub number: u64,
}

impl Field for Quota {
    type Value = Allowed;
    const KEY: &'static str = "quota";
}
