//! `cairn vocabularies import`: a file is read here, brought in parts, and written by a job of the repository.

use std::{
    fs::File,
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context;
use cairn_ports::{Clock, Ids, clock::SystemClock, ids::RandomIds};
use cairn_registries::{FORMS, Form, Input, Row};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use crate::commands::{
    Ending, Usage,
    api::{Api, Call, Patience},
    console::Console,
    jobs::{self, Parts},
    options::{Access, TokenOption},
};

/// Entries and bytes of a part: what a step of the job writes, and what the repository takes at once.
const PART: (usize, usize) = (2_000, 3_000_000);
/// Entries that are read ahead of those that are sent.
const AHEAD: usize = 256;

/// `cairn vocabularies import …`.
#[derive(Args)]
pub(super) struct Import {
    /// The file: plain, gzipped, TAR or ZIP
    file: String,
    /// The vocabulary: affiliations, funders, names, awards, subjects, languages, licenses, …
    #[arg(long, value_name = "VOCABULARY")]
    kind: String,
    /// The form of the file
    #[arg(long, default_value = "own", value_parser = form, long_help = forms())]
    format: &'static Form,
    /// Leave entries alone that are there already
    #[arg(long, conflicts_with = "only_update")]
    only_new: bool,
    /// Add nothing to entries that are there already: new ones are faulty
    #[arg(long)]
    only_update: bool,
    /// Do not wait until the job ends
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    pub(super) token: TokenOption,
}

fn form(name: &str) -> Result<&'static Form, String> {
    cairn_registries::find(name).ok_or_else(|| {
        let names: Vec<&str> = FORMS.iter().map(|form| form.name).collect();
        format!("write one of: {}", names.join(", "))
    })
}

fn forms() -> String {
    let line = |form: &Form| format!("\n  {:<11} {}", form.name, form.title);
    format!("The form of the file:{}", FORMS.iter().map(line).collect::<String>())
}

impl Import {
    /// Brings the file, has it written, and tells what became of its entries.
    pub(super) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        self.check()?;
        access.require_token()?;
        let api = Api::new(access, Patience::LONG)?;
        let name = RandomIds.ulid(SystemClock.now()).to_lowercase();
        let entries = self.upload(&api, &name, console).await?;
        let mut args = Map::new();
        args.insert("upload".into(), json!(name));
        args.insert("vocabulary".into(), json!(self.kind));
        args.insert("entries".into(), json!(entries));
        if self.only_update {
            args.insert("insert".into(), json!(false));
        }
        if self.only_new {
            args.insert("update".into(), json!(false));
        }
        let file = Path::new(&self.file).file_name().unwrap_or_default().to_string_lossy();
        let title: String = format!("Import {} from {file}", self.kind).chars().take(250).collect();
        let call = jobs::message("import_vocabulary", &args, None, Some(&title));
        let run: Value = api.send(&call).await?.read()?;
        if self.no_wait {
            return jobs::end(&api, run, false, console).await;
        }
        let run = jobs::wait_for(&api, run, console).await?;
        self.tell(&api, &run, console).await
    }

    /// What cannot be is said before anything is read.
    fn check(&self) -> Result<(), Usage> {
        if cairn_core::vocabularies::find(&self.kind).is_none() {
            return Err(Usage(format!("there is no vocabulary `{}`", self.kind)));
        }
        let fits = self.format.vocabularies;
        if !fits.is_empty() && !fits.contains(&self.kind.as_str()) {
            let form = self.format.name;
            return Err(Usage(format!("files in the form `{form}` are for --kind {}", fits.join(" or "))));
        }
        Ok(())
    }

    /// Sends the entries of the file, and what is wrong with others. Tells how many that are.
    async fn upload(&self, api: &Api, name: &str, console: &mut Console) -> anyhow::Result<u64> {
        let file = File::open(&self.file).with_context(|| format!("cannot open {}", self.file))?;
        let bytes = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
        let bar = console.progress(bytes);
        let position = Arc::new(AtomicU64::new(0));
        let (sender, mut rows) = mpsc::channel(AHEAD);
        let reading = {
            let (name, kind, form) = (self.file.clone(), self.kind.clone(), self.format);
            let position = position.clone();
            std::thread::Builder::new().name("read-entries".into()).spawn(move || {
                let input = Input { file, name: &name, vocabulary: &kind, position: &position };
                // Nobody wants the rest of what cannot be sent.
                let mut take = |row: Row| match sender.blocking_send(row) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                };
                cairn_registries::read(input, form, &mut take)
            })?
        };
        let mut parts = Parts::of(api, name, PART);
        let mut entries = 0;
        while let Some(row) = rows.recv().await {
            parts.add(wrapped(row).to_string().as_bytes()).await?;
            entries += 1;
            show(&bar, &position, entries);
        }
        parts.send().await?;
        bar.finish_and_clear();
        let read = reading.join().map_err(|_| anyhow::anyhow!("reading {} has panicked", self.file))?;
        read.with_context(|| format!("cannot read {}; nothing was imported", self.file))?;
        anyhow::ensure!(entries > 0, "{} has no entries", self.file);
        Ok(entries)
    }

    /// What the run has done, and all that was faulty.
    async fn tell(&self, api: &Api, run: &Value, console: &mut Console) -> anyhow::Result<Ending> {
        let mut after = String::new();
        loop {
            let path = format!("{}/logs{after}", jobs::path(run));
            let log: Value = api.send(&Call::get(path)).await?.read()?;
            for line in log["hits"]["hits"].as_array().into_iter().flatten() {
                if line["level"] != "INFO" {
                    let message = line["message"].as_str().unwrap_or_default();
                    console
                        .remark(&json!({"level": line["level"], "message": message}), || message.to_owned());
                }
            }
            let Some(next) = log["hits"]["sort"][1].as_str().filter(|_| log.get("warnings").is_some()) else {
                break;
            };
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            after = format!("?search_after={next}");
        }
        let count = |key: &str| run[key].as_u64().unwrap_or(0);
        let [created, updated, unchanged, faulty] =
            ["inserted_entries", "updated_entries", "unchanged_entries", "errored_entries"].map(count);
        let told = json!({
            "vocabulary": self.kind, "created": created, "updated": updated, "unchanged": unchanged, "faulty": faulty,
            "status": run["status"], "run": run["id"],
        });
        console.result(&told, || {
            let kind = &self.kind;
            let status = run["status"].as_str().unwrap_or_default();
            format!("{kind}: {created} created, {updated} updated, {unchanged} unchanged, {faulty} faulty ({status})")
        })?;
        Ok(if run["status"] == "SUCCESS" { Ending::Done } else { Ending::SomeFailed })
    }
}

/// A row as the job takes it.
fn wrapped(row: Row) -> Value {
    match row.entry {
        Ok(entry) => json!({"place": row.place, "entry": entry}),
        Err(fault) => json!({"place": row.place, "fault": fault}),
    }
}

fn show(bar: &ProgressBar, position: &AtomicU64, entries: u64) {
    bar.set_position(position.load(Ordering::Relaxed));
    bar.set_message(format!("{entries} entries read"));
}
