//! Files through the real functions, each with keys of its own, on an object storage that is reached as S3 is.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use cairn_model::{
    Identity,
    queue::{FILES, LOW_PRIORITY, Queue},
};
use reqwest::{StatusCode, header::CONTENT_DISPOSITION};
use serde_json::{Value, json};

use crate::{
    consumers::{delivery, event_of, received},
    function::{Function, event},
    support,
    world::World,
};

const PART: usize = 5 * 1024 * 1024;

/// A new draft that may have files, by its id.
async fn draft(world: &World) -> String {
    let create = Function::start("drafts.create", world).await;
    let mut body = support::minimal();
    body["files"] = json!({"enabled": true});
    let event = event("POST", "/api/records", Some(&world.admin), Some(&body.to_string()));
    create.invoke(event).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// A request for a path by the administrator.
fn ask(world: &World, method: &str, path: &str, body: Option<&Value>) -> Value {
    event(method, path, Some(&world.admin), body.map(Value::to_string).as_deref())
}

/// The same with bytes, as API Gateway hands them to a function.
fn send(world: &World, path: &str, bytes: &[u8]) -> Value {
    let mut event = ask(world, "PUT", path, Some(&json!("")));
    event["headers"]["content-type"] = json!("application/octet-stream");
    event["headers"]["content-length"] = json!(bytes.len().to_string());
    event["isBase64Encoded"] = json!(true);
    event["body"] = json!(STANDARD.encode(bytes));
    event
}

fn some_bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_through_the_functions_to_its_readers() {
    let world = World::new("files").await;
    let id = draft(&world).await;
    let list = format!("/api/records/{id}/draft/files");
    let start = Function::start("draft_files.start", &world).await;
    let small = some_bytes(3_000_000);
    start.invoke(ask(&world, "POST", &list, Some(&json!([{"key": "a/small.bin"}])))).await.expect(201);
    let path = format!("{list}/a/small.bin");

    // Keys of another function open nothing here.
    let stranger = Function::start_as("draft_files.update", "record_files.read", &world).await;
    stranger.invoke(send(&world, &format!("{path}/content"), &small)).await.expect(500);
    let commit = Function::start("draft_files.commit", &world).await;
    commit.invoke(ask(&world, "POST", &format!("{path}/commit"), None)).await.expect(400);

    let update = Function::start("draft_files.update", &world).await;
    update.invoke(send(&world, &format!("{path}/content"), &small)).await.expect(200);
    let entry = commit.invoke(ask(&world, "POST", &format!("{path}/commit"), None)).await.expect(200);
    assert_eq!((&entry["status"], &entry["size"]), (&json!("completed"), &json!(small.len())));
    let large = send_in_parts(&world, &start, &commit, &list).await;

    let publish = Function::start("drafts.publish", &world).await;
    let path = format!("/api/records/{id}/draft/actions/publish");
    let record = publish.invoke(ask(&world, "POST", &path, None)).await.expect(202);
    assert_eq!(record["files"]["count"], 2, "{}", record["files"]);

    let read = Function::start("record_files.read", &world).await;
    let content = |key: &str| event("GET", &format!("/api/records/{id}/files/{key}/content"), None, None);
    let answer = read.run(content("a/small.bin")).await.unwrap();
    assert_eq!((&answer["statusCode"], &answer["isBase64Encoded"]), (&json!(200), &json!(true)));
    assert!(STANDARD.decode(answer["body"].as_str().unwrap()).unwrap() == small);
    let redirected = read.invoke(content("large.bin")).await;
    redirected.expect(302);
    let address = redirected.headers["location"].as_str().unwrap();
    assert!(address.starts_with(&world.storage.endpoint), "{address}");
    let fetched = reqwest::get(address).await.unwrap();
    assert_eq!(fetched.status(), StatusCode::OK);
    assert_eq!(fetched.headers()[CONTENT_DISPOSITION], "attachment; filename=large.bin");
    assert!(fetched.bytes().await.unwrap() == large);
    let elsewhere = reqwest::get(address.replacen("/files/", "/inbox/", 1)).await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN);
}

/// A file in two parts that go to their addresses themselves; its bytes.
async fn send_in_parts(world: &World, start: &Function, commit: &Function, list: &str) -> Vec<u8> {
    let large = some_bytes(PART + 1_000);
    let transfer = json!({"type": "M", "parts": 2, "part_size": PART});
    let body = json!([{"key": "large.bin", "size": large.len(), "transfer": transfer}]);
    let started = start.invoke(ask(world, "POST", list, Some(&body))).await.expect(201);
    let entries = started["entries"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["key"] == "large.bin").unwrap();
    let committing = ask(world, "POST", &format!("{list}/large.bin/commit"), None);
    for (part, bytes) in entry["links"]["parts"].as_array().unwrap().iter().zip(large.chunks(PART)) {
        commit.invoke(committing.clone()).await.expect(400);
        let sent =
            reqwest::Client::new().put(part["url"].as_str().unwrap()).body(bytes.to_vec()).send().await;
        assert_eq!(sent.unwrap().status(), StatusCode::OK);
    }
    let committed = commit.invoke(committing).await.expect(200);
    assert_eq!((&committed["transfer"], &committed["size"]), (&json!({"type": "L"}), &json!(large.len())));
    large
}

