//! What a ZIP file of a record holds.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use cairn_formats::archive::{Entry, Piece, plan};
use cairn_model::{Error, Identity, Pid, Result, Timestamp, files::keys, objects::Place};
use cairn_ports::Objects;

use super::{
    Body, Content, Files, Mount,
    container::{self, Listing, Located, MOST_LISTED, Problem, Ranges},
};

/// Largest member that is given out by a function, in bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// An object as the reader of containers sees it.
struct Object {
    objects: Arc<dyn Objects>,
    place: Place,
    size: u64,
    modified: Timestamp,
}

/// What was taken out of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// What it is to be called: its path, or that of the ZIP file that was made of a directory.
    pub name: String,
    /// All of it.
    pub bytes: Bytes,
}

async fn extract(object: Arc<Object>, found: &Located) -> std::result::Result<Bytes, Problem> {
    let mut content = container::open(object, found);
    let mut bytes = BytesMut::new();
    while let Some(chunk) = content.next_chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Members as a ZIP file of their own, by the names that they have. Nobody says when they were changed: when the container
/// came.
async fn pack(object: &Arc<Object>, found: &[Located]) -> std::result::Result<Bytes, Problem> {
    let planned = found.iter().map(|Located { member, .. }| Entry {
        name: &member.key,
        size: member.size,
        crc32: member.crc,
        modified: object.modified,
    });
    let mut bytes = BytesMut::new();
    for piece in plan(&planned.collect::<Vec<_>>()).pieces {
        match piece {
            Piece::Bytes(own) => bytes.extend_from_slice(&own),
            Piece::File(at) => bytes.extend_from_slice(&extract(object.clone(), &found[at]).await?),
        }
    }
    Ok(bytes.freeze())
}

#[async_trait]
impl Ranges for Object {
    async fn read(&self, from: u64, length: u64) -> Result<Bytes> {
        Ok(self.objects.read(&self.place, from..from + length).await?)
    }

    fn size(&self) -> u64 {
        self.size
    }
}

impl Files {
    /// Lists what a file holds.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for what holds nothing; those of [`Files::content`].
    pub async fn container(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str) -> Result<Listing> {
        let object = self.inside(who, pid, mount, key).await?;
        container::list(object.as_ref(), MOST_LISTED).await.map_err(|problem| problem.of_file(key))
    }

    /// One of what a file holds, in memory; of a directory the files below it, as a ZIP file.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it holds no such member; [`Error::BadRequest`] for what is too large, or not as the container
    /// says.
    pub async fn member(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
        path: &str,
    ) -> Result<Extracted> {
        let object = self.inside(who, pid, mount, key).await?;
        let unfit = |problem: Problem| problem.of_file(key);
        let too_large = || {
            let message = format!("'{path}' has more than {MOST_BYTES} bytes: download '{key}' instead.");
            Error::BadRequest(message)
        };
        if let Some(found) = container::find(object.as_ref(), path).await.map_err(unfit)? {
            if found.member.size > MOST_BYTES {
                return Err(too_large());
            }
            let bytes = extract(object, &found).await.map_err(unfit)?;
            return Ok(Extracted { name: path.to_owned(), bytes });
        }
        let directory = path.strip_suffix('/').unwrap_or(path);
        let found = container::find_below(object.as_ref(), directory).await.map_err(unfit)?;
        let found = found.ok_or_else(|| Error::NotFound(format!("Record '{pid}' has no file '{path}'.")))?;
        let sizes = found.iter().map(|one| one.member.size);
        if sizes.fold(0, u64::saturating_add) > MOST_BYTES {
            return Err(too_large());
        }
        let bytes = pack(&object, &found).await.map_err(unfit)?;
        Ok(Extracted { name: format!("{directory}.zip"), bytes })
    }

    async fn inside(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str) -> Result<Arc<Object>> {
        let Content { body, size, modified, .. } = self.content(who, pid, mount, key).await?;
        match body {
            Body::Object(place) if keys::extension(key) == "zip" => {
                Ok(Arc::new(Object { objects: self.objects_at(&place)?.clone(), place, size, modified }))
            }
            _ => Err(Error::BadRequest(format!("No extractor found for the file '{key}'."))),
        }
    }
}
