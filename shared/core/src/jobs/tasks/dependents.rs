//! Index again what shows an entry that has changed. InvenioRDM: events reference, change notifications.

use cairn_model::{Error, Event, Identity, Query, Result, Revision, kind::Kind, query::Edge};
use cairn_ports::search::{Hit, Search, Sort};
use futures::FutureExt;
use serde_json::{Map, Value, json};

use super::{Done, Step, Task, together};
use crate::{
    app::App,
    framework::{Attempt, Attempts, Shared, Source},
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
        "id": {"type": "string", "description": "The entry"}
    }}"#,
    queue: "low",
    by_message: false,
    perform: |step| touch_all(step).boxed(),
};

/// Starts a run where something shows the entry that an event tells of.
pub(crate) async fn notice(app: &App, event: &Event) -> Result<()> {
    let entry = event.subject.split_once('/').and_then(|(_, entry)| entry.split_once('#'));
    let Some((target, id)) = entry else { return Ok(()) };
    if found(app, target, id, None, 0).await?.1 == 0 {
        return Ok(());
    }
    let (title, args) = (format!("What shows {target}#{id}"), json!({"target": target, "id": id}));
    let Value::Object(args) = args else { return Ok(()) };
    app.jobs.run_once(&Identity::system(), &event.id, &TASK, Some(title), args).await.map(drop)
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
    let touches = hits.iter().map(|hit| touch(app, hit));
    together(touches).await.into_iter().collect::<Result<()>>()?;
    done.counts.updated = hits.len() as u64;
    if hits.len() == BATCH {
        done.next = hits.last().map(|hit| json!({"after": hit.id}));
    }
    Ok(done)
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
    let is_from = |source: &&&dyn Source| source.mappings().iter().any(|mapping| mapping.index == hit.index);
    let Some(source) = app.sources.iter().find(is_from) else { return Ok(()) };
    let mut attempts = Attempts::new(&app.shared);
    loop {
        let attempt = try_touch(app, *source, &hit.id).await;
        if attempts.settle(attempt).await?.is_some() {
            return Ok(());
        }
    }
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
