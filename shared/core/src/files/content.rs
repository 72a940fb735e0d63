//! Content of files: taken in for a pending file, and given out.

use bytes::Bytes;
use cairn_model::{
    Error, Identity, Pid, Result, Timestamp,
    files::{Entry, Kind, media},
    objects::Place,
};
use cairn_ports::objects::{Expected, LARGEST_PUT, Shown as Served};
use serde_json::json;
use std::ops::Range;

use super::{Files, Mount, Opened, Shown, open::Access};
use crate::framework::State;

/// What was sent for a pending file.
#[derive(Debug, Clone)]
pub enum Received {
    /// All of it.
    Whole(Bytes),
    /// So many bytes are to come another way; nobody knows how many where none is said.
    ToCome(Option<u64>),
}

impl Received {
    /// Bytes, if that is known.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::Whole(bytes) => Some(bytes.len() as u64),
            Self::ToCome(size) => *size,
        }
    }
}

/// Where the content of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// In the object storage.
    Object(Place),
    /// Elsewhere: a link.
    Remote(String),
}

/// The content of a file that the caller may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The file's name.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// MD5 in hexadecimal, once it is known.
    pub md5: Option<String>,
    /// What tells this content from others.
    pub tag: String,
    /// When it came.
    pub modified: Timestamp,
    /// Where it is.
    pub body: Body,
    /// What is counted where it is fetched.
    pub(crate) counted: Option<Counted>,
}

/// Which files of which record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The id of the record.
    pub(crate) record: String,
    /// The id of its parent.
    pub(crate) parent: String,
    /// Ids and sizes of the files.
    pub(crate) files: Vec<(String, u64)>,
}

impl Counted {
    /// Files of a published record; those of drafts are not counted.
    pub(super) fn of<'a>(opened: &Opened, files: impl IntoIterator<Item = &'a Entry>) -> Option<Self> {
        let files = files.into_iter().map(|file| (file.file_id.clone(), file.size.unwrap_or(0)));
        (opened.mount.state == State::Published).then(|| Self {
            record: opened.family.id.clone(),
            parent: opened.family.parent.id.clone(),
            files: files.collect(),
        })
    }
}

impl Files {
    /// Takes the content of a pending file; another one before the commit replaces it. Of what comes another way it tells
    /// the address.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a file that is complete, for one that comes another way, and above the quota.
    pub async fn receive(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
        received: Received,
    ) -> Result<(Shown, Option<String>)> {
        let opened = self.open(who, pid, mount, Access::Write, &[key]).await?;
        let entry = opened.file(key)?.entry;
        opened.require_unlocked()?;
        may_receive(&opened, &entry, received.size())?;
        let objects = self.objects_at(&entry.object)?;
        let address = match received {
            Received::Whole(bytes) => {
                objects.put(&entry.object.key, bytes).await?;
                None
            }
            Received::ToCome(size) => {
                Some(objects.sign_put(&entry.object.key, &Expected { size, md5: None }).await?)
            }
        };
        Ok((self.show(&opened, &entry, 1).await?, address))
    }

    /// Opens the content of a file.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a file whose content is not there yet; those of [`Files::read`].
    pub async fn content(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str) -> Result<Content> {
        let opened = self.open(who, pid, mount, Access::Read, &[key]).await?;
        let entry = opened.file(key)?.entry;
        if !entry.is_complete() {
            return Err(Error::BadRequest(format!("File with key \"{key}\" is not available.")));
        }
        Ok(Content {
            size: entry.size.unwrap_or(0),
            md5: entry.checksums.md5.clone(),
            tag: entry.tag(),
            modified: entry.updated,
            counted: Counted::of(&opened, [&entry]),
            body: match entry.transfer.url {
                Some(url) => Body::Remote(url),
                None => Body::Object(entry.object),
            },
            key: entry.key,
        })
    }

    /// Reads some of the content, into memory.
    ///
    /// # Errors
    /// Those of the object storage.
    pub async fn bytes(&self, content: &Content, range: Range<u64>) -> Result<Bytes> {
        match &content.body {
            Body::Object(place) => Ok(self.objects_at(place)?.read(place, range).await?),
            Body::Remote(_) => Err(Error::Internal("the content of a link is not here".into())),
        }
    }

    /// The address where the content can be fetched.
    ///
    /// # Errors
    /// Those of the object storage.
    pub async fn address(&self, content: &Content, download: bool) -> Result<String> {
        match &content.body {
            Body::Object(place) => {
                let media::Served { media_type, disposition } = media::served(&content.key, download);
                let shown = Served { media_type: media_type.to_owned(), disposition };
                Ok(self.objects_at(place)?.sign_get(place, &shown).await?)
            }
            Body::Remote(url) => Ok(url.clone()),
        }
    }
}

/// So many bytes may still come for a file.
fn may_receive(opened: &Opened, entry: &Entry, size: Option<u64>) -> Result<()> {
    let refuse = |message: &str| Err(Error::BadRequest(message.to_owned()));
    if entry.is_complete() {
        return refuse("File upload transfer failed: the file is complete already.");
    }
    if entry.transfer.kind != Kind::Local {
        let kind = json!(entry.transfer.kind);
        return refuse(&format!("Transfer type {kind} does not support uploads in one piece."));
    }
    let quota = opened.bounds.quota;
    let size = size.unwrap_or(0);
    if size > quota.file_bytes {
        return refuse("Maximum file size exceeded.");
    }
    if size > LARGEST_PUT {
        return refuse("Files above 5 GB have to be sent in parts: transfer type M.");
    }
    if opened.totals.bytes.saturating_sub(entry.reserved) + size > quota.bytes {
        return refuse("Bucket quota exceeded.");
    }
    Ok(())
}
