//! Steps: done at least once, counted once, whatever dies in between.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use cairn_core::jobs::{Done, Task};
use cairn_model::{
    Error,
    jobs::{Counts, Level, LogLine},
    queue::JOBS,
};
use futures::FutureExt;
use serde_json::json;

use super::{job, now, published, records, run, upload};
use crate::support::{Extension, Site};

/// Counts to `to`, one step each.
static COUNTING: Task = Task {
    name: "count",
    title: "Count",
    description: "Count to a number",
    parameters: r#"{"type": "object", "required": ["to"], "properties": {"to": {"type": "integer"}}}"#,
    queue: "celery",
    by_message: false,
    perform: |step| {
        let at = step.run.cursor.as_u64().unwrap_or(0) + 1;
        let to = step.run.args["to"].as_u64().unwrap();
        DONE.lock().unwrap().push(at);
        let done = Done {
            next: (at < to).then(|| json!(at)),
            counts: Counts { total: 1, updated: 1, ..Counts::default() },
            log: vec![LogLine::new(Level::Info, format!("{at}"))],
            ..Done::default()
        };
        futures::future::ready(Ok(done)).boxed()
    },
};

static DONE: Mutex<Vec<u64>> = Mutex::new(Vec::new());

/// Works at the third try.
static HINDERED: Task = Task {
    name: "hindered",
    perform: |_| {
        let tries = TRIES.fetch_add(1, Ordering::SeqCst);
        let outcome =
            if tries < 2 { Err(Error::Unavailable("the power is off".into())) } else { Ok(Done::default()) };
        futures::future::ready(outcome).boxed()
    },
    parameters: r#"{"type": "object"}"#,
    ..COUNTING
};

static TRIES: AtomicUsize = AtomicUsize::new(0);

/// Panics.
static BROKEN: Task = Task {
    name: "broken",
    perform: |_| async { panic!("out of clay") }.boxed(),
    parameters: r#"{"type": "object"}"#,
    ..COUNTING
};

/// Makes more than can be kept.
static BULKY: Task = Task {
    name: "bulky",
    perform: |_| {
        // Deeper than what can be read back.
        let results = vec![(0..200).fold(json!(1), |inner, _| json!([inner]))];
        futures::future::ready(Ok(Done { results, ..Done::default() })).boxed()
    },
    parameters: r#"{"type": "object"}"#,
    ..COUNTING
};

static MORE: &[&Task] = &[&COUNTING, &HINDERED, &BROKEN, &BULKY];

async fn site() -> Site {
    Site::with(&Extension { tasks: MORE, ..Extension::default() }).await
}

/// A run of one of these tasks, which the API does not know: asked for through the system.
async fn start(site: &Site, task: &str, args: serde_json::Value) -> (String, String) {
    let who = cairn_model::Identity::system();
    let body = json!({"title": task, "task": task, "args": args});
    let job = site.system.jobs.create(&who, body.as_object().unwrap()).await.unwrap();
    let run = site.system.jobs.start(&who, &job.id, &serde_json::Map::new()).await.unwrap();
    (job.id, run.id)
}

async fn read(site: &Site, ids: &(String, String)) -> serde_json::Value {
    site.admin().get(format!("/api/jobs/{}/runs/{}", ids.0, ids.1)).await.expect(200).json()
}

#[tokio::test]
async fn steps_follow_each_other_and_each_counts_once() {
    let site = site().await;
    let ids = start(&site, "count", json!({"to": 5})).await;
    // Every message comes three times over, out of order.
    for _ in 0..12 {
        site.system.relay().await.unwrap();
        let queues = &site.system.shared.ports.queues;
        let got = queues.receive(&JOBS, 10, std::time::Duration::ZERO).await.unwrap();
        for _ in 0..3 {
            assert!(site.system.consume(&JOBS, &got).await.is_empty());
        }
        queues.delete(&JOBS, &got).await.unwrap();
    }
    site.settle().await;
    let run = read(&site, &ids).await;
    assert_eq!((&run["status"], &run["updated_entries"]), (&json!("SUCCESS"), &json!(5)), "{run}");
    let done = std::mem::take(&mut *DONE.lock().unwrap());
    assert_eq!(done, [1, 2, 3, 4, 5]);
    let logs = site.admin().get(&run["links"]["logs"]).await.expect(200).json();
    let lines: Vec<&str> =
        logs["hits"]["hits"].as_array().unwrap().iter().map(|hit| hit["message"].as_str().unwrap()).collect();
    assert_eq!(lines, ["1", "2", "3", "4", "5", "It ended: SUCCESS."]);
}

#[tokio::test]
async fn what_hinders_a_step_is_tried_again_and_what_breaks_it_ends_the_run() {
    let site = site().await;
    let hindered = start(&site, "hindered", json!({})).await;
    for _ in 0..3 {
        site.system.relay().await.unwrap();
        while site.poll(&JOBS).await > 0 {}
        site.clock.advance(60);
    }
    site.settle().await;
    assert_eq!(read(&site, &hindered).await["status"], "SUCCESS");
    let broken = start(&site, "broken", json!({})).await;
    site.settle().await;
    let run = read(&site, &broken).await;
    assert_eq!((&run["status"], &run["message"]), (&json!("FAILED"), &json!("the step panicked")));
}

#[tokio::test]
async fn a_step_that_makes_more_than_can_be_kept_ends_its_run() {
    let site = site().await;
    let bulky = start(&site, "bulky", json!({})).await;
    site.settle().await;
    let run = read(&site, &bulky).await;
    assert_eq!(run["status"], "FAILED");
    assert!(run["message"].as_str().unwrap().contains("nested too deep"), "{run}");
}

#[tokio::test]
async fn a_step_cut_off_before_it_is_counted_deposits_nothing_twice() {
    let site = Site::start().await;
    upload(&site.admin(), "autumn", &records(60)).await;
    let job = job(&site, "import", json!({"upload": "autumn", "publish": true})).await;
    let run = run(&site, &job).await;
    site.system.relay().await.unwrap();
    // The process dies at any of its awaits, often.
    let mut cuts = 0;
    for awaits in [1, 7, 40, 200, 400, 800, 1_600] {
        let step = site.poll(&JOBS);
        let mut step = std::pin::pin!(step);
        for _ in 0..awaits {
            if futures::poll!(&mut step).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        cuts += 1;
        site.clock.advance(1_000);
    }
    assert_eq!(cuts, 7);
    for _ in 0..10 {
        site.admin().post("/api/deadletters/replay", json!({"queue": "jobs"})).await.expect(200);
        site.clock.advance(1_300);
        site.system.tick().await.unwrap();
        site.system.relay().await.unwrap();
        while site.poll(&JOBS).await > 0 {}
    }
    site.settle().await;
    let run = now(&site, &run).await;
    assert_eq!(run["status"], "SUCCESS", "{run}");
    assert_eq!(run["inserted_entries"].as_u64().unwrap() + run["updated_entries"].as_u64().unwrap(), 60);
    assert_eq!(published(&site).await, 60);
}
