//! The event bus: from the outbox to the queues of those who subscribed, and from there to what they do.
//!
//! An event is written in the transaction that makes it true. The relay sends it to the queues of its subscribers and
//! then deletes it; a consumer acts on it and then deletes its message. Whatever dies in between, it comes once more:
//! subscribers read afresh what they act on, so that twice is once.

mod archive;
mod consume;
mod dead;
mod message;
mod objects;
mod relay;
mod subscribers;

pub use archive::{ARCHIVE, Replayed};
pub(crate) use archive::{Moved, Packer, Progress, unpacked};
pub use consume::Failed;
pub use message::Message;
pub use objects::Arrived;
pub use relay::Relayed;
pub use subscribers::{Handle, SUBSCRIBERS, Subscriber};
