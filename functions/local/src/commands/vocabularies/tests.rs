//! `cairn vocabularies` against a server that answers as told.

use std::io::Write;

use serde_json::{Value, json};

use crate::commands::{
    Ending,
    fake::{Asked, Fake, Reply},
};

fn run(status: &str) -> Value {
    json!({"id": "r1", "job_id": "j1", "status": status, "inserted_entries": 4_000, "updated_entries": 1,
        "unchanged_entries": 2, "errored_entries": 3})
}

/// A log of two pages.
fn log(asked: &Asked) -> Value {
    if asked.path.contains("search_after") {
        return json!({"hits": {"hits": [{"level": "ERROR", "message": "line 9: it is not JSON"}], "sort": []}});
    }
    json!({"hits": {"hits": [{"level": "INFO", "message": "a part"}, {"level": "ERROR", "message": "line 7 (x): no name"}],
        "sort": ["2026-01-01", "log#1.1"]}, "warnings": [{}]})
}

fn fake(status: &'static str) -> Fake {
    Fake::start(move |asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("PUT", path) if path.starts_with("/api/uploads/") => Reply::json(200, &json!({})),
        ("POST", "/api/jobs/messages") => Reply::json(202, &run("QUEUED")),
        ("GET", "/api/jobs/j1/runs/r1") => Reply::json(200, &run(status)),
        ("GET", path) if path.starts_with("/api/jobs/j1/runs/r1/logs") => Reply::json(200, &log(asked)),
        _ => Reply::json(404, &json!({"status": 404, "message": "Not found."})),
    })
}

fn file(lines: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    for number in 0..lines {
        writeln!(file, "{{\"id\":\"{number}\",\"name\":\"Kiln {number}\"}}").unwrap();
    }
    writeln!(file, "broken").unwrap();
    file
}

#[test]
fn a_file_is_brought_in_parts_and_written_by_a_job() {
    let (fake, file) = (fake("PARTIAL_SUCCESS"), file(4_500));
    let path = file.path().to_str().unwrap();
    let told = fake.cairn(&["vocabularies", "import", path, "--kind", "affiliations", "--only-new"]);
    let sentence = "affiliations: 4000 created, 1 updated, 2 unchanged, 3 faulty (PARTIAL_SUCCESS)\n";
    assert_eq!(told.out.text(), sentence);
    assert_eq!(told.err.text(), "line 7 (x): no name\nline 9: it is not JSON\n", "all of the log");
    assert_eq!(told.ending.unwrap(), Ending::SomeFailed);
    let requests = fake.requests();
    let parts: Vec<Value> = requests
        .iter()
        .filter(|asked| asked.method == "PUT")
        .map(|asked| asked.json()["records"].clone())
        .collect();
    assert_eq!(
        parts.iter().map(|part| part.as_array().unwrap().len()).collect::<Vec<_>>(),
        [2_000, 2_000, 501]
    );
    assert_eq!(parts[0][0], json!({"place": "line 1", "entry": {"id": "0", "name": "Kiln 0"}}));
    let fault = parts[2][500]["fault"].as_str().unwrap();
    assert!(parts[2][500]["place"] == "line 4501" && fault.starts_with("it is not JSON"), "{fault}");
    let message = requests.iter().find(|asked| asked.path == "/api/jobs/messages").unwrap().json();
    let upload = message["args"]["upload"].as_str().unwrap();
    let args = json!({"upload": upload, "vocabulary": "affiliations", "entries": 4_501, "update": false});
    assert_eq!((&message["task"], &message["args"]), (&json!("import_vocabulary"), &args));
    assert!(requests[0].path.starts_with(&format!("/api/uploads/{upload}/parts/1")));
}

#[test]
fn what_cannot_be_is_said_before_anything_is_sent() {
    let (fake, file) = (fake("SUCCESS"), file(1));
    let path = file.path().to_str().unwrap();
    for (kind, format, message) in [
        ("kilns", "own", "there is no vocabulary `kilns`"),
        ("names", "ror", "files in the form `ror` are for --kind affiliations or funders"),
    ] {
        let failure =
            fake.cairn(&["vocabularies", "import", path, "--kind", kind, "--format", format]).failure();
        assert!(failure.contains(message), "{failure}");
    }
    let failure = fake.cairn(&["vocabularies", "import", "/nowhere", "--kind", "names"]).failure();
    assert!(failure.contains("cannot open /nowhere"), "{failure}");
    assert!(fake.requests().is_empty());
}

#[test]
fn nobody_waits_who_does_not_want_to() {
    let (fake, file) = (fake("SUCCESS"), file(1));
    let path = file.path().to_str().unwrap();
    let told = fake.cairn(&["vocabularies", "import", path, "--kind", "names", "--only-update", "--no-wait"]);
    assert_eq!(told.out.text(), "run r1: QUEUED\n");
    assert_eq!(fake.requests().last().unwrap().json()["args"]["insert"], false);
}
