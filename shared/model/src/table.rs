//! Tables of the primary store, by trust: an operation's role names the tables it may touch.

/// A table. Which ones exist is declared by the kinds that live in them (`kinds.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(pub &'static str);

/// Events on their way to subscribers; written with every change, by the store itself.
pub const OUTBOX: Table = Table("outbox");

impl std::fmt::Display for Table {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
