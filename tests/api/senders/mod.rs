//! Operations on senders of messages.

mod delete;
mod list;
mod update;
