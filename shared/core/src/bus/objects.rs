//! Objects that have arrived in the object storage, as events of the bus: they are archived, replayed and delivered like
//! all others.

use cairn_model::{Event, Identity, Result, Revision, Timestamp, event::SpecVersion};
use cairn_ports::StoreError;
use serde_json::json;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::app::App;

/// Word that an object has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The bucket.
    pub bucket: String,
    /// The object's key, decoded.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Its `ETag`, without quotes.
    pub etag: String,
    /// Its version, where the bucket keeps versions.
    pub version: Option<String>,
    /// Orders the arrivals of one key.
    pub sequencer: String,
    /// When.
    pub time: Timestamp,
}

impl App {
    /// Emits `object.created`. The storage says it at least once: the same arrival always makes the same event.
    ///
    /// # Errors
    /// Those of the store; the storage says it again.
    pub async fn note_arrival(&self, arrived: &Arrived) -> Result<()> {
        let Arrived { bucket, key, size, etag, version, sequencer, time } = arrived;
        let digest = Sha256::digest(format!("{bucket}\n{key}\n{version:?}\n{sequencer}"));
        let mut random = [0; 16];
        random.copy_from_slice(&digest[..16]);
        let millis = u64::try_from(time.micros() / 1_000).unwrap_or(0);
        let event = Event {
            specversion: SpecVersion::V1,
            id: Ulid::from_parts(millis, u128::from_be_bytes(random)).to_string(),
            source: "/api".into(),
            kind: "object.created".into(),
            subject: format!("objects/{key}"),
            time: *time,
            actor: Identity::system().actor().to_owned(),
            address: None,
            revision: Revision::at(*time),
            data: json!({"bucket": bucket, "key": key, "size": size, "etag": etag, "version": version}),
        };
        let mut work = self.shared.work();
        work.emit(event);
        match self.shared.ports.store.commit(&work).await {
            // It waits in the outbox already.
            Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
