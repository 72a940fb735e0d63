//! Hashes of bodies as they pass, and checksums as S3 writes them: base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use cairn_ports::{Ids, ids::RandomIds};
use crc_fast::{CrcAlgorithm, checksum_combine};
use md5::{Digest, Md5};
use s3s::{
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256},
    dto::Checksum,
};

/// A checksum algorithm of S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub(super) const ALL: [Self; 5] = [Self::Crc64Nvme, Self::Crc32, Self::Crc32c, Self::Sha256, Self::Sha1];

    /// As `x-amz-checksum-algorithm` names it, in whatever case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.suffix().eq_ignore_ascii_case(name))
    }

    /// As the name of a header ends: `x-amz-checksum-crc32`.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Crc32 => "crc32",
            Self::Crc32c => "crc32c",
            Self::Crc64Nvme => "crc64nvme",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }

    /// The field of this algorithm.
    pub(super) fn of(self, checksums: &Checksum) -> Option<&str> {
        match self {
            Self::Crc32 => checksums.checksum_crc32.as_deref(),
            Self::Crc32c => checksums.checksum_crc32c.as_deref(),
            Self::Crc64Nvme => checksums.checksum_crc64nvme.as_deref(),
            Self::Sha1 => checksums.checksum_sha1.as_deref(),
            Self::Sha256 => checksums.checksum_sha256.as_deref(),
        }
    }

    pub(super) fn set(self, checksums: &mut Checksum, value: String) {
        let field = match self {
            Self::Crc32 => &mut checksums.checksum_crc32,
            Self::Crc32c => &mut checksums.checksum_crc32c,
            Self::Crc64Nvme => &mut checksums.checksum_crc64nvme,
            Self::Sha1 => &mut checksums.checksum_sha1,
            Self::Sha256 => &mut checksums.checksum_sha256,
        };
        *field = Some(value);
    }

    /// How many bytes a checksum has.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    fn crc(self) -> Option<CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
            Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// The checksum of parts put together, where it follows from theirs: `None` for hashes, or where a part has none.
    pub(super) fn whole<'a>(self, parts: impl Iterator<Item = (&'a Checksum, u64)>) -> Option<String> {
        let crc = self.crc()?;
        let mut whole = None;
        for (checksums, size) in parts {
            let part = number(self.of(checksums)?)?;
            whole = Some(whole.map_or(part, |before| checksum_combine(crc, before, part, size)));
        }
        let bytes = whole?.to_be_bytes();
        Some(STANDARD.encode(&bytes[bytes.len() - self.length()..]))
    }

    /// The checksum of the parts' checksums, as S3 writes it: `…-3`.
    pub(super) fn composite<'a>(self, parts: impl Iterator<Item = &'a Checksum>) -> Option<String> {
        let (mut all, mut count) = (Vec::new(), 0);
        for checksums in parts {
            all.extend(STANDARD.decode(self.of(checksums)?).ok()?);
            count += 1;
        }
        let mut hasher = hasher(&[self]);
        hasher.update(&all);
        Some(format!("{}-{count}", self.of(&hasher.finalize())?))
    }
}

