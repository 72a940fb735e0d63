//! Files of a record or draft, as the repository shows them.

use std::collections::{BTreeSet, HashSet};

use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::Link;
use crate::commands::api::{Api, Call, Failure};

/// What is encoded in a segment of a path (RFC 3986 §2.3: all but what is unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A file.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) status: String,
    /// Of a pending file: what was declared.
    pub(crate) size: Option<u64>,
    checksum: Option<String>,
    #[serde(default)]
    pub(crate) transfer: Transfer,
    #[serde(default)]
    links: Links,
}

/// How its bytes come.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Transfer {
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    pub(crate) parts: Option<u32>,
    pub(crate) part_size: Option<u64>,
    /// Numbers of parts, in runs: `1-3`, `5`.
    #[serde(default)]
    arrived: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Links {
    #[serde(rename = "self", default)]
    own: String,
    content: Option<String>,
    #[serde(default)]
    parts: Vec<PartLink>,
}

#[derive(Debug, Clone, Deserialize)]
struct PartLink {
    part: u32,
    url: String,
}

impl Entry {
    /// Whether its content is there.
    pub(crate) fn is_complete(&self) -> bool {
        self.status == "completed"
    }

    /// Its MD5 in hexadecimal, if that is known.
    pub(crate) fn md5(&self) -> Option<String> {
        self.checksum.as_deref()?.strip_prefix("md5:").map(str::to_ascii_lowercase)
    }

    /// Parts that have arrived.
    pub(crate) fn arrived(&self) -> BTreeSet<u32> {
        let parts = self.transfer.parts.unwrap_or(0);
        let run = |run: &String| {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            Some(first.parse::<u32>().ok()?.max(1)..=last.parse::<u32>().ok()?.min(parts))
        };
        self.transfer.arrived.iter().filter_map(run).flatten().collect()
    }

    /// Where the content is sent to, or fetched from.
    pub(crate) fn content(&self, api: &Api) -> Option<Link> {
        self.link(api, self.links.content.as_ref()?)
    }

    /// Where parts are sent to, as far as this answer tells.
    pub(crate) fn part_links(&self, api: &Api) -> impl Iterator<Item = (u32, Link)> {
        self.links.parts.iter().filter_map(|part| Some((part.part, self.link(api, &part.url)?)))
    }

    /// What lies below the file's own address is the repository's; all else is not to see the token.
    fn link(&self, api: &Api, link: &str) -> Option<Link> {
        let own = self.links.own.as_str();
        match link.strip_prefix(own).filter(|rest| !own.is_empty() && rest.starts_with("/content")) {
            Some(rest) => Some(Link::Repository(format!("{}{rest}", api.path_of(own)?))),
            None => Some(Link::Storage(link.to_owned())),
        }
    }
}

#[derive(Deserialize)]
struct Page {
    enabled: bool,
    #[serde(default)]
    entries: Vec<Entry>,
    #[serde(default)]
    links: PageLinks,
}

#[derive(Deserialize, Default)]
struct PageLinks {
    next: Option<String>,
}

/// The files of one record or draft.
pub(crate) struct Files {
    path: String,
}

impl Files {
    /// Those of the record `id`, or of its draft.
    pub(crate) fn of(id: &str, draft: bool) -> Self {
        let draft = if draft { "/draft" } else { "" };
        Self { path: format!("/api/records/{}{draft}/files", utf8_percent_encode(id, SEGMENT)) }
    }

    /// Their address on the repository.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The address of one.
    pub(crate) fn path_of(&self, key: &str) -> String {
        let steps: Vec<_> =
            key.split('/').map(|step| utf8_percent_encode(step, SEGMENT).to_string()).collect();
        format!("{}/{}", self.path, steps.join("/"))
    }

    /// The first files, and the address of the next ones if there are more.
    pub(crate) async fn first(&self, api: &Api) -> Result<(Vec<Entry>, Option<String>), Failure> {
        self.page(api, &self.path).await
    }

    /// All files that follow; each comes once, even if the list changes while it is read.
    pub(crate) async fn with_rest(
        &self,
        api: &Api,
        (mut all, mut next): (Vec<Entry>, Option<String>),
    ) -> Result<Vec<Entry>, Failure> {
        while let Some(path) = next {
            let (more, after) = self.page(api, &path).await?;
            all.extend(more);
            next = after;
        }
        let mut seen = HashSet::new();
        all.retain(|entry| seen.insert(entry.key.clone()));
        Ok(all)
    }

    async fn page(&self, api: &Api, path: &str) -> Result<(Vec<Entry>, Option<String>), Failure> {
        let page: Page = api.send(&Call::get(path)).await?.read()?;
        if !page.enabled {
            let message = "the record is one without files: set files.enabled of its draft to true first";
            let (status, problems) = (StatusCode::FORBIDDEN, Vec::new());
            return Err(Failure::Refused { status, message: message.into(), problems });
        }
        let next = page.links.next.as_deref().and_then(|link| api.path_of(link)).map(str::to_owned);
        Ok((page.entries, next))
    }

    /// One file, if it is there; of one that comes in parts, the addresses from number `from` on.
    pub(crate) async fn read(&self, api: &Api, key: &str, from: u32) -> Result<Option<Entry>, Failure> {
        let query = if from > 1 { format!("?parts_from={from}") } else { String::new() };
        match api.send(&Call::get(format!("{}{query}", self.path_of(key)))).await {
            Ok(answer) => answer.read().map(Some),
            Err(Failure::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_become_paths_that_keep_their_folders() {
        let files = Files::of("abcde-12345", true);
        assert_eq!(files.path_of("d/ä b%.txt"), "/api/records/abcde-12345/draft/files/d/%C3%A4%20b%25.txt");
    }

    #[test]
    fn runs_of_parts_are_read_and_nonsense_is_nothing() {
        let arrived = |runs: &[&str]| {
            let transfer = json!({"type": "M", "parts": 9, "part_size": 5, "arrived": runs});
            let entry: Entry = serde_json::from_value(json!({"key": "a", "transfer": transfer})).unwrap();
            entry.arrived().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(arrived(&["1-3", "5", "8-4000000000"]), [1, 2, 3, 5, 8, 9]);
        assert_eq!(arrived(&["x", "", "3-1", "-"]), [0; 0]);
    }
}
