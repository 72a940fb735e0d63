//! Uploading records in parts, before a job imports them.

use std::{fs::File, io};

use anyhow::{Context, bail};
use cairn_ports::{Clock, Ids, clock::SystemClock, ids::RandomIds};
use sha2::{Digest, Sha256};

use crate::commands::{
    api::{Api, Call},
    console::Console,
    import::{Line, Source},
};

/// Records of a part: as many as a step of an import takes.
const RECORDS: usize = 100;
/// Bytes of JSON in a part, unless a single record has more.
const BYTES: usize = 800_000;

/// Uploads a file; the same file again is the same upload. Tells its name.
pub(super) async fn upload(api: &Api, file: &str, console: &mut Console) -> anyhow::Result<String> {
    let name = name(file)?;
    let source = Source::open(file)?;
    let bar = console.progress(source.bytes());
    let mut parts = Parts::of(api, &name, (RECORDS, BYTES));
    for line in source.wrapped(&bar).lines() {
        match line {
            Line::Draft { body, .. } => parts.add(&body).await?,
            Line::Bad { number, reason } => bail!("line {number} of {file}: {reason}; nothing was imported"),
            Line::Unreadable { reason } => bail!("{reason}; nothing was imported"),
        }
        bar.set_message(format!("uploading part {}", parts.sent + 1));
    }
    parts.send().await?;
    bar.finish_and_clear();
    if parts.sent == 0 {
        bail!("{file} has no records");
    }
    Ok(name)
}

/// Made from what a file holds; standard input cannot be read twice.
fn name(file: &str) -> anyhow::Result<String> {
    if file == "-" {
        return Ok(RandomIds.ulid(SystemClock.now()).to_lowercase());
    }
    let mut hash = Sha256::new();
    let mut opened = File::open(file).with_context(|| format!("cannot open {file}"))?;
    io::copy(&mut opened, &mut hash).with_context(|| format!("cannot read {file}"))?;
    Ok(hex::encode(hash.finalize()))
}

/// Records on their way.
pub(in crate::commands) struct Parts<'a> {
    api: &'a Api,
    name: &'a str,
    /// Parts that have been sent.
    pub(in crate::commands) sent: usize,
    /// Most records and bytes of a part.
    most: (usize, usize),
    records: Vec<String>,
    bytes: usize,
}

impl<'a> Parts<'a> {
    /// Parts of an upload, none of which is sent yet.
    pub(in crate::commands) fn of(api: &'a Api, name: &'a str, most: (usize, usize)) -> Self {
        Self { api, name, sent: 0, most, records: Vec::new(), bytes: 0 }
    }

    /// Adds a record; what came before it is sent once it is enough.
    pub(in crate::commands) async fn add(&mut self, record: &[u8]) -> anyhow::Result<()> {
        let (records, bytes) = self.most;
        if self.records.len() == records || (self.bytes + record.len() > bytes && self.bytes > 0) {
            self.send().await?;
        }
        self.bytes += record.len();
        self.records.push(String::from_utf8_lossy(record).into_owned());
        Ok(())
    }

    /// Sends what is left.
    pub(in crate::commands) async fn send(&mut self) -> anyhow::Result<()> {
        if self.records.is_empty() {
            return Ok(());
        }
        let body = format!("{{\"records\":[{}]}}", self.records.join(","));
        let path = format!("/api/uploads/{}/parts/{}", self.name, self.sent + 1);
        self.api.send(&Call::put(path).body(body)).await?;
        self.sent += 1;
        self.records.clear();
        self.bytes = 0;
        Ok(())
    }
}
