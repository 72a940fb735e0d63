//! Where the pieces of a file are sent. Signed addresses end after 15 minutes, so they are asked for again.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::commands::api::Api;
use crate::commands::transfer::{Entry, Files, Link, Trouble};

/// Older ones are not used: a large part may need some minutes itself.
const FRESH: Duration = Duration::from_mins(10);

/// The number of a file that is sent as one.
pub(super) const WHOLE: u32 = 0;

/// Addresses of one file, shared by those who send its parts.
pub(super) struct Addresses<'a> {
    api: &'a Api,
    files: &'a Files,
    key: &'a str,
    known: Mutex<HashMap<u32, (Link, Instant)>>,
}

impl<'a> Addresses<'a> {
    /// Those that an answer tells.
    pub(super) fn new(api: &'a Api, files: &'a Files, entry: &'a Entry) -> Self {
        let known = Mutex::new(links(api, entry).collect());
        Self { api, files, key: &entry.key, known }
    }

    /// Where to send a piece.
    pub(super) async fn of(&self, piece: u32) -> Result<Link, Trouble> {
        let mut known = self.known.lock().await;
        match known.get(&piece) {
            Some((link, since)) if since.elapsed() < FRESH => Ok(link.clone()),
            _ => self.ask(piece, &mut known).await,
        }
    }

    /// The same, but not `stale`, which was refused.
    pub(super) async fn renewed(&self, piece: u32, stale: &Link) -> Result<Link, Trouble> {
        let mut known = self.known.lock().await;
        match known.get(&piece) {
            // Another part met the same, and asked.
            Some((link, _)) if link != stale => Ok(link.clone()),
            _ => self.ask(piece, &mut known).await,
        }
    }

    async fn ask(&self, piece: u32, known: &mut HashMap<u32, (Link, Instant)>) -> Result<Link, Trouble> {
        let gone = || Trouble::Told("its upload was given up meanwhile; upload it again".into());
        let entry = self.files.read(self.api, self.key, piece).await?.ok_or_else(gone)?;
        known.extend(links(self.api, &entry));
        known.get(&piece).map(|(link, _)| link.clone()).ok_or_else(gone)
    }
}

fn links(api: &Api, entry: &Entry) -> impl Iterator<Item = (u32, (Link, Instant))> {
    let now = Instant::now();
    let whole = entry.content(api).map(|link| (WHOLE, link));
    whole.into_iter().chain(entry.part_links(api)).map(move |(piece, link)| (piece, (link, now)))
}
