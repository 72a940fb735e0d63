//! `versions`: which version of its family a record is, and what the family's parent knows of them.

use serde::{Deserialize, Serialize};

use crate::record::Field;

/// The place of a version in its family, stored in drafts and records.
pub struct Version;

/// Stored form of [`Version`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionIndex {
    /// 1 for the first version. Never given twice.
    pub index: u32,
}

impl Field for Version {
    type Value = VersionIndex;
    const KEY: &'static str = "versions";
}

/// The parent of a version, stored in drafts and records: the id of the family.
pub struct ParentId;

impl Field for ParentId {
    type Value = String;
    const KEY: &'static str = "parent";
}

/// What the parent knows of the versions in its family.
pub struct Family;

/// Stored form of [`Family`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyState {
    /// The latest published version, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Member>,
    /// The open draft of a version that was never published, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Member>,
    /// Every published version, in the order of publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Member>,
}

impl FamilyState {
    /// Notes that a published version is deleted, or is not any more. The newest that is not is the latest; where all are
    /// deleted, the newest.
    pub fn delete(&mut self, member: Member) {
        self.published.retain(|known| known.id != member.id);
        self.published.push(member);
        self.published.sort_by_key(|known| known.index);
        self.latest = self.published.iter().max_by_key(|known| (!known.deleted, known.index)).cloned();
    }

    /// The place of the next version: none is given twice, not even that of a deleted one.
    pub fn next_index(&self) -> u32 {
        self.published.iter().chain(&self.latest).map(|member| member.index).max().unwrap_or(0) + 1
    }

    /// The ids of all versions, published or not.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<&str> = self.published.iter().map(|member| member.id.as_str()).collect();
        let others = [&self.latest, &self.next].into_iter().flatten().map(|member| member.id.as_str());
        ids.extend(others.filter(|id| self.published.iter().all(|member| member.id != *id)));
        ids.into_iter().map(ToOwned::to_owned).collect()
    }
}

/// One version of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its record id.
    pub id: String,
    /// Its place in the family.
    pub index: u32,
    /// It was published and is deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl Member {
    /// A version that is not deleted.
    pub fn new(id: impl Into<String>, index: u32) -> Self {
        Self { id: id.into(), index, deleted: false }
    }
}

impl Field for Family {
    type Value = FamilyState;
    const KEY: &'static str = "versions";
}
