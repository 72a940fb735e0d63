//! The ids port: the only source of chance.

use std::sync::atomic::{AtomicU64, Ordering};

/// Gives random numbers and new ids.
pub trait Ids: Send + Sync {
    /// Fills `bytes` with random bytes fit for secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// 64 random bits.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    /// A UUID for an instant (RFC 9562, version 7): sorts by time, unique.
    fn uuid(&self, at: cairn_model::Timestamp) -> String {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
    }

    /// A ULID for an instant: sorts by time, unique.
    fn ulid(&self, at: cairn_model::Timestamp) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
        ulid::Ulid::from_parts(millis, u128::from_be_bytes(bytes)).to_string()
    }
}

/// Ids from the operating system's random source.
#[derive(Debug, Default, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the operating system for chance"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Without randomness no id or secret may be made: stop rather than go on with a weak one.
            tracing::error!(%error, "the operating system gives no random bytes");
            std::process::abort();
        }
    }
}

/// Counted ids for tests: the same run gives the same ids.
#[derive(Debug, Default)]
pub struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // A fixed odd multiplier spreads the counter over all bits, so that ids differ from their first character on.
            let number = (self.0.fetch_add(1, Ordering::SeqCst) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&number.to_be_bytes()[..chunk.len()]);
        }
    }
}
