//! The catalogue of events tells of every event that is emitted, and of no other.

use std::{collections::BTreeSet, fmt::Write};

use cairn_model::{
    Event,
    kinds::{
        EVENTS,
        events::{EVENT_TYPES, EventType},
    },
};
use cairn_ports::store::Page;
use serde_json::{Value, json};

use crate::{needs, support::Site};

/// The envelope that all events share.
fn envelope() -> Value {
    let text = json!({"type": "string"});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "actor", "revision"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"},
            "source": {"const": "/api"},
            "type": {"enum": EVENT_TYPES.iter().map(|one| one.kind).collect::<Vec<_>>()},
            "subject": text,
            "time": {"type": "string", "format": "date-time"},
            "actor": text,
            "address": text,
            "revision": {"type": "integer", "minimum": 1},
            "data": {"type": "object"},
        },
    })
}

fn schema(event: &EventType) -> Option<Value> {
    (!event.data.is_empty()).then(|| serde_json::from_str(event.data).unwrap())
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn page() -> String {
    let mut page = String::from(
        "# Events\n\nEvery change of what is stored is an event, written in the same transaction. Envelope: CloudEvents 1.0 \
         in JSON, with\nextensions: `actor` (a user id, `system` or `anonymous`), `revision` (of the subject; for records the \
         version that the\nindex has to catch up with), and `address` (of the request, where the [audit log](audit.md) keeps \
         it; whoever sends events\nout of the repository leaves it out). Events hold small facts, never secrets and never \
         bodies: who acts on one reads\nwhat it is about afresh. Delivery is at least once and in any order.\n\nThis page \
         is made by `make snapshots` from `shared/model/src/kinds/events.rs`.\n\n| type | what has happened | subject |\n\
         |---|---|---|\n",
    );
    for EventType { kind, summary, subject, .. } in EVENT_TYPES {
        writeln!(page, "| `{kind}` | {summary} | `{subject}` |").unwrap();
    }
    writeln!(page, "\n## Envelope\n\n```json\n{}\n```\n\n## Data", pretty(&envelope())).unwrap();
    for event in EVENT_TYPES {
        let shape =
            schema(event).map_or("None.".to_owned(), |schema| format!("```json\n{}\n```", pretty(&schema)));
        writeln!(page, "\n### `{}`\n\n{shape}", event.kind).unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`make snapshots` asks by the environment for new snapshots")]
fn the_page_of_events_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/events.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(file, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), page(), "`make snapshots` writes docs/events.md anew");
}

#[tokio::test]
async fn every_event_is_in_the_catalogue_and_fits_its_schema() {
    let site = Site::start().await;
    needs::everything(&site).await;
    site.settle().await;
    let store = &site.system.shared.ports.store;
    let mut archived = Vec::new();
    // An embargo ended on the second day.
    for day in ["archive#2026-01-01", "archive#2026-01-02"] {
        let found = store.query(EVENTS, day, &Page::default()).await.unwrap();
        assert!(found.next.is_none(), "all were read");
        archived.extend(found.items);
    }
    let envelope = jsonschema::validator_for(&envelope()).unwrap();
    let mut seen = BTreeSet::new();
    for event in archived.iter().flat_map(|item| item.body["events"].as_array().unwrap()) {
        let errors: Vec<_> = envelope.iter_errors(event).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{event}: {errors:?}");
        let Event { kind, data, .. } = serde_json::from_value(event.clone()).unwrap();
        let known = EVENT_TYPES.iter().find(|one| one.kind == kind).unwrap();
        match schema(known) {
            Some(schema) => assert!(jsonschema::is_valid(&schema, &data), "{event}"),
            None => assert!(data.is_null(), "{event}"),
        }
        seen.insert(kind);
    }
    let listed: BTreeSet<String> = EVENT_TYPES.iter().map(|one| one.kind.to_owned()).collect();
    assert_eq!(seen, listed);
}
