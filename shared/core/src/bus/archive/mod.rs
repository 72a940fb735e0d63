//! The archive of events, by day. What was relayed lies in the store first, in rows that are committed with the deletions
//! from the outbox; once it is older it is moved into objects, which an item of the store names.

mod moving;
mod objects;
mod replay;

use cairn_model::{Event, Revision, kinds::EVENTS};
use cairn_ports::{Item, Key, store::OutboxRow};
use chrono::NaiveDate;
use serde_json::json;

pub(crate) use moving::{Moved, Progress};
pub use objects::ARCHIVE;
pub(crate) use objects::{Packer, unpacked};
pub use replay::Replayed;

/// What partitions of rows begin with; a day follows.
const ROWS: &str = "archive#";

/// The row that archives events, under the day on which they were relayed. Its place within the day is that of the
/// newest event; `work` makes it unique.
pub(super) fn item(rows: &[OutboxRow], work: &str) -> Item {
    let newest = rows.iter().map(|row| &row.event).max_by(|one, other| one.id.cmp(&other.id));
    let (day, id) = newest.map(|event| (event.time.day(), event.id.as_str())).unwrap_or_default();
    let events: Vec<&Event> = rows.iter().map(|row| &row.event).collect();
    Item::new(
        Key::new(EVENTS, rows_of(day), format!("{id}#{work}")),
        Revision::FIRST,
        json!({"events": events}),
    )
}

fn rows_of(day: NaiveDate) -> String {
    format!("{ROWS}{day}")
}

/// The partition that names a day's objects, in the order in which they were made.
fn objects_of(day: NaiveDate) -> String {
    format!("archived#{day}")
}
