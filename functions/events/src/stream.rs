//! The outbox's stream.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use cairn_core::{App, bus::Relayed};
use cairn_model::{Result, table::OUTBOX};
use cairn_ports::Key;

/// Relays the rows that a stream event tells of. They are read afresh: what another relay has sent already is gone.
///
/// # Errors
/// Those of store and queues; the stream delivers the event again.
pub async fn relay_stream(app: &App, event: &Event) -> Result<Relayed> {
    let new = event.records.iter().filter(|record| record.event_name == "INSERT");
    app.relay_keys(&new.filter_map(key).collect::<Vec<_>>()).await
}

fn key(record: &EventRecord) -> Option<Key> {
    let text = |name: &str| match record.change.keys.get(name)? {
        serde_dynamo::AttributeValue::S(text) => Some(text.clone()),
        _ => None,
    };
    Some(Key::new(OUTBOX, text("pk")?, text("sk")?))
}
