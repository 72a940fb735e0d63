//! Claims of DOIs: whoever commits one first has it.

use cairn_model::{FieldError, Revision, fields::pids::PersistentId, identifiers, kinds::PIDS};
use cairn_ports::{Expect, Item, Key};
use serde_json::Value;

use super::rules::FIELD;
use crate::framework::Claim;

/// Longest DOI, in bytes: keys have at most 2,048, and no DOI in use comes near.
pub(super) const LONGEST: usize = 1_024;

/// Where a DOI is claimed. DOIs are compared without regard to case (DOI Handbook §2.4), so claims are made in lower case.
pub(crate) fn claim_key(doi: &str) -> Key {
    let doi = identifiers::normalize("doi", doi).to_lowercase();
    Key::new(PIDS, format!("doi#{}", truncated(&doi)), "claim")
}

/// A longer DOI is not valid and never claimed.
fn truncated(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

/// A claim for what `body` names.
pub(super) fn claim(doi: &PersistentId, body: Value) -> Claim {
    Claim {
        item: Item::new(claim_key(&doi.identifier), Revision::FIRST, body),
        expect: Expect::Absent,
        taken: taken(&doi.identifier),
    }
}

/// What those are told who come second.
pub(super) fn taken(identifier: &str) -> FieldError {
    FieldError::new(FIELD, format!("doi:{identifier} already exists."))
}