fn number(base64: &str) -> Option<u64> {
    let bytes = STANDARD.decode(base64).ok()?;
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn hasher(algorithms: &[Algorithm]) -> ChecksumHasher {
    let has = |algorithm| algorithms.contains(&algorithm);
    ChecksumHasher {
        crc32: has(Algorithm::Crc32).then(Crc32::new),
        crc32c: has(Algorithm::Crc32c).then(Crc32c::new),
        sha1: has(Algorithm::Sha1).then(Sha1::new),
        sha256: has(Algorithm::Sha256).then(Sha256::new),
        crc64nvme: has(Algorithm::Crc64Nvme).then(Crc64Nvme::new),
    }
}

/// Most bytes of an object whose MD5 and SHA-256 are computed while it comes (64 MiB). They take longer than the disk:
/// what is larger, and every part, is told from others by its CRCs, and by the hashes that its sender declared.
pub(super) const HASHED: u64 = 64 << 20;

/// All hashes but MD5.
pub(super) struct Hashes {
    hasher: ChecksumHasher,
    /// SHA-256 is given up after so many bytes, where nobody asked for it.
    left: Option<u64>,
}

impl Hashes {
    /// Those that every object has, SHA-256 of up to `hashed` bytes, and the ones that a client asks for.
    pub(super) fn with(also: &[Algorithm], hashed: u64) -> Self {
        let left = (hashed > 0 && !also.contains(&Algorithm::Sha256)).then_some(hashed);
        let mut algorithms = [&[Algorithm::Crc64Nvme, Algorithm::Crc32], also].concat();
        algorithms.extend(left.map(|_| Algorithm::Sha256));
        Self { hasher: hasher(&algorithms), left }
    }

    pub(super) fn update(&mut self, data: &[Bytes]) {
        if let Some(left) = self.left {
            self.left = left.checked_sub(length(data));
            if self.left.is_none() {
                self.hasher.sha256 = None;
            }
        }
        for bytes in data {
            self.hasher.update(bytes);
        }
    }

    pub(super) fn finish(self) -> Checksum {
        self.hasher.finalize()
    }
}

/// Bytes in all.
pub(super) fn length(data: &[Bytes]) -> u64 {
    data.iter().map(|bytes| bytes.len() as u64).sum()
}

/// MD5 takes as long as all the others together, so it has a thread of its own where that helps.
pub(super) struct Etag(Md5);

impl Etag {
    pub(super) fn new() -> Self {
        Self(Md5::new())
    }

    pub(super) fn update(&mut self, data: &[Bytes]) {
        for bytes in data {
            self.0.update(bytes);
        }
    }

    /// In hex.
    pub(super) fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }

    /// One that says nothing of the bytes. It looks as those of uploads in parts do: no client takes it for an MD5.
    pub(super) fn opaque() -> String {
        let mut random = [0; 16];
        RandomIds.fill(&mut random);
        format!("{}-1", hex::encode(random))
    }

    /// The `ETag` of parts put together: the MD5 of their MD5s, or of their `ETag`s where these are none, and how many
    /// there are.
    pub(super) fn of_parts<'a>(etags: impl Iterator<Item = &'a str>) -> String {
        let (mut md5, mut count) = (Md5::new(), 0);
        for etag in etags {
            md5.update(hex::decode(etag).unwrap_or_else(|_| etag.into()));
            count += 1;
        }
        format!("{}-{count}", hex::encode(md5.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(data: &[u8]) -> Checksum {
        let mut hasher = hasher(&Algorithm::ALL);
        hasher.update(data);
        hasher.finalize()
    }

    #[test]
    fn checksums_are_those_that_the_standards_name() {
        let sums = of(b"123456789");
        assert_eq!(sums.checksum_crc32.as_deref(), Some("y/Q5Jg=="));
        assert_eq!(sums.checksum_crc32c.as_deref(), Some("4waSgw=="));
        assert_eq!(sums.checksum_crc64nvme.as_deref(), Some("rosUhgp5mIg="));
    }

    #[test]
    fn an_etag_of_parts_counts_them() {
        let part = "900150983cd24fb0d6963f7d28e17f72";
        assert_eq!(Etag::of_parts([part, part].into_iter()), "043a916d6cfeecedf5e04f0312ba762d-2");
        let opaque = ["1-1", "2-1"];
        let one = Etag::of_parts(opaque.into_iter());
        assert_ne!(one, Etag::of_parts(opaque.into_iter().rev()));
    }

    #[test]
    fn sha_256_is_given_up_where_it_takes_too_long_and_nobody_asked_for_it() {
        let sha256 = |also: &[Algorithm], hashed| {
            let mut hashes = Hashes::with(also, hashed);
            hashes.update(&["a".into(), "b".into()]);
            hashes.update(&["c".into()]);
            let sums = hashes.finish();
            assert_eq!(sums.checksum_crc64nvme, of(b"abc").checksum_crc64nvme);
            sums.checksum_sha256
        };
        assert_eq!(sha256(&[], 3), of(b"abc").checksum_sha256);
        assert_eq!((sha256(&[], 2), sha256(&[], 0)), (None, None));
        assert_eq!(sha256(&[Algorithm::Sha256], 2), of(b"abc").checksum_sha256);
    }

    proptest! {
        #[test]
        fn a_crc_of_parts_is_the_crc_of_the_whole(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..6)) {
            let sums: Vec<(Checksum, u64)> = parts.iter().map(|part| (of(part), part.len() as u64)).collect();
            let whole = of(&parts.concat());
            for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
                let combined = algorithm.whole(sums.iter().map(|(sums, size)| (sums, *size)));
                prop_assert_eq!(combined.as_deref(), algorithm.of(&whole));
            }
        }
    }
}