/// Has the messages of a queue acted on by its real function, until there are none.
async fn act(world: &World, consume: &Function, queue: &'static Queue) {
    loop {
        world.app.relay().await.unwrap();
        let queues = &world.app.shared.ports.queues;
        let waiting = usize::try_from(queues.depth(queue).await.unwrap().waiting).unwrap();
        if waiting == 0 {
            return;
        }
        let messages = received(world, queue, waiting).await;
        assert_eq!(consume.run(delivery(&messages)).await.unwrap(), json!({"batchItemFailures": []}));
        queues.delete(queue, &messages).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_dropped_into_the_inbox_becomes_a_file() {
    let world = World::new("inbox").await;
    let id = draft(&world).await;
    let objects = world.app.shared.ports.objects.home().unwrap();
    let mut notified = Vec::new();
    for (name, key) in [("Happy Face ü.txt", "Happy+Face+%C3%BC.txt"), ("no-draft.txt", "")] {
        let draft = if key.is_empty() { "nothing" } else { id.as_str() };
        let stored = objects.put(&format!("inbox/{draft}/{name}"), "dropped in".into()).await.unwrap();
        notified.push((format!("inbox/{draft}/{}", if key.is_empty() { name } else { key }), stored));
    }
    let fixture = include_str!("../support/events/s3.json");
    let event = event_of(fixture, &notified, |record, (key, stored)| {
        let object = &mut record["s3"]["object"];
        object["key"] = json!(key);
        object["size"] = json!(stored.size);
        object["eTag"] = json!(stored.etag);
        object["versionId"] = json!(stored.version);
    });
    let note = Function::start("note_arrivals", &world).await;
    assert_eq!(note.run(event).await.unwrap(), json!({"arrived": 2}));
    let consume = Function::start("consume_files", &world).await;
    act(&world, &consume, &FILES).await;

    let list = Function::start("draft_files.list", &world).await;
    let path = format!("/api/records/{id}/draft/files");
    let files = list.invoke(ask(&world, "GET", &path, None)).await.expect(200);
    let entries = files["entries"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[0]["key"]), (1, &json!("Happy Face ü.txt")));
    // Of `dropped in`, by md5sum.
    assert_eq!(entries[0]["checksum"], "md5:3c48884f302b46198645ebab10713fd0");
    assert_eq!(
        objects.list("inbox/", None).await.unwrap().objects,
        [],
        "taken in or rejected, nothing is left"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_looked_at_by_a_function_that_may_and_never_at_private_addresses() {
    let world = World::new("links").await;
    let id = draft(&world).await;
    let start = Function::start("draft_files.start", &world).await;
    let path = format!("/api/records/{id}/draft/files");
    let link = json!([{"key": "link", "transfer": {"type": "R", "url": "http://192.0.2.1/x"}}]);
    start.invoke(ask(&world, "POST", &path, Some(&link))).await.expect(201);
    let fetched = json!([{"key": "fetched", "transfer": {"type": "F", "url": "http://192.0.2.1/x"}}]);
    start.invoke(ask(&world, "POST", &path, Some(&fetched))).await.expect(201);
    let elsewhere = json!([{"key": "other", "transfer": {"type": "R", "url": "https://192.0.2.2/x"}}]);
    start.invoke(ask(&world, "POST", &path, Some(&elsewhere))).await.expect(400);

    let system = Identity::system();
    let body = json!({"title": "Links", "task": "check_links", "default_queue": "low",
        "schedule": {"type": "interval", "milliseconds": 1}});
    let job = world.app.jobs.create(&system, body.as_object().unwrap()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    world.app.tick().await.unwrap();
    let consume = Function::start("consume_low_priority", &world).await;
    act(&world, &consume, &LOW_PRIORITY).await;
    let runs = world.app.jobs.runs(&system, &job.id, "").await.unwrap();
    assert_eq!((runs[0].counts.total, runs[0].counts.errored), (1, 1), "{:?}", runs[0]);
    let logs = world.app.jobs.logs(&system, &job.id, &runs[0].id, None).await.unwrap();
    let said: Vec<_> = logs.entries.iter().map(|entry| entry.line.message.as_str()).collect();
    let refused = "link: it may not be asked: `192.0.2.1` leads to 192.0.2.1, which is not public";
    assert!(said.iter().any(|line| line.ends_with(refused)), "{said:?}");
    let read = Function::start("draft_files.read", &world).await;
    let file = read.invoke(ask(&world, "GET", &format!("{path}/link"), None)).await.expect(200);
    let health = &file["transfer"]["health"];
    assert_eq!((&health["state"], &health["status"]), (&json!("unknown"), &json!(null)), "{file}");
    let file = read.invoke(ask(&world, "GET", &format!("{path}/fetched"), None)).await.expect(200);
    assert_eq!(file["transfer"], json!({"type": "F", "error": "The address may not be asked."}));
}
