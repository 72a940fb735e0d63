//! Index again what shows an entry that has changed. InvenioRDM: events reference, change notifications.

use cairn_model::{
    Error, Event, Identity, Query, Result, Revision,
    kind::Kind,
    query::Edge,
    relation::{Reference, is_current},
};
use cairn_ports::search::{Hit, Search, Sort};
use futures::FutureExt;
use serde_json::{Map, Value, json};

use super::{Done, Step, Task, together};
use crate::{
    app::App,
    framework::{Attempt, Shared, Source},
};

/// Documents of one step.
const BATCH: usize = 200;

/// Started by the subscriber below, in the name of the system.
pub(super) static TASK: Task = Task {
    name: "reindex_dependents",
    title: "Index what shows a changed entry",
    description: "Hand everything that shows an entry of a vocabulary to the search index again",
    parameters: r#"{"type": "object", "additionalProperties": false, "required": ["target", "id"], "properties": {
        "target": {"type": "string", "description": "The vocabulary"},
        "id": {"type": "string", "description": "The entry"},
        "stale": {"type": "boolean", "description": "Only what shows it as it was"}
    }}"#,
    queue: "low",
    by_message: false,
    perform: |step| touch_all(step).boxed(),
};

/// Starts a run where something shows the entry that an event tells of; a late one looks for what shows it as it was.
pub(crate) async fn notice(app: &App, event: &Event, late: bool) -> Result<()> {
    let entry = event.subject.split_once('/').and_then(|(_, entry)| entry.split_once('#'));
    let Some((target, id)) = entry else { return Ok(()) };
    if found(app, target, id, None, 0).await?.1 == 0 {
        return Ok(());
    }
    let title = format!("What shows {target}#{id}");
    let mut args = Map::from_iter([("target".to_owned(), json!(target)), ("id".to_owned(), json!(id))]);
    let mut key = event.id.clone();
    if late {
        args.insert("stale".into(), json!(true));
        key.push_str("#late");
    }
    app.jobs.run_once(&Identity::system(), &key, &TASK, Some(title), args).await.map(drop)
}

async fn touch_all(step: Step<'_>) -> Result<Done> {
    let Step { app, run, .. } = step;
    let text = |args: &Map<String, Value>, key: &str| {
        args.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (target, id) = (text(&run.args, "target"), text(&run.args, "id"));
    let after = run.cursor["after"].as_str();
    let (hits, total) = found(app, &target, &id, after, BATCH).await?;
    let mut done = Done::default();
    done.counts.total = if after.is_none() { total } else { 0 };
    let stale = match run.args.get("stale") {
        Some(Value::Bool(true)) => stale(app, &target, &id, &hits).await?,
        _ => hits.iter().collect(),
    };
    done.counts.updated = stale.len() as u64;
    let touches = stale.into_iter().map(|hit| touch(app, hit));
    together(touches).await.into_iter().collect::<Result<()>>()?;
    if hits.len() == BATCH {
        done.next = hits.last().map(|hit| json!({"after": hit.id}));
    }
    Ok(done)
}

/// Those of `hits` that may show an entry as it was.
async fn stale<'h>(app: &App, target: &str, id: &str, hits: &'h [Hit]) -> Result<Vec<&'h Hit>> {
    let relations = || app.sources.iter().flat_map(|source| source.kind().relations);
    let Some(relation) = relations().find(|relation| relation.target == target) else {
        return Ok(Vec::new());
    };
    let shown = Reference { target: relation.target, id: id.to_owned() };
    let (entries, _) = app.shared.entries_and(std::slice::from_ref(&shown), Vec::new()).await?;
    let entry = entries.get(shown.target, id);
    let is_stale = |hit: &&Hit| {
        let source = app.sources.iter().find(|source| fills(**source, hit));
        let relations = source.map_or(&[][..], |source| source.kind().relations);
        hit.source.as_object().is_some_and(|document| !is_current(relations, document, &shown, entry))
    };
    Ok(hits.iter().filter(is_stale).collect())
}

/// Whether a hit is a document of this source.
fn fills(source: &dyn Source, hit: &Hit) -> bool {
    source.mappings().iter().any(|mapping| mapping.index == hit.index)
}

/// What shows an entry: documents by id, after one of them; and how many there are.
async fn found(
    app: &App,
    target: &str,
    id: &str,
    after: Option<&str>,
    size: usize,
) -> Result<(Vec<Hit>, u64)> {
    let mut indices = Vec::new();
    let mut ways = Vec::new();
    for kind in app.sources.iter().map(|source| source.kind()) {
        let paths: Vec<String> = referring(kind, target).map(|path| format!("{path}.id")).collect();
        if !paths.is_empty() {
            indices.extend([kind.mapping, kind.drafts].into_iter().flatten().map(|mapping| mapping.index));
            ways.extend(paths.into_iter().map(|path| Query::term(path, id)));
        }
    }
    if indices.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let from = after.map_or(Edge::Open, |after| Edge::Excluded(after.to_owned()));
    let later = Query::Range { field: "id".into(), from, to: Edge::Open };
    let found = app
        .shared
        .ports
        .search
        .search(&Search {
            indices,
            query: Query::all_of([Query::any_of(ways), later]),
            sort: vec![Sort::Field { path: "id".into(), descending: false }],
            size,
            ..Search::default()
        })
        .await?;
    Ok((found.hits, found.total))
}

/// Where entries of `target` are shown.
fn referring<'k>(kind: &'k Kind, target: &'k str) -> impl Iterator<Item = &'static str> + 'k {
    kind.relations.iter().filter(move |relation| relation.target == target).map(|relation| relation.path)
}

/// Counts a change of what the document shows, and says so: the index follows.
async fn touch(app: &App, hit: &Hit) -> Result<()> {
    let Some(source) = app.sources.iter().find(|source| fills(**source, hit)) else { return Ok(()) };
    app.shared.attempt(|| try_touch(app, *source, &hit.id)).await
}

async fn try_touch(app: &App, source: &dyn Source, id: &str) -> Result<(), Attempt> {
    let Some(touches) = source.touches(&app.shared, id).await? else { return Ok(()) };
    let version = touches.version;
    let mut work = app.shared.work();
    Shared::touch(&mut work, touches.key, touches.count);
    let kind = source.kind().name.replace(' ', "_");
    let subject = format!("{}/{id}", source.collection());
    let system = Identity::system();
    work.emit(app.shared.event(
        &format!("{kind}.touched"),
        subject,
        &system,
        Revision(version + 1),
        Value::Null,
    ));
    match app.shared.commit(work, Vec::new(), None).await {
        Err(Attempt::Failed(Error::NotFound(_))) => Ok(()),
        other => other,
    }
}
