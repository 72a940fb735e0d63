//! A function: the real binary, started as Lambda starts it.

use std::{
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use cairn_http::{Routes, service};
use cairn_local::storage::BUCKET;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{
    runtime_api::{Posted, RuntimeApi},
    world::{LINKED, World},
};

/// The binary of a handler, as `make build` left it beside the tests: consumers have theirs, operations theirs.
fn binary(handler: &str) -> PathBuf {
    let name = if cairn_events::find(handler).is_some() { "cairn-events" } else { "cairn-api" };
    let test = std::env::current_exe().unwrap();
    let binary = test.parent().and_then(|deps| deps.parent()).unwrap().join(name);
    assert!(binary.is_file(), "{} is missing: build it first (make build)", binary.display());
    binary
}

/// A running function.
pub(crate) struct Function {
    api: RuntimeApi,
    /// From the start of the process until it asked for its first event.
    pub(crate) start: Duration,
    _process: Child,
}

/// The environment of a function of that name; its process ends with the test. Its keys are those of `role`.
pub(crate) fn command(handler: &str, role: &str, api: &str, world: &World) -> Command {
    let (key, secret) = world.storage.keys_of(role);
    let mut command = Command::new(binary(handler));
    command.env_clear().kill_on_drop(true).stdout(Stdio::null()).stderr(Stdio::piped()).envs([
        ("_HANDLER", handler),
        ("AWS_LAMBDA_RUNTIME_API", api),
        ("AWS_LAMBDA_FUNCTION_NAME", "cairn"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", &key),
        ("AWS_SECRET_ACCESS_KEY", &secret),
        ("AWS_ENDPOINT_URL_S3", &world.storage.endpoint),
        ("CAIRN_BUCKET", BUCKET),
        ("CAIRN_REMOTE_HOSTS", LINKED),
        ("AWS_ENDPOINT_URL_DYNAMODB", &world.endpoint),
        ("AWS_ENDPOINT_URL_SQS", &world.sqs),
        ("CAIRN_TABLES", &world.tables),
        ("CAIRN_QUEUES", &world.queues),
        ("CAIRN_OPENSEARCH", &world.opensearch),
        ("CAIRN_INDICES", &world.tables),
        ("SITE_URL", "https://cairn.test"),
    ]);
    command
}

impl Function {
    /// Starts the function of an operation and waits for its first poll.
    pub(crate) async fn start(operation: &str, world: &World) -> Self {
        Self::start_as(operation, operation, world).await
    }

    /// The same, with the rights of another function.
    pub(crate) async fn start_as(operation: &str, role: &str, world: &World) -> Self {
        Self::started(|address| command(operation, role, address, world)).await
    }

    /// The function of a consumer, for which DynamoDB is at another address.
    pub(crate) async fn start_at(consumer: &str, world: &World, dynamodb: &str) -> Self {
        Self::started(|address| {
            let mut command = command(consumer, consumer, address, world);
            command.env("AWS_ENDPOINT_URL_DYNAMODB", dynamodb);
            command
        })
        .await
    }

    async fn started(command: impl FnOnce(&str) -> Command) -> Self {
        let api = RuntimeApi::start().await;
        let mut command = command(&api.address.to_string());
        let began = Instant::now();
        let process = command.stdout(Stdio::inherit()).stderr(Stdio::inherit()).spawn().unwrap();
        let polled = async {
            loop {
                if let Some(polled) = api.first_poll() {
                    return polled;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let polled = tokio::time::timeout(Duration::from_secs(30), polled).await.expect("the function polls");
        Self { api, start: polled - began, _process: process }
    }

    /// Sends an event, and takes the answer or the error that the function posts.
    pub(crate) async fn run(&self, event: Value) -> Posted {
        self.api.invoke(event).await
    }

    /// Sends an event, and takes the answer as API Gateway would.
    pub(crate) async fn invoke(&self, event: Value) -> Answer {
        let answer = self.api.invoke(event).await.expect("an answer, not an error");
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        assert_eq!(answer["isBase64Encoded"], json!(false), "everything here is text");
        Answer { status: answer["statusCode"].as_u64().unwrap(), headers: answer["headers"].clone(), body }
    }
}

/// What a function answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) headers: Value,
    pub(crate) body: String,
}

impl Answer {
    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(&self, status: u64) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// A real event of API Gateway, changed to ask for something else.
pub(crate) fn event(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Value {
    let mut event: Value =
        serde_json::from_str(include_str!("../support/events/api-gateway-v2.json")).unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let found = Routes::new(cairn_api::all()).find(&method.parse().unwrap(), path).unwrap();
    let all: Vec<_> = cairn_api::all().collect();
    let route = service::keys(found.operation, &all).remove(0);
    event["routeKey"] = json!(route);
    event["rawPath"] = json!(path);
    event["rawQueryString"] = json!(query);
    event["requestContext"]["http"]["method"] = json!(method);
    event["requestContext"]["http"]["path"] = json!(path);
    event["requestContext"]["routeKey"] = json!(route);
    if !found.params.is_empty() {
        event["pathParameters"] =
            found.params.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    }
    if let Some(token) = token {
        event["headers"]["authorization"] = json!(format!("Bearer {token}"));
    }
    if let Some(body) = body {
        event["headers"]["content-type"] = json!("application/json");
        event["headers"]["content-length"] = json!(body.len().to_string());
        event["body"] = json!(body);
    }
    event
}
