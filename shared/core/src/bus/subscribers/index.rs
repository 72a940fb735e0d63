//! The search index: what is stored is found. What the audit log keeps is stored first.

use std::{collections::BTreeMap, time::Duration};

use cairn_model::{Error, Event, Result, mapping::Mapping, queue::INDEX};
use cairn_ports::search::Document;
use futures::{FutureExt, future::join_all};
use serde_json::Value;

use super::Subscriber;
use crate::{app::App, framework::Source};

/// Subjects that are read side by side, and written together.
const AT_ONCE: usize = 32;

/// Indexes what changed, with its index version: strong read, then write. Doing it twice changes nothing.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "index",
    queue: &INDEX,
    delay: Duration::ZERO,
    events: &["!file.downloaded", "!archive.downloaded", "!record.viewed", "!usage.counted", "*"],
    handle: |app, events| index(app, events).boxed(),
};

async fn index(app: &App, events: &[Event]) -> Vec<Result<()>> {
    let kept = app.audit.keep(events).await;
    // Only the newest event of a subject tells whether the index has caught up with it; and none does where something
    // else has changed that the index shows of it, which has no version of its own.
    let rank = |event: &Event| (version(event).is_none(), event.revision);
    let mut newest = BTreeMap::<&str, &Event>::new();
    for event in events {
        let known = newest.entry(&event.subject).or_insert(event);
        if rank(known) < rank(event) {
            *known = event;
        }
    }
    let mut outcomes = BTreeMap::<&str, Result<()>>::new();
    for some in newest.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        let done = index_some(app, some).await;
        outcomes.extend(some.iter().map(|(subject, _)| *subject).zip(done));
    }
    // Making an index durable costs several syncs, whatever the number of documents: all share one.
    if let Err(error) = app.shared.ports.search.settled().await {
        let failed = Error::from(error);
        for outcome in outcomes.values_mut() {
            *outcome = Err(failed.clone());
        }
    }
    let outcome = |event: &Event| outcomes.get(event.subject.as_str()).cloned().unwrap_or(Ok(()));
    events.iter().zip(kept).map(|(event, kept)| kept.and(outcome(event))).collect()
}

/// Brings what the index says of some subjects up to date, with one write where all goes well.
async fn index_some(app: &App, some: &[(&str, &Event)]) -> Vec<Result<()>> {
    let search = &app.shared.ports.search;
    let stale = join_all(some.iter().map(|(_, event)| stale(app, event))).await;
    let all: Vec<Document> = stale.iter().flatten().flatten().cloned().collect();
    if all.is_empty() || search.write(all, None).await.is_ok() {
        return stale.into_iter().map(|documents| documents.map(drop)).collect();
    }
    // One that the index refuses must not hold up the others.
    let each = stale.into_iter().map(|documents| async { Ok(search.write(documents?, None).await?) });
    join_all(each).await
}

/// The documents of an event's subject that the index may lack.
async fn stale(app: &App, event: &Event) -> Result<Vec<Document>> {
    let Some((collection, id)) = event.subject.split_once('/') else { return Ok(Vec::new()) };
    let Some(source) = app.sources.iter().find(|source| source.collection() == collection) else {
        return match app.sources.iter().find(|source| source.whole() == Some(collection)) {
            Some(source) => source.documents_of_whole(&app.shared, id).await,
            None => Ok(Vec::new()),
        };
    };
    // One event may tell of many, all of them new.
    if let Some(ids) = event.data["ids"].as_array() {
        let ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        return source.all_documents(&app.shared, &ids).await;
    }
    let version = version(event);
    if is_indexed(app, *source, id, version).await? {
        return Ok(Vec::new());
    }
    let documents = source.documents(&app.shared, id).await?;
    Ok(documents.unwrap_or_else(|| gone(*source, id, version)))
}

/// The index version that the subject has since the event.
fn version(event: &Event) -> Option<u64> {
    event.data["index_version"].as_u64()
}

/// The direct write after the commit has been there: nothing to read, nothing to write.
async fn is_indexed(app: &App, source: &dyn Source, id: &str, version: Option<u64>) -> Result<bool> {
    let Some(version) = version else { return Ok(false) };
    for mapping in source.mappings() {
        if app.shared.ports.search.version(mapping.index, id).await?.is_none_or(|known| known < version) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Nothing is left of the entity: the event's own index version is the last there will ever be.
fn gone(source: &dyn Source, id: &str, version: Option<u64>) -> Vec<Document> {
    let version = version.unwrap_or(u64::MAX);
    let document =
        |mapping: &Mapping| Document { index: mapping.index, id: id.to_owned(), version, source: None };
    source.mappings().into_iter().map(document).collect()
}
