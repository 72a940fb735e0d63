//! Jobs: defined, run, stopped, started again; and what other machines ask for.

mod create;
mod delete;
mod dependents;
mod list;
mod message;
mod page;
mod read;
mod reindex;
mod schedule;
mod send;
mod steps;
mod update;
mod verify;

use serde_json::{Value, json};

use crate::support::{Site, User, minimal};

/// A job that does `task`.
pub(crate) async fn job(site: &Site, task: &str, args: Value) -> Value {
    let body = json!({"title": format!("Do {task}"), "task": task, "run_args": args});
    site.admin().post("/api/jobs", body).await.expect(201).json()
}

/// A run of a job, just asked for.
pub(crate) async fn run(site: &Site, job: &Value) -> Value {
    site.admin().post(&job["links"]["runs"], json!({})).await.expect(201).json()
}

/// A run that has come to its end.
pub(crate) async fn done(site: &Site, task: &str, args: Value) -> Value {
    let job = job(site, task, args).await;
    let run = run(site, &job).await;
    site.settle().await;
    now(site, &run).await
}

/// A run as it is now.
pub(crate) async fn now(site: &Site, run: &Value) -> Value {
    site.admin().get(&run["links"]["self"]).await.expect(200).json()
}

/// Brings records in parts of fifty.
pub(crate) async fn upload(user: &User, name: &str, records: &[Value]) {
    for (at, part) in records.chunks(50).enumerate() {
        let path = format!("/api/uploads/{name}/parts/{}", at + 1);
        user.put(path, json!({"records": part})).await.expect(200);
    }
}

/// An import of 250 records, of which a step of 100 is done.
pub(crate) async fn half_imported(site: &Site) -> Value {
    upload(&site.admin(), "winter", &records(250)).await;
    let job = job(site, "import", json!({"upload": "winter", "publish": true})).await;
    let run = run(site, &job).await;
    for _ in 0..2 {
        site.system.relay().await.unwrap();
        site.poll(&cairn_model::queue::JOBS).await;
    }
    run
}

/// Records with titles of their own.
pub(crate) fn records(count: usize) -> Vec<Value> {
    let titled = |number: usize| {
        let mut body = minimal();
        body["metadata"]["title"] = json!(format!("Pot {number}"));
        body
    };
    (0..count).map(titled).collect()
}

/// How many published records there are.
pub(crate) async fn published(site: &Site) -> u64 {
    site.admin().get("/api/records?size=1").await.expect(200).json()["hits"]["total"].as_u64().unwrap()
}
