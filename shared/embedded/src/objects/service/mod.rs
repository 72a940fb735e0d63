//! The operations of S3, as s3s names them: each in the file of its kind.

mod bucket;
mod complete;
mod copy;
mod delete;
mod get;
mod list;
mod parts;
mod put;

use std::sync::Arc;

use rusqlite::Connection;
use s3s::{S3, S3ErrorCode, S3Request, S3Response, S3Result, auth::Credentials, dto};
use tokio::{sync::watch, task::spawn_blocking};

use super::{
    Action, Options, access,
    failure::{Failure, Result, refuse},
    files::{Files, Incoming},
    readers::Readers,
    uploads::{self, Upload},
    writer::{Transaction, Writer},
};

/// Everything that an operation needs. Clones share it.
#[derive(Clone)]
pub(super) struct Objects {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    files: Arc<Files>,
    // In this order: the connection that closes last tidies the log away, and only the writer's can.
    readers: Readers,
    writer: Writer,
}

impl Objects {
    pub(super) fn new(options: Options, files: Arc<Files>, readers: Readers, writer: Writer) -> Self {
        Self { inner: Arc::new(Inner { options, files, readers, writer }) }
    }

    pub(super) fn bucket(&self) -> &str {
        &self.inner.options.bucket
    }

    pub(super) fn files(&self) -> &Arc<Files> {
        &self.inner.files
    }

    /// Microseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.inner.options.clock.now().micros()
    }

    pub(super) fn arrived(&self) -> watch::Receiver<u64> {
        self.inner.writer.arrived()
    }

    fn is_announced(&self, key: &str) -> bool {
        self.inner.options.announced.iter().any(|prefix| key.starts_with(prefix))
    }

    /// Looks something up, on this thread: that takes microseconds.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.inner.readers.with(read)
    }

    /// Writes, and removes the data files that nothing names after it. The incoming files stay if it was done.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        incoming: Vec<Incoming>,
        task: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (outcome, freed) = self.inner.writer.run(incoming, task).await?;
        if !freed.is_empty() {
            let files = Arc::clone(self.files());
            spawn_blocking(move || files.remove(&freed)).await?;
        }
        Ok(outcome)
    }

    /// Whether who signed may do this too.
    fn require(&self, credentials: Option<&Credentials>, action: Action, key: &str) -> Result<()> {
        let may = credentials
            .is_some_and(|credentials| self.inner.options.keys.may(&credentials.access_key, action, key));
        if may { Ok(()) } else { Err(access::denied()) }
    }
}

fn no_such_upload() -> Failure {
    refuse(
        S3ErrorCode::NoSuchUpload,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    )
}

/// An upload that goes on.
fn going_on(connection: &Connection, key: &str, id: &str) -> Result<Upload> {
    let upload = uploads::find(connection, key, id)?.filter(|upload| upload.outcome.is_none());
    upload.ok_or_else(no_such_upload)
}

#[async_trait::async_trait]
impl S3 for Objects {
    async fn put_object(
        &self,
        request: S3Request<dto::PutObjectInput>,
    ) -> S3Result<S3Response<dto::PutObjectOutput>> {
        Ok(self.put(request).await?)
    }

    async fn get_object(
        &self,
        request: S3Request<dto::GetObjectInput>,
    ) -> S3Result<S3Response<dto::GetObjectOutput>> {
        Ok(self.get(request).await?)
    }

    async fn head_object(
        &self,
        request: S3Request<dto::HeadObjectInput>,
    ) -> S3Result<S3Response<dto::HeadObjectOutput>> {
        Ok(self.head(request).await?)
    }

    async fn delete_object(
        &self,
        request: S3Request<dto::DeleteObjectInput>,
    ) -> S3Result<S3Response<dto::DeleteObjectOutput>> {
        Ok(self.delete(request).await?)
    }

    async fn delete_objects(
        &self,
        request: S3Request<dto::DeleteObjectsInput>,
    ) -> S3Result<S3Response<dto::DeleteObjectsOutput>> {
        Ok(self.delete_many(request).await?)
    }

    async fn copy_object(
        &self,
        request: S3Request<dto::CopyObjectInput>,
    ) -> S3Result<S3Response<dto::CopyObjectOutput>> {
        Ok(self.copy(request).await?)
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<dto::CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<dto::CreateMultipartUploadOutput>> {
        Ok(self.begin(request).await?)
    }

    async fn upload_part(
        &self,
        request: S3Request<dto::UploadPartInput>,
    ) -> S3Result<S3Response<dto::UploadPartOutput>> {
        Ok(self.put_part(request).await?)
    }

    async fn upload_part_copy(
        &self,
        request: S3Request<dto::UploadPartCopyInput>,
    ) -> S3Result<S3Response<dto::UploadPartCopyOutput>> {
        Ok(self.copy_part(request).await?)
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<dto::CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<dto::CompleteMultipartUploadOutput>> {
        Ok(self.complete(request).await?)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<dto::AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<dto::AbortMultipartUploadOutput>> {
        Ok(self.abort(request).await?)
    }

    async fn list_parts(
        &self,
        request: S3Request<dto::ListPartsInput>,
    ) -> S3Result<S3Response<dto::ListPartsOutput>> {
        Ok(self.parts(request)?)
    }

    async fn list_multipart_uploads(
        &self,
        request: S3Request<dto::ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<dto::ListMultipartUploadsOutput>> {
        Ok(self.uploads(request)?)
    }

    async fn list_objects(
        &self,
        request: S3Request<dto::ListObjectsInput>,
    ) -> S3Result<S3Response<dto::ListObjectsOutput>> {
        Ok(self.list(request)?)
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<dto::ListObjectsV2Input>,
    ) -> S3Result<S3Response<dto::ListObjectsV2Output>> {
        Ok(self.list_v2(request)?)
    }

    async fn list_object_versions(
        &self,
        request: S3Request<dto::ListObjectVersionsInput>,
    ) -> S3Result<S3Response<dto::ListObjectVersionsOutput>> {
        Ok(self.versions(request)?)
    }

    async fn head_bucket(
        &self,
        request: S3Request<dto::HeadBucketInput>,
    ) -> S3Result<S3Response<dto::HeadBucketOutput>> {
        Ok(self.bucket_head(request)?)
    }

    async fn get_bucket_location(
        &self,
        request: S3Request<dto::GetBucketLocationInput>,
    ) -> S3Result<S3Response<dto::GetBucketLocationOutput>> {
        Ok(self.location(request)?)
    }

    async fn get_bucket_versioning(
        &self,
        request: S3Request<dto::GetBucketVersioningInput>,
    ) -> S3Result<S3Response<dto::GetBucketVersioningOutput>> {
        Ok(self.versioning(request)?)
    }

    async fn list_buckets(
        &self,
        request: S3Request<dto::ListBucketsInput>,
    ) -> S3Result<S3Response<dto::ListBucketsOutput>> {
        Ok(self.buckets(request)?)
    }

    async fn create_bucket(
        &self,
        request: S3Request<dto::CreateBucketInput>,
    ) -> S3Result<S3Response<dto::CreateBucketOutput>> {
        Ok(self.refuse_bucket(request)?)
    }
}
