//! All checksums of some bytes at once.

use cairn_model::objects::Checksums;
use md5::Md5;
use sha2::{Digest as _, Sha256};

/// Takes bytes piece by piece, and tells their checksums at the end.
pub struct Digester {
    md5: Md5,
    sha256: Sha256,
    crc64nvme: crc_fast::Digest,
    crc32: crc32fast::Hasher,
    size: u64,
}

impl Default for Digester {
    fn default() -> Self {
        Self {
            md5: Md5::new(),
            sha256: Sha256::new(),
            crc64nvme: crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme),
            crc32: crc32fast::Hasher::new(),
            size: 0,
        }
    }
}

impl Digester {
    /// The checksums of `bytes`.
    pub fn of(bytes: &[u8]) -> Checksums {
        let mut digester = Self::default();
        digester.update(bytes);
        digester.finish()
    }

    /// Takes some more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sha256.update(bytes);
        self.crc64nvme.update(bytes);
        self.crc32.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The checksums of all that came.
    pub fn finish(self) -> Checksums {
        Checksums {
            md5: Some(hex::encode(self.md5.finalize())),
            sha256: Some(hex::encode(self.sha256.finalize())),
            crc64nvme: Some(format!("{:016x}", self.crc64nvme.finalize())),
            crc32: Some(format!("{:08x}", self.crc32.finalize())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_their_standards() {
        let mut digester = Digester::default();
        digester.update(b"1234");
        digester.update(b"56789");
        assert_eq!(digester.size(), 9);
        let known = digester.finish();
        assert_eq!(known, Digester::of(b"123456789"));
        assert_eq!(known.md5.as_deref(), Some("25f9e794323b453885f5181f1b624d0b"));
        assert_eq!(known.crc32.as_deref(), Some("cbf43926"), "the check value of CRC-32");
        assert_eq!(known.crc64nvme.as_deref(), Some("ae8b14860a799888"), "the check value of CRC-64/NVME");
        assert_eq!(known.sha256.as_deref().map(str::len), Some(64));
    }
}
