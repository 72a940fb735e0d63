//! What writers share: which generations there are, and what was written last.

use std::{collections::HashMap, sync::mpsc};

use cairn_model::UserId;
use cairn_ports::search::SearchError;
use tokio::sync::OwnedSemaphorePermit;

use super::{document::Built, generations::Slot, writer::Message};

/// What is known of the indices now.
pub(super) struct State {
    pub sender: Option<mpsc::Sender<Message>>,
    pub slots: Vec<Slot>,
    /// The number of the last write.
    pub sequence: u64,
    /// The last write of each user that may not be visible yet.
    pub last_writes: HashMap<UserId, u64>,
}

impl State {
    pub(super) fn forget_writes_until(&mut self, visible: u64) {
        self.last_writes.retain(|_, sequence| *sequence > visible);
    }

    pub(super) fn send(&self, message: Message) -> Result<(), SearchError> {
        self.sender.as_ref().ok_or_else(stopped)?.send(message).map_err(|_| stopped())
    }

    /// Sends on what is newer than what is there: to the live generations, and to those being made.
    pub(super) fn write(
        &mut self,
        documents: Vec<Built>,
        room: OwnedSemaphorePermit,
    ) -> Result<(), SearchError> {
        let sequence = self.sequence + 1;
        let mut changes = Vec::new();
        for document in documents {
            let slot = &self.slots[document.place];
            if let Some(next) = &slot.next
                && let Some(change) = next.opened.accept(document.clone())
            {
                next.send(Message::Write { sequence, changes: vec![change], room: None })?;
            }
            changes.extend(slot.live.accept(document));
        }
        if !changes.is_empty() {
            self.sequence = sequence;
            self.send(Message::Write { sequence, changes, room: Some(room) })?;
        }
        Ok(())
    }
}

/// Nobody writes any more.
pub(super) fn stopped() -> SearchError {
    SearchError::Unavailable("the writer has stopped".into())
}
