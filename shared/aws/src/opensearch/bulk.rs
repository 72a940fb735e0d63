//! Documents taken in: `_bulk` with the index version as external version, so that older copies are refused.

use std::collections::BTreeSet;

use bytes::Bytes;
use cairn_ports::search::SearchError;
use serde::{Deserialize, Serialize};

use super::{
    client::{Client, pauses},
    document,
};

/// A request holds at most so many bytes, unless one document is larger: OpenSearch Service refuses more than 10 MiB on its
/// small instances.
const LARGEST: usize = 5 << 20;

/// What a request says of a document beside it takes about so many bytes.
const AROUND: usize = 200;

/// A document for an alias.
pub(super) struct Entry {
    pub alias: String,
    pub id: String,
    /// The index version; none for what is just the last.
    pub version: Option<u64>,
    /// The document as JSON.
    pub body: Bytes,
}

/// What became of some entries.
#[derive(Default)]
pub(super) struct Outcome {
    /// The indices that took an entry in, or had a newer one.
    pub reached: BTreeSet<String>,
    /// The aliases that do not exist.
    pub missing: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Answer {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: Done,
}

#[derive(Deserialize)]
struct Done {
    #[serde(rename = "_index")]
    index: String,
    status: u16,
    error: Option<Cause>,
}

#[derive(Deserialize)]
struct Cause {
    #[serde(rename = "type")]
    kind: String,
    reason: Option<String>,
}

/// Sends entries, in requests of a bearable size.
///
/// # Errors
/// The cluster does not answer, or refused documents for good; the others are in.
pub(super) async fn send(client: &Client, entries: &[Entry]) -> Result<Outcome, SearchError> {
    let (mut outcome, mut refused) = (Outcome::default(), Vec::new());
    let mut rest = entries;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest.iter().take_while(|entry| {
            bytes += entry.body.len() + AROUND;
            bytes <= LARGEST
        });
        let (now, later) = rest.split_at(fitting.count().max(1));
        request(client, now.iter().collect(), &mut outcome, &mut refused).await?;
        rest = later;
    }
    match refused.first() {
        None => Ok(outcome),
        Some(first) => {
            let count = refused.len();
            Err(SearchError::Unavailable(format!(
                "{count} of {} documents were refused: {first}",
                entries.len()
            )))
        }
    }
}

async fn request(
    client: &Client,
    mut entries: Vec<&Entry>,
    outcome: &mut Outcome,
    refused: &mut Vec<String>,
) -> Result<(), SearchError> {
    let mut pauses = pauses();
    while !entries.is_empty() {
        let pause = pauses.next();
        let mut lines = Vec::with_capacity(entries.iter().map(|entry| entry.body.len() + AROUND).sum());
        for entry in &entries {
            entry.write(&mut lines);
        }
        let answer: Answer = client.lines("/_bulk", lines).await?.json()?;
        let mut again = Vec::new();
        for (entry, Item { index: done }) in entries.into_iter().zip(answer.items) {
            match (done.status, done.error) {
                // A conflict: what is there is as new, or newer.
                (200..300 | 409, _) => {
                    outcome.reached.insert(done.index);
                }
                (404, Some(cause)) if cause.kind == "index_not_found_exception" => {
                    outcome.missing.insert(entry.alias.clone());
                }
                (429 | 503, _) if pause.is_some() => again.push(entry),
                (status, cause) => {
                    let why =
                        cause.map(|cause| format!("{} {}", cause.kind, cause.reason.unwrap_or_default()));
                    refused.push(format!("`{}`: {status} {}", entry.id, why.unwrap_or_default()));
                }
            }
        }
        entries = again;
        if let Some(pause) = pause.filter(|_| !entries.is_empty()) {
            tokio::time::sleep(pause).await;
        }
    }
    Ok(())
}

impl Entry {
    fn write(&self, lines: &mut Vec<u8>) {
        let version_type = self.version.map(|_| "external");
        let (index, id, version) = (&self.alias, &self.id, self.version);
        document::write(lines, &Action::Index { index, id, require_alias: true, version, version_type });
        lines.push(b'\n');
        lines.extend(&self.body);
        lines.push(b'\n');
    }
}

/// The line before a document.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Action<'e> {
    Index {
        #[serde(rename = "_index")]
        index: &'e str,
        #[serde(rename = "_id")]
        id: &'e str,
        require_alias: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        version_type: Option<&'static str>,
    },
}
