//! `Idempotency-Key`: a POST that may be sent again.
//!
//! An item in the same transaction remembers which entity answered; it is kept for 7 days.

use cairn_model::{Error, Identity, Result, Timestamp, kinds::IDEMPOTENCY};
use cairn_ports::{Expect, Item, Key, Work};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How long a key is remembered, in seconds.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;

/// A request that may be repeated: whose, of which operation, under which key, and with which body.
#[derive(Debug, Clone)]
pub struct Once {
    key: Key,
    fingerprint: String,
}

impl Once {
    /// `body` is the request as the operation read it, with the path's parameters.
    pub fn new(who: &Identity, operation: &str, key: &str, body: &Value) -> Self {
        let scope = hash(&format!("{}\n{operation}\n{key}", who.actor()));
        Self { key: Key::new(IDEMPOTENCY, scope, "once"), fingerprint: hash(&body.to_string()) }
    }

    /// Where the answer is remembered.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The id of the entity that answered before, if this request was answered.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyReused`] if the key came with another body.
    pub fn answered(&self, item: Option<&Item>, now: Timestamp) -> Result<Option<String>> {
        let Some(item) = item.filter(|item| item.expires.is_none_or(|expires| expires > now.seconds()))
        else {
            return Ok(None);
        };
        if item.body["fingerprint"] != self.fingerprint {
            return Err(Error::IdempotencyKeyReused);
        }
        Ok(item.body["id"].as_str().map(ToOwned::to_owned))
    }

    /// Remembers, with everything else that `work` stores, that entity `id` is the answer.
    pub fn remember(&self, id: &str, before: Option<&Item>, now: Timestamp, work: &mut Work) {
        let (expect, revision) = Expect::after(before.map(|expired| expired.revision));
        let body = json!({"fingerprint": self.fingerprint, "id": id});
        let expires = Some(now.seconds() + KEPT_SECONDS);
        work.put(Item { expires, ..Item::new(self.key.clone(), revision, body) }, expect);
    }
}

/// SHA-256 of a text, in hexadecimal.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
