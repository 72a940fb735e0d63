//! Events: what has happened, in the envelope of CloudEvents 1.0.
//!
//! An event is written in the transaction that makes it true, into the outbox, and goes to its subscribers from there.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{revision::Revision, time::Timestamp};

/// One thing that happened to one subject. Serialises to a CloudEvents 1.0 envelope in JSON format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Version of the envelope: always `1.0`.
    pub specversion: SpecVersion,
    /// A ULID; consumers that saw it once ignore it.
    pub id: String,
    /// Where it happened: the path of the API below the site.
    pub source: String,
    /// What happened: `<entity>.<past participle>`, e.g. `record.published`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The entity, `<collection>/<id>`: events of one subject keep their order.
    pub subject: String,
    /// When its transaction was made, by the writer's clock.
    pub time: Timestamp,
    /// Who did it: a user id, `system` or `anonymous` (CloudEvents extension).
    pub actor: String,
    /// The address that the request came from, where the audit log keeps it (CloudEvents extension). Whoever sends events
    /// out of the repository leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The revision of the subject that this event made (CloudEvents extension).
    pub revision: Revision,
    /// Small facts for those who need no fresh read. Never secrets, never bodies.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

/// The version of the CloudEvents envelope. There is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SpecVersion {
    /// CloudEvents 1.0.
    #[default]
    #[serde(rename = "1.0")]
    V1,
}
