//! How the bytes of a file come in.

use serde::{Deserialize, Serialize};

use super::health::Health;

/// The ways in which bytes come. Letters as in `InvenioRDM` (files reference §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Kind {
    /// Local: one request sends all of it.
    #[default]
    #[serde(rename = "L")]
    Local,
    /// In parts.
    #[serde(rename = "M")]
    Multipart,
    /// Fetched by the repository.
    #[serde(rename = "F")]
    Fetch,
    /// Not kept here: a link.
    #[serde(rename = "R")]
    Remote,
}

/// How the bytes of one file come in, and how far that is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Which way.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Of an upload in parts: how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// Of an upload in parts: bytes of each but the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_size: Option<u64>,
    /// Of an upload in parts: the storage's name for it. None where parts are too small for the storage and are kept
    /// one by one until they are joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// Where the bytes are or come from. Never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of a link: what is known of it, once it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Of a fetch: how often it did not come for now.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Transfer {
    /// Bytes that part `number` has, of a file of `size`. None if there is no such part.
    pub fn part_bytes(&self, number: u32, size: u64) -> Option<u64> {
        let (parts, part_size) = (self.parts?, self.part_size?);
        let before = u64::from(number.checked_sub(1)?).checked_mul(part_size)?;
        let last = number == parts;
        let rest = size.checked_sub(before)?;
        (number <= parts).then_some(if last { rest } else { part_size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_but_the_last_has_the_same_size() {
        let transfer = Transfer { parts: Some(3), part_size: Some(10), ..Transfer::default() };
        let sizes = |size| (0..5).map(|part| transfer.part_bytes(part, size)).collect::<Vec<_>>();
        assert_eq!(sizes(25), [None, Some(10), Some(10), Some(5), None]);
        assert_eq!(sizes(30), [None, Some(10), Some(10), Some(10), None]);
    }
}
