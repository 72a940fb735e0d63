//! `cairn jobs run`: a task once, by message, or a job that is defined.

use anyhow::Context;
use cairn_ports::{Clock, Ids, clock::SystemClock, ids::RandomIds};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{follow, look, upload};
use crate::commands::{
    Ending,
    api::{Api, Call},
    console::Console,
    options::TokenOption,
};

/// `cairn jobs run …`.
#[derive(Args)]
pub(super) struct Run {
    /// A task (import, export, reindex, `verify_index`, delete), or the id of a job
    what: String,
    /// Its arguments, as a JSON object
    #[arg(long, value_name = "JSON", value_parser = object)]
    args: Option<Map<String, Value>>,
    /// Records to import: JSON lines, plain or gzipped; they are uploaded first
    #[arg(long, value_name = "FILE")]
    records: Option<String>,
    /// Publish each record once it is saved (import)
    #[arg(long)]
    publish: bool,
    /// What people call the run
    #[arg(long)]
    title: Option<String>,
    /// The same key again is the same run. Default: made from the file of records, else a new one
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Wait until it ends
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    pub(super) token: TokenOption,
}

impl Run {
    /// Starts the run, and waits for its end if asked to.
    pub(super) async fn run(&self, api: &Api, console: &mut Console) -> anyhow::Result<Ending> {
        let mut args = self.args.clone().unwrap_or_default();
        let mut key = self.key.clone();
        if let Some(file) = &self.records {
            let name = upload::upload(api, file, console).await?;
            args.insert("upload".into(), json!(name));
            key = key.or_else(|| Some(format!("{name}{}", if self.publish { "-published" } else { "" })));
        }
        if self.publish {
            args.insert("publish".into(), json!(true));
        }
        let is_job = look(api, format!("/api/jobs/{}", self.what)).await?.is_some();
        let call = if is_job {
            let mut body = json!({});
            if !args.is_empty() {
                body["args"] = Value::Object(args);
            }
            if let Some(title) = &self.title {
                body["title"] = json!(title);
            }
            Call::post(format!("/api/jobs/{}/runs", self.what)).json(&body)
        } else {
            message(&self.what, &args, key, self.title.as_deref())
        };
        let run: Value = api.send(&call).await?.read()?;
        follow::end(api, run, self.wait, console).await
    }
}

/// The request for a task; the same key again is the same run.
pub(in crate::commands) fn message(
    task: &str,
    args: &Map<String, Value>,
    key: Option<String>,
    title: Option<&str>,
) -> Call {
    let key = key.unwrap_or_else(|| RandomIds.ulid(SystemClock.now()));
    let mut message = json!({"version": "1", "id": key, "task": task, "args": args});
    if let Some(title) = title {
        message["title"] = json!(title);
    }
    Call::post("/api/jobs/messages").json(&message)
}

fn object(text: &str) -> anyhow::Result<Map<String, Value>> {
    serde_json::from_str(text).context("write a JSON object, as in '{\"q\": \"kiln\"}'")
}
