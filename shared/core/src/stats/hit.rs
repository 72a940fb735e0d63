//! What a usage event tells of.

use cairn_model::{
    Error, Event, Result, Timestamp,
    usage::{Requests, Usage},
};
use serde_json::Value;

/// One request of one visitor for one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The id of the parent of the record.
    pub(super) parent: String,
    /// The id of the record.
    pub(super) record: String,
    /// What of it, and how large that is.
    pub(super) object: Object,
    /// Who, on that day.
    pub(super) visitor: String,
    /// When.
    pub(super) at: Timestamp,
}

/// What is counted by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    /// The record's page.
    Page,
    /// A file of this id, and of so many bytes.
    File(String, u64),
}

impl Hit {
    /// What an event tells of: a view, a download, or one for each file of an archive.
    pub(super) fn all(event: &Event) -> Result<Vec<Self>> {
        Self::read(event).ok_or_else(|| Error::Internal(format!("the usage event {} is damaged", event.id)))
    }

    fn read(event: &Event) -> Option<Vec<Self>> {
        let text = |name: &str| event.data[name].as_str().map(ToOwned::to_owned);
        let (parent, visitor) = (text("parent")?, text("visitor")?);
        let record = event.subject.split('/').nth(1)?.to_owned();
        let file =
            |file: &Value| Some(Object::File(file["file_id"].as_str()?.to_owned(), file["size"].as_u64()?));
        let objects: Vec<Object> = match event.kind.as_str() {
            "record.viewed" => vec![Object::Page],
            "file.downloaded" => vec![file(&event.data)?],
            "archive.downloaded" => {
                event.data["files"].as_array()?.iter().map(file).collect::<Option<_>>()?
            }
            _ => return None,
        };
        let hit = |object| Self {
            parent: parent.clone(),
            record: record.clone(),
            object,
            visitor: visitor.clone(),
            at: event.time,
        };
        Some(objects.into_iter().map(hit).collect())
    }
}

impl Object {
    /// Its name among what a visitor asked for on one day.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Page => "page".into(),
            Self::File(id, _) => format!("file#{id}"),
        }
    }

    /// What counts of requests of one visitor.
    pub(super) fn usage(&self, requests: &Requests) -> Usage {
        let (count, sessions) = (requests.count(), requests.sessions());
        match self {
            Self::Page => Usage { views: count, unique_views: sessions, ..Usage::default() },
            Self::File(_, size) => Usage {
                downloads: count,
                unique_downloads: sessions,
                data_volume: count.saturating_mul(*size),
                ..Usage::default()
            },
        }
    }

    /// By how much each counter grows where these requests become those.
    pub(super) fn growth(&self, before: &Requests, after: &Requests) -> Vec<(&'static str, i64)> {
        let by = |before: u64, after: u64| after.cast_signed().saturating_sub(before.cast_signed());
        let (before, after) = (self.usage(before).counters(), self.usage(after).counters());
        before.into_iter().zip(after).map(|((name, before), (_, after))| (name, by(before, after))).collect()
    }
}
