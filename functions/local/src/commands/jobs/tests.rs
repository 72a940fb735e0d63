//! `cairn jobs` against a server that answers as told.

use std::io::Write;

use serde_json::{Value, json};

use crate::commands::{
    Ending,
    fake::{Asked, Fake, Reply},
};

fn run(status: &str) -> Value {
    json!({"id": "r1", "job_id": "j1", "status": status, "message": "3/4 entries done.", "total_entries": 4,
        "inserted_entries": 3, "links": {}})
}

/// A repository with one job and one run, which ends at the third look.
fn fake() -> Fake {
    Fake::start(|asked: &Asked| {
        let ended = if asked.number > 3 { "PARTIAL_SUCCESS" } else { "RUNNING" };
        let job =
            json!({"id": "j1", "title": "Import records", "task": "import", "last_run": run("RUNNING")});
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/api/jobs?size=10000") => Reply::json(200, &json!({"hits": {"hits": [job]}})),
            ("GET", "/api/jobs/j1") => Reply::json(200, &job),
            ("GET", "/api/jobs/j1/runs") => Reply::json(200, &json!({"hits": {"hits": [run("RUNNING")]}})),
            ("GET", "/api/jobs/j1/runs/r1") => Reply::json(200, &run(ended)),
            ("GET", "/api/jobs/j1/runs/r1/logs") => {
                let line = json!({"timestamp": "2026-01-01", "level": "ERROR", "message": "no title"});
                Reply::json(200, &json!({"hits": {"hits": [line]}}))
            }
            ("GET", "/api/jobs/j1/runs/r1/result") => {
                Reply::json(200, &json!({"results": [{"a": 1}], "next": "result#1"}))
            }
            ("GET", "/api/jobs/j1/runs/r1/result?after=result%231") => {
                Reply::json(200, &json!({"results": [{"a": 2}], "next": null}))
            }
            ("POST", "/api/jobs/messages" | "/api/jobs/j1/runs") => Reply::json(202, &run("QUEUED")),
            ("POST", "/api/jobs/j1/runs/r1/actions/stop") => Reply::json(202, &run("CANCELLING")),
            ("PUT", path) if path.starts_with("/api/uploads/") => Reply::json(200, &json!({})),
            _ => Reply::json(404, &json!({"status": 404, "message": "Not found."})),
        }
    })
}

#[test]
fn jobs_and_runs_are_shown_as_tables() {
    let fake = fake();
    let listed = fake.cairn(&["jobs", "list"]).out.text();
    let row = "j1   Import records  import  -         r1        RUNNING  3/4 entries done.";
    assert_eq!(listed.lines().nth(1), Some(row), "{listed}");
    let job = fake.cairn(&["jobs", "show", "j1"]).out.text();
    assert!(job.contains("title  Import records") && job.contains("r1   -          RUNNING"), "{job}");
    let shown = fake.cairn(&["jobs", "show", "r1"]).out.text();
    assert!(shown.contains("2026-01-01  ERROR  no title"), "{shown}");
    let failure = fake.cairn(&["jobs", "show", "r2"]).failure();
    assert!(failure.contains("there is no run r2"), "{failure}");
}

#[test]
fn a_task_is_asked_for_by_message_and_a_job_by_its_id() {
    let fake = fake();
    let started = fake.cairn(&["jobs", "run", "export", "--args", "{\"q\":\"kiln\"}", "--key", "k"]);
    assert_eq!(started.out.text(), "run r1: QUEUED: 3/4 entries done.\n");
    let sent = fake.requests().last().unwrap().json();
    assert_eq!(sent, json!({"version": "1", "id": "k", "task": "export", "args": {"q": "kiln"}}));
    fake.cairn(&["jobs", "run", "j1", "--title", "Now"]);
    assert_eq!(fake.requests().last().unwrap().json(), json!({"title": "Now"}));
    let refused = std::panic::catch_unwind(|| fake.cairn(&["jobs", "run", "export", "--args", "[]"]));
    assert!(refused.is_err(), "the command line is wrong");
}

#[test]
fn records_are_uploaded_before_they_are_imported() {
    let fake = fake();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for number in 0..250 {
        writeln!(file, "{{\"metadata\":{{\"title\":\"Pot {number}\"}}}}").unwrap();
    }
    let path = file.path().to_str().unwrap().to_owned();
    let waited = fake.cairn(&["jobs", "run", "import", "--records", &path, "--publish", "--wait"]);
    assert_eq!(waited.out.text(), "run r1: PARTIAL_SUCCESS: 3/4 entries done.\n");
    assert_eq!(waited.ending.unwrap(), Ending::SomeFailed);
    let requests = fake.requests();
    let parts: Vec<usize> = requests
        .iter()
        .filter(|asked| asked.method == "PUT")
        .map(|asked| asked.json()["records"].as_array().unwrap().len())
        .collect();
    assert_eq!(parts, [100, 100, 50]);
    let message = requests.iter().find(|asked| asked.path == "/api/jobs/messages").unwrap().json();
    let upload = message["args"]["upload"].as_str().unwrap();
    assert_eq!(message["id"], format!("{upload}-published"));
    assert!(requests[0].path.starts_with(&format!("/api/uploads/{upload}/parts/1")));
    writeln!(file, "not JSON").unwrap();
    let failure = fake.cairn(&["jobs", "run", "import", "--records", &path]).failure();
    assert!(failure.contains("line 251") && failure.contains("nothing was imported"), "{failure}");
}

#[test]
fn a_run_is_cancelled_and_what_it_made_is_written_line_by_line() {
    let fake = fake();
    assert_eq!(fake.cairn(&["jobs", "cancel", "r1"]).out.text(), "run r1: CANCELLING: 3/4 entries done.\n");
    assert_eq!(fake.cairn(&["jobs", "result", "r1"]).out.text(), "{\"a\":1}\n{\"a\":2}\n");
    assert!(fake.cairn(&["jobs", "retry", "r1"]).failure().contains("Not found."));
}
