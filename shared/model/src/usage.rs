//! Usage: which of the requests that one visitor makes for one object count. COUNTER Code of Practice 5.1, §7.2 and §7.3.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::time::Timestamp;

/// Requests that follow each other within so many microseconds are one, the last (COUNTER: 30 seconds).
const DOUBLE_CLICK: i64 = 30_000_000;
/// Microseconds in an hour: what a visitor does within one is one session.
const HOUR: i64 = 3_600_000_000;

/// What is counted of views: all, and sessions.
pub const VIEWS: [&str; 2] = ["views", "unique_views"];
/// What is counted of downloads: all, and sessions.
pub const DOWNLOADS: [&str; 2] = ["downloads", "unique_downloads"];
/// Bytes of the downloads that were counted.
pub const VOLUME: &str = "data_volume";

/// The requests of one visitor for one object, as runs of requests that follow each other within 30 seconds: first and last
/// instant of each, in microseconds. A set: in whichever order requests are added, and however often, it becomes the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Requests(Vec<(i64, i64)>);

impl Requests {
    /// Adds a request. Runs that it joins become one.
    pub fn add(&mut self, at: Timestamp) {
        let at = at.micros();
        let (mut first, mut last) = (at, at);
        self.0.retain(|run| {
            let near = run.0.saturating_sub(DOUBLE_CLICK) <= at && at <= run.1.saturating_add(DOUBLE_CLICK);
            if near {
                (first, last) = (first.min(run.0), last.max(run.1));
            }
            !near
        });
        let place = self.0.partition_point(|run| run.0 < first);
        self.0.insert(place, (first, last));
    }

    /// How many count: of each run the last.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// In how many hours there is one that counts.
    pub fn sessions(&self) -> u64 {
        self.0.iter().map(|run| run.1.div_euclid(HOUR)).collect::<BTreeSet<_>>().len() as u64
    }
}

/// What was counted of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Views.
    pub views: u64,
    /// Sessions with a view.
    pub unique_views: u64,
    /// Downloads of files.
    pub downloads: u64,
    /// Sessions with a download, file by file and day by day.
    pub unique_downloads: u64,
    /// Bytes of the files that were downloaded.
    pub data_volume: u64,
}

impl Usage {
    /// What counters of the store say.
    pub fn of(counters: &BTreeMap<String, u64>) -> Self {
        let counter = |name: &str| counters.get(name).copied().unwrap_or(0);
        Self {
            views: counter(VIEWS[0]),
            unique_views: counter(VIEWS[1]),
            downloads: counter(DOWNLOADS[0]),
            unique_downloads: counter(DOWNLOADS[1]),
            data_volume: counter(VOLUME),
        }
    }

    /// The counters by name.
    pub fn counters(self) -> [(&'static str, u64); 5] {
        [
            (VIEWS[0], self.views),
            (VIEWS[1], self.unique_views),
            (DOWNLOADS[0], self.downloads),
            (DOWNLOADS[1], self.unique_downloads),
            (VOLUME, self.data_volume),
        ]
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            views: self.views + other.views,
            unique_views: self.unique_views + other.unique_views,
            downloads: self.downloads + other.downloads,
            unique_downloads: self.unique_downloads + other.unique_downloads,
            data_volume: self.data_volume + other.data_volume,
        }
    }

    /// As records show it. `InvenioRDM`: whole numbers, but for the volume.
    pub fn shown(self) -> Value {
        let mut shown = json!({});
        for (name, count) in self.counters() {
            shown[name] = if name == VOLUME { json!(float(count)) } else { json!(count) };
        }
        shown
    }
}

/// A count as clients of statistics expect it. Above 2^53 it is rounded.
#[expect(clippy::cast_precision_loss, reason = "nobody counts bytes beyond 9 petabytes one by one")]
pub fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
