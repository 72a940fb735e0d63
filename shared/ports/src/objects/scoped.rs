//! An object storage that refuses what an operation did not declare.

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::objects::Place;

use super::{Expected, Facts, Listing, ObjectError, Objects, Part, Shown, Upload};
use crate::{
    needs::Need::{self, DeleteObjects, GetObjects, ListObjects, PutObjects},
    scoped::Scoped,
};

impl Scoped<dyn Objects> {
    fn may(&self, need: fn(&'static str) -> Need, key: &str) -> Result<(), ObjectError> {
        self.pass_object(need, key).map_err(ObjectError::Undeclared)
    }
}

#[async_trait]
impl Objects for Scoped<dyn Objects> {
    fn signing_as(self: Arc<Self>, operation: &str) -> Arc<dyn Objects> {
        Arc::new(self.around(self.inner().clone().signing_as(operation)))
    }

    async fn put(&self, key: &str, bytes: Bytes) -> Result<Facts, ObjectError> {
        self.may(PutObjects, key)?;
        self.inner().put(key, bytes).await
    }

    async fn head(&self, place: &Place) -> Result<Option<Facts>, ObjectError> {
        self.may(GetObjects, &place.key)?;
        self.inner().head(place).await
    }

    async fn read(&self, place: &Place, range: Range<u64>) -> Result<Bytes, ObjectError> {
        self.may(GetObjects, &place.key)?;
        self.inner().read(place, range).await
    }

    async fn delete(&self, place: &Place) -> Result<(), ObjectError> {
        self.may(DeleteObjects, &place.key)?;
        self.inner().delete(place).await
    }

    async fn copy(&self, from: &Place, to: &str) -> Result<Facts, ObjectError> {
        self.may(GetObjects, &from.key)?;
        self.may(PutObjects, to)?;
        self.may(GetObjects, to)?;
        self.inner().copy(from, to).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listing, ObjectError> {
        self.may(ListObjects, prefix)?;
        self.inner().list(prefix, after).await
    }

    async fn begin(&self, key: &str) -> Result<Upload, ObjectError> {
        self.may(PutObjects, key)?;
        self.inner().begin(key).await
    }

    async fn put_part(&self, upload: &Upload, number: u32, bytes: Bytes) -> Result<Part, ObjectError> {
        self.may(PutObjects, &upload.key)?;
        self.inner().put_part(upload, number, bytes).await
    }

    async fn parts(&self, upload: &Upload, after: u32) -> Result<Vec<Part>, ObjectError> {
        self.may(PutObjects, &upload.key)?;
        self.inner().parts(upload, after).await
    }

    async fn complete(&self, upload: &Upload, parts: &[Part]) -> Result<Facts, ObjectError> {
        self.may(PutObjects, &upload.key)?;
        // Its facts are read from what was put together.
        self.may(GetObjects, &upload.key)?;
        self.inner().complete(upload, parts).await
    }

    async fn abort(&self, upload: &Upload) -> Result<(), ObjectError> {
        self.may(PutObjects, &upload.key)?;
        self.inner().abort(upload).await
    }

    async fn uploads(&self, prefix: &str) -> Result<Vec<Upload>, ObjectError> {
        self.may(ListObjects, prefix)?;
        self.inner().uploads(prefix).await
    }

    async fn sign_get(&self, place: &Place, shown: &Shown) -> Result<String, ObjectError> {
        self.may(GetObjects, &place.key)?;
        self.inner().sign_get(place, shown).await
    }

    async fn sign_put(&self, key: &str, expected: &Expected) -> Result<String, ObjectError> {
        self.may(PutObjects, key)?;
        self.inner().sign_put(key, expected).await
    }

    async fn sign_part(&self, upload: &Upload, number: u32, size: u64) -> Result<String, ObjectError> {
        self.may(PutObjects, &upload.key)?;
        self.inner().sign_part(upload, number, size).await
    }
}
