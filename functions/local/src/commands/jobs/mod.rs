//! `cairn jobs`: long work that the repository does by itself.

mod follow;
mod run;
mod upload;

#[cfg(test)]
mod tests;

use anyhow::bail;
use clap::{Args, Subcommand};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Ending;
use super::api::{Api, Call, Failure, Patience};
use super::console::Console;
use super::options::{Access, TokenOption};
use super::table::{outline, table};
pub(super) use follow::{end, wait_for};
use run::Run;
pub(super) use run::message;
pub(super) use upload::Parts;

const EXAMPLES: &str = "\
Examples:
  cairn jobs list
  cairn jobs run reindex --wait
  cairn jobs run import --records drafts.jsonl.gz --publish --wait
  cairn jobs run export --args '{\"q\": \"metadata.title:kiln\"}' --wait
  cairn jobs result 0190a0a0-0000-7000-8000-000000000000 > records.jsonl
  cairn jobs cancel 0190a0a0-0000-7000-8000-000000000000
  cairn jobs retry 0190a0a0-0000-7000-8000-000000000000 --wait";

/// `cairn jobs …`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Jobs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show which jobs there are, and how each ran last
    List {
        #[command(flatten)]
        token: TokenOption,
    },
    /// Show a job with its runs, or a run with its log
    Show {
        /// The id of a job or of a run
        id: String,
        #[command(flatten)]
        token: TokenOption,
    },
    /// Have something done: a task once, or a job now
    Run(Run),
    /// Stop a run after the step that is under way
    Cancel(One),
    /// Start a run again that failed or was stopped: it goes on where it was
    Retry(One),
    /// Write what a run has made, one JSON object a line
    Result {
        /// The run
        run: String,
        #[command(flatten)]
        token: TokenOption,
    },
}

#[derive(Args)]
struct One {
    /// The run
    run: String,
    /// Wait until it ends
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    token: TokenOption,
}

#[derive(Deserialize)]
struct Found {
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Value>,
}

impl Jobs {
    /// The token to authenticate with, if it stands behind the command.
    pub(crate) fn token_option(&self) -> &TokenOption {
        match &self.command {
            Command::List { token } | Command::Show { token, .. } | Command::Result { token, .. } => token,
            Command::Run(run) => &run.token,
            Command::Cancel(one) | Command::Retry(one) => &one.token,
        }
    }

    /// Runs the command.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        access.require_token()?;
        let api = Api::new(access, Patience::LONG)?;
        match &self.command {
            Command::List { .. } => list(&api, console).await,
            Command::Show { id, .. } => show(&api, id, console).await,
            Command::Run(run) => run.run(&api, console).await,
            Command::Cancel(one) => act(&api, one, "stop", console).await,
            Command::Retry(one) => act(&api, one, "retry", console).await,
            Command::Result { run, .. } => result(&api, run, console).await,
        }
    }
}

/// Every job.
async fn jobs(api: &Api) -> Result<Vec<Value>, Failure> {
    let found: Found = api.send(&Call::get("/api/jobs?size=10000")).await?.read()?;
    Ok(found.hits.hits)
}

/// What is there, if it is.
async fn look(api: &Api, path: String) -> Result<Option<Value>, Failure> {
    match api.send(&Call::get(path)).await {
        Ok(answer) => answer.read().map(Some),
        Err(Failure::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// A run, found by its id alone.
async fn find(api: &Api, run: &str) -> anyhow::Result<Value> {
    for job in jobs(api).await? {
        let path = format!("/api/jobs/{}/runs/{run}", text(&job, "id"));
        if let Some(found) = look(api, path).await? {
            return Ok(found);
        }
    }
    bail!("there is no run {run} (any more): see cairn jobs list, and cairn jobs show JOB");
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("-")
}

/// The address of a run on the repository.
pub(super) fn path(run: &Value) -> String {
    format!("/api/jobs/{}/runs/{}", text(run, "job_id"), text(run, "id"))
}

async fn list(api: &Api, console: &mut Console) -> anyhow::Result<Ending> {
    let jobs = jobs(api).await?;
    let row = |job: &Value| {
        let last = &job["last_run"];
        let cells = [text(job, "id"), text(job, "title"), text(job, "task"), text(job, "next_run")];
        let cells = cells.into_iter().chain([text(last, "id"), text(last, "status"), text(last, "message")]);
        cells.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let heading = ["job", "title", "task", "next run", "last run", "status", "progress"];
    let rows: Vec<_> = jobs.iter().map(row).collect();
    console.result(&json!({ "jobs": jobs }), || table(&heading, &rows))?;
    Ok(Ending::Done)
}

async fn show(api: &Api, id: &str, console: &mut Console) -> anyhow::Result<Ending> {
    if let Some(job) = look(api, format!("/api/jobs/{id}")).await? {
        let found: Found = api.send(&Call::get(format!("/api/jobs/{id}/runs"))).await?.read()?;
        let runs = found.hits.hits;
        let shown = without(&job, &["last_run", "last_runs", "links"]);
        let row = |run: &Value| {
            let cells = ["id", "created", "status", "message"];
            cells.map(|cell| text(run, cell).to_owned()).to_vec()
        };
        let rows: Vec<_> = runs.iter().map(row).collect();
        console.result(&json!({ "job": job, "runs": runs }), || {
            format!("{}\n\n{}", outline(&shown), table(&["run", "asked for", "status", "progress"], &rows))
        })?;
        return Ok(Ending::Done);
    }
    let run = find(api, id).await?;
    let log: Found = api.send(&Call::get(format!("{}/logs", path(&run)))).await?.read()?;
    let log = log.hits.hits;
    let row =
        |line: &Value| ["timestamp", "level", "message"].map(|cell| text(line, cell).to_owned()).to_vec();
    let rows: Vec<_> = log.iter().map(row).collect();
    let shown = without(&run, &["links", "subtasks", "started_by"]);
    console.result(&json!({ "run": run, "log": log }), || {
        format!("{}\n\n{}", outline(&shown), table(&["time", "level", "log"], &rows))
    })?;
    Ok(Ending::Done)
}

/// What is left of an object to look at.
fn without(value: &Value, keys: &[&str]) -> Value {
    let fields = value.as_object().into_iter().flatten().filter(|(key, _)| !keys.contains(&key.as_str()));
    fields.map(|(key, value)| (key.clone(), value.clone())).collect()
}

async fn act(api: &Api, one: &One, action: &str, console: &mut Console) -> anyhow::Result<Ending> {
    let run = find(api, &one.run).await?;
    let run: Value = api.send(&Call::post(format!("{}/actions/{action}", path(&run)))).await?.read()?;
    follow::end(api, run, one.wait, console).await
}

async fn result(api: &Api, run: &str, console: &mut Console) -> anyhow::Result<Ending> {
    let address = format!("{}/result", path(&find(api, run).await?));
    let mut after = String::new();
    loop {
        let piece: Value = api.send(&Call::get(format!("{address}{after}"))).await?.read()?;
        for one in piece["results"].as_array().into_iter().flatten() {
            console.result(one, || one.to_string())?;
        }
        let Some(next) = piece["next"].as_str() else { return Ok(Ending::Done) };
        let next = url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>();
        after = format!("?after={next}");
    }
}
