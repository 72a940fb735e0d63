//! The real binaries of functions, started as Lambda starts them, against a Runtime API, on DynamoDB Local.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test code fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "the stand-in for Lambda's Runtime API serves beside the test"
)]

mod consumers;
mod files;
mod function;
mod killed;
mod runtime_api;
mod world;

use base64::Engine;
use serde_json::json;

use function::{Function, command, event};
use world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_goes_through_the_functions_from_draft_to_reader() {
    let world = World::new("life").await;
    let admin = Some(world.admin.as_str());
    let users = Function::start("users.create", &world).await;
    let new = json!({"email": "ada@cairn.test"}).to_string();
    let user = users.invoke(event("POST", "/api/users", admin, Some(&new))).await.expect(201);
    let id = user["id"].as_str().unwrap();

    let tokens = Function::start("tokens.create", &world).await;
    let path = format!("/api/users/{id}/tokens");
    let token = tokens.invoke(event("POST", &path, admin, Some(r#"{"name":"x"}"#))).await.expect(201);
    let ada = token["token"].as_str();

    let create = Function::start("drafts.create", &world).await;
    let body = support::minimal().to_string();
    create.invoke(event("POST", "/api/records", None, Some(&body))).await.expect(403);
    create.invoke(event("POST", "/api/records", ada, Some("{"))).await.expect(400);
    let answer = create.invoke(event("POST", "/api/records", ada, Some(&body))).await;
    let draft = answer.expect(201);
    assert_eq!(answer.headers["x-user-id"], id);
    assert_eq!(answer.headers["etag"], json!(format!("\"{}\"", draft["revision_id"])));
    assert_eq!(answer.headers["x-request-id"], "JKJaXmPLvHcESHA=");
    let pid = draft["id"].as_str().unwrap();
    assert_eq!(draft["links"]["self"], json!(format!("https://cairn.test/api/records/{pid}/draft")));

    let publish = Function::start("drafts.publish", &world).await;
    let path = format!("/api/records/{pid}/draft/actions/publish");
    publish.invoke(event("POST", &path, None, None)).await.expect(403);
    let record = publish.invoke(event("POST", &path, ada, None)).await.expect(202);
    publish.invoke(event("POST", &path, ada, None)).await.expect(404);

    let read = Function::start("records.read", &world).await;
    let seen = read.invoke(event("GET", &format!("/api/records/{pid}"), None, None)).await.expect(200);
    assert_eq!(seen["metadata"], record["metadata"]);
    let search = Function::start("records.search", &world).await;
    let path = format!("/api/records?q=id:{pid}");
    let found = search.invoke(event("GET", &path, ada, None)).await.expect(200);
    assert_eq!(found["hits"]["total"], 1, "another function has written it, and it is found at once");
    let pretty = read.invoke(event("GET", &format!("/api/records/{pid}?prettyprint=1"), None, None)).await;
    assert!(pretty.body.starts_with("{\n  \"id\""));
    for (name, function) in [
        ("users.create", &users),
        ("drafts.create", &create),
        ("drafts.publish", &publish),
        ("records.read", &read),
    ] {
        eprintln!(
            "{name}: start to first poll {:.1} ms (debug build)",
            function.start.as_secs_f64() * 1_000.0
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_api_gateway_may_send_is_answered() {
    let world = World::new("events").await;
    let admin = Some(world.admin.as_str());
    let create = Function::start("drafts.create", &world).await;
    let mut encoded = event("POST", "/api/records", admin, Some(""));
    encoded["isBase64Encoded"] = json!(true);
    encoded["body"] = json!(base64::engine::general_purpose::STANDARD.encode(support::minimal().to_string()));
    create.invoke(encoded.clone()).await.expect(201);
    encoded["body"] = json!(base64::engine::general_purpose::STANDARD.encode(b"{\"metadata\":\"\xff\"}"));
    create.invoke(encoded).await.expect(400);
    create.invoke(event("POST", "/api/records?access_token=nonsense", None, Some("{}"))).await.expect(403);
    let large = format!("{{\"metadata\":{{\"title\":\"{}\"}}}}", "x".repeat(5_000_000));
    create.invoke(event("POST", "/api/records", admin, Some(&large))).await.expect(413);

    let read = Function::start("records.read", &world).await;
    for path in
        ["/api/records/nothing", "/api/records/a b", "/api/records/é", "/api/records/a?b", "/api/records/a#b"]
    {
        let mut odd = event("GET", "/api/records/x", None, None);
        odd["rawPath"] = json!(path);
        odd["pathParameters"]["id"] = json!(path.rsplit('/').next().unwrap());
        read.invoke(odd).await.expect(404);
    }
    let head = read.invoke(event("HEAD", "/api/records/nothing", None, None)).await;
    assert_eq!((head.status, head.body.as_str()), (404, ""));
    let options = read.invoke(event("OPTIONS", "/api/records/nothing", None, None)).await;
    assert_eq!(
        (options.status, options.headers["allow"].as_str()),
        (200, Some("GET, DELETE, HEAD, OPTIONS"))
    );
    read.invoke(event("PUT", "/api/records/nothing", None, None)).await.expect(405);

    let missing = Function::start("meta.missing", &world).await;
    missing.invoke(event("GET", "/nowhere", None, None)).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_of_a_whole_service_does_what_its_routes_say() {
    let world = World::new("service").await;
    let admin = Some(world.admin.as_str());
    let drafts = Function::start("drafts", &world).await;
    let body = support::minimal().to_string();
    let draft = drafts.invoke(event("POST", "/api/records", admin, Some(&body))).await.expect(201);
    let path = format!("/api/records/{}/draft", draft["id"].as_str().unwrap());
    drafts.invoke(event("GET", &path, admin, None)).await.expect(200);
    drafts.invoke(event("GET", &path, None, None)).await.expect(403);
    let options = drafts.invoke(event("OPTIONS", &path, None, None)).await;
    assert_eq!(options.headers["allow"], "GET, POST, PUT, DELETE, HEAD, OPTIONS");
    drafts.invoke(event("DELETE", &path, admin, None)).await.expect(204);
    let mut elsewhere = event("GET", &path, admin, None);
    elsewhere["requestContext"]["routeKey"] = json!("GET /api/records");
    drafts.invoke(elsewhere).await.expect(500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_search_service_searches_are_503() {
    let mut world = World::new("search").await;
    world.opensearch.clear();
    let search = Function::start("records.search", &world).await;
    let answer = search.invoke(event("GET", "/api/records?q=x", None, None)).await;
    assert!(answer.expect(503)["message"].as_str().unwrap().contains("no search service is configured"));
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_handler_fails_at_the_start_and_tells_what_there_is() {
    let world = World::new("unknown").await;
    for handler in ["records.nothing", "", "bootstrap"] {
        let output = command(handler, handler, "127.0.0.1:1", &world).output().await.unwrap();
        assert!(!output.status.success(), "{handler}");
    }
    let mut unknown = command("records.nothing", "records.nothing", "127.0.0.1:1", &world);
    let output = unknown.stdout(std::process::Stdio::piped()).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("there is no operation `records.nothing`"), "{said}");
    assert!(said.contains("drafts.publish") && said.contains("records.read"), "{said}");
}

#[path = "../support/minimal.rs"]
mod support;
