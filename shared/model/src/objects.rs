//! Where bytes are kept, and how they are told from others.

use serde::{Deserialize, Serialize};

/// An object, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The storage location that has it.
    pub location: String,
    /// Its key there.
    pub key: String,
    /// Which version; the newest if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Checksums of all bytes of an object, in lower-case hexadecimal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksums {
    /// MD5: what `InvenioRDM` shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// CRC-64/NVME: what S3 computes of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc64nvme: Option<String>,
    /// CRC-32: what ZIP archives hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc32: Option<String>,
}

impl Checksums {
    /// These, and what only the other knows.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            md5: self.md5.or(other.md5),
            sha256: self.sha256.or(other.sha256),
            crc64nvme: self.crc64nvme.or(other.crc64nvme),
            crc32: self.crc32.or(other.crc32),
        }
    }

    /// Nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.md5.is_some() && self.sha256.is_some() && self.crc64nvme.is_some() && self.crc32.is_some()
    }

    /// A checksum that both know and that is not the same.
    pub fn differs(&self, other: &Self) -> Option<&'static str> {
        let pairs = [
            ("MD5", &self.md5, &other.md5),
            ("SHA-256", &self.sha256, &other.sha256),
            ("CRC-64/NVME", &self.crc64nvme, &other.crc64nvme),
            ("CRC-32", &self.crc32, &other.crc32),
        ];
        let differ =
            |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
        pairs.into_iter().find(|(_, one, other)| differ(one, other)).map(|(name, ..)| name)
    }
}
