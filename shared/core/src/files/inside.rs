//! What a ZIP file of a record holds.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use cairn_model::{Error, Identity, Pid, Result, files::keys, objects::Place};
use cairn_ports::Objects;

use super::{
    Body, Content, Files, Mount,
    container::{self, Listing, MOST_LISTED, Ranges},
};

/// Largest member that is given out by a function, in bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// An object as the reader of containers sees it.
struct Object {
    objects: Arc<dyn Objects>,
    place: Place,
    size: u64,
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

    /// One of what a file holds, in memory.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it holds no such member; [`Error::BadRequest`] for a member that is too large, or not as the
    /// container says.
    pub async fn member(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
        path: &str,
    ) -> Result<Bytes> {
        let object = self.inside(who, pid, mount, key).await?;
        let found = container::find(object.as_ref(), path).await.map_err(|problem| problem.of_file(key))?;
        let missing = || Error::NotFound(format!("Record '{pid}' has no file '{path}'."));
        let found = found.ok_or_else(missing)?;
        if found.member.size > MOST_BYTES {
            let message = format!("'{path}' has more than {MOST_BYTES} bytes: download '{key}' instead.");
            return Err(Error::BadRequest(message));
        }
        let mut content = container::open(object, &found);
        let mut bytes = BytesMut::new();
        while let Some(chunk) = content.next_chunk().await.map_err(|problem| problem.of_file(key))? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    async fn inside(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str) -> Result<Arc<Object>> {
        let Content { body, size, .. } = self.content(who, pid, mount, key).await?;
        match body {
            Body::Object(place) if keys::extension(key) == "zip" => {
                Ok(Arc::new(Object { objects: self.objects_at(&place)?.clone(), place, size }))
            }
            _ => Err(Error::BadRequest(format!("No extractor found for the file '{key}'."))),
        }
    }
}
