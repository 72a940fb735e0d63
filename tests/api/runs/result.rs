//! `GET /api/jobs/{id}/runs/{run}/result`: "runs.result"

use cairn_core::jobs::{Done, Task};
use cairn_model::jobs::Counts;
use futures::FutureExt;
use serde_json::{Value, json};

use crate::{
    jobs::{job, now, records, run, upload},
    support::{Extension, Site, minimal},
};

#[tokio::test]
async fn an_export_is_read_piece_by_piece() {
    let site = Site::start().await;
    upload(&site.admin(), "all", &records(230)).await;
    let import = job(&site, "import", json!({"upload": "all", "publish": true})).await;
    run(&site, &import).await;
    site.settle().await;
    let mut other = minimal();
    other["metadata"]["title"] = json!("Vase");
    let draft = site.admin().post("/api/records", other).await.expect(201).json();
    site.admin().post(crate::drafts::path(&draft, "publish"), ()).await.expect(202);
    site.settle().await;
    let export = job(&site, "export", json!({"q": "metadata.title:Pot"})).await;
    let run = run(&site, &export).await;
    site.settle().await;
    let done = now(&site, &run).await;
    assert_eq!((&done["status"], &done["total_entries"]), (&json!("SUCCESS"), &json!(230)), "{done}");
    let result = run["links"]["result"].as_str().unwrap();
    let (mut titles, mut after) = (Vec::new(), String::new());
    loop {
        let piece = site.admin().get(format!("{result}{after}")).await.expect(200).json();
        let records = piece["results"].as_array().unwrap().clone();
        titles.extend(records.iter().map(|record| record["metadata"]["title"].clone()));
        match &piece["next"] {
            Value::String(next) => after = format!("?after={}", next.replace('#', "%23")),
            _ => break,
        }
    }
    assert_eq!(titles.len(), 230);
    titles.sort_by_key(ToString::to_string);
    titles.dedup();
    assert_eq!(titles.len(), 230);
    site.admin().get(format!("{result}?after=~")).await.expect(400);
    site.user("ada").await.get(result).await.expect(403);
}

#[tokio::test]
async fn what_a_run_made_before_it_began_anew_is_not_its_result() {
    let site = Site::with(&Extension { tasks: TASKS, ..Extension::default() }).await;
    let who = cairn_model::Identity::system();
    let body = json!({"title": "t", "task": "twice"});
    let job = site.system.jobs.create(&who, body.as_object().unwrap()).await.unwrap();
    let run = site.system.jobs.start(&who, &job.id, &serde_json::Map::new()).await.unwrap();
    let made = async || {
        site.settle().await;
        site.system.jobs.results(&who, &job.id, &run.id, None).await.unwrap().0
    };
    assert_eq!(made().await, [json!(0)]);
    site.system.jobs.retry(&who, &job.id, &run.id).await.unwrap();
    assert_eq!(made().await, [json!(2)]);
}

static TASKS: &[&Task] = &[&TWICE];

/// Makes the number of its step, and is never quite satisfied.
static TWICE: Task = Task {
    name: "twice",
    title: "Twice",
    description: "Do it twice",
    parameters: r#"{"type": "object"}"#,
    queue: "low",
    by_message: false,
    perform: |step| {
        let counts = Counts { total: 1, errored: 1, ..Counts::default() };
        let made = Done { results: vec![json!(step.run.step)], counts, ..Done::default() };
        futures::future::ready(Ok(made)).boxed()
    },
};
