//! What stands on a queue.

use cairn_model::{Error, Event, Result};
use serde::{Deserialize, Serialize};

/// An event for one subscriber.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The subscriber's name.
    pub subscriber: String,
    /// What happened.
    pub event: Event,
}

impl Message {
    /// The message's text. `data` that is longer than a queue takes is left out: subscribers read afresh anyway.
    ///
    /// # Errors
    /// [`Error::Internal`] if the event has no JSON, which does not happen.
    pub fn body(&self) -> Result<String> {
        let json = |message: &Self| {
            serde_json::to_string(message).map_err(|error| Error::Internal(format!("an event: {error}")))
        };
        let body = json(self)?;
        if body.len() <= cairn_ports::queue::LONGEST_BODY {
            return Ok(body);
        }
        let mut bare = self.clone();
        bare.event.data = serde_json::Value::Null;
        json(&bare)
    }

    /// The message that a text holds.
    ///
    /// # Errors
    /// [`Error::Internal`] that says where the text is no message.
    pub fn parse(body: &str) -> Result<Self> {
        serde_json::from_str(body)
            .map_err(|error| Error::Internal(format!("the message cannot be read: {error}")))
    }
}
