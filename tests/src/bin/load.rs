//! Sends many requests at once to a repository and prints how long they took: the client of `make bench`.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use futures::{StreamExt, stream};
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// What to send, where, and how many at once.
#[derive(Parser)]
struct Arguments {
    /// The repository, such as `http://127.0.0.1:8080`
    #[arg(long)]
    url: String,
    /// A bearer token; nobody without it
    #[arg(long)]
    token: Option<String>,
    /// Requests under way at the same time
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
    /// JSON lines, each a request: `{"method", "path", "body"?}`
    #[arg(long)]
    requests: PathBuf,
    /// Publish each draft right after it was created
    #[arg(long)]
    publish: bool,
    /// A file for the ids of what was answered, one per line
    #[arg(long)]
    ids: Option<PathBuf>,
}

/// One line of the file of requests.
#[derive(Deserialize)]
struct Request {
    method: String,
    path: String,
    body: Option<Value>,
}

/// What became of one request.
struct Outcome {
    took: Duration,
    answer: Result<Value>,
}

// One thread: the other processor belongs to the server.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let requests = read(&arguments.requests)?;
    let client = Client::builder().pool_max_idle_per_host(arguments.concurrency).build()?;
    let began = Instant::now();
    let outcomes: Vec<Outcome> = stream::iter(&requests)
        .map(|request| timed(&client, &arguments, request))
        .buffer_unordered(arguments.concurrency)
        .collect()
        .await;
    let seconds = began.elapsed().as_secs_f64();
    if let Some(path) = &arguments.ids {
        write_ids(path, &outcomes)?;
    }
    report(&outcomes, seconds)
}

fn read(path: &Path) -> Result<Vec<Request>> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    BufReader::new(file).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

async fn timed(client: &Client, arguments: &Arguments, request: &Request) -> Outcome {
    let began = Instant::now();
    let answer = send(client, arguments, request).await;
    Outcome { took: began.elapsed(), answer }
}

async fn send(client: &Client, arguments: &Arguments, request: &Request) -> Result<Value> {
    let method = Method::from_bytes(request.method.as_bytes())?;
    let body = request.body.as_ref().map(Value::to_string);
    let answer = exchange(client, arguments, method, &request.path, body).await?;
    if !arguments.publish {
        return Ok(answer);
    }
    let id = answer["id"].as_str().context("the draft has no id")?;
    exchange(client, arguments, Method::POST, &format!("/api/records/{id}/draft/actions/publish"), None).await
}

async fn exchange(
    client: &Client,
    arguments: &Arguments,
    method: Method,
    path: &str,
    body: Option<String>,
) -> Result<Value> {
    let mut request = client.request(method, format!("{}{path}", arguments.url));
    if let Some(token) = &arguments.token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body);
    }
    let response = request.send().await?;
    let status = response.status();
    let bytes = response.bytes().await?;
    if !status.is_success() {
        bail!("{status}: {}", String::from_utf8_lossy(&bytes));
    }
    if status == StatusCode::NO_CONTENT { Ok(Value::Null) } else { Ok(serde_json::from_slice(&bytes)?) }
}

fn write_ids(path: &Path, outcomes: &[Outcome]) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let answers = outcomes.iter().filter_map(|outcome| outcome.answer.as_ref().ok());
    for id in answers.filter_map(|answer| answer["id"].as_str()) {
        writeln!(file, "{id}")?;
    }
    Ok(file.flush()?)
}

/// Prints the figures as one line of JSON; fails, with the first reason, when any request failed.
fn report(outcomes: &[Outcome], seconds: f64) -> Result<()> {
    let mut times: Vec<Duration> = outcomes.iter().map(|outcome| outcome.took).collect();
    times.sort_unstable();
    let percentile = |percent: usize| {
        let time = times.get(times.len() * percent / 100).or(times.last()).copied().unwrap_or_default();
        time.as_secs_f64() * 1000.0
    };
    let failures: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.answer.as_ref().err())
        .map(ToString::to_string)
        .collect();
    let figures = json!({
        "requests": outcomes.len(), "failed": failures.len(), "seconds": seconds,
        "p50_ms": percentile(50), "p99_ms": percentile(99),
    });
    writeln!(std::io::stdout(), "{figures}")?;
    match failures.first() {
        Some(reason) => {
            bail!("{} of {} requests failed, the first with {reason}", failures.len(), outcomes.len())
        }
        None => Ok(()),
    }
}
