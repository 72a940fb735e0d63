//! The objects port on S3, and on whatever speaks S3.

mod answers;
mod client;
mod further;
pub mod in_process;
mod signed;

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use base64::Engine as _;
use bytes::Bytes;
use cairn_model::objects::Place;
use cairn_ports::objects::{
    Expected, Facts, Listing, ObjectError, Objects, Part, Shown, Upload, digest::Digester,
};

use answers::{begun, failed, found, instant, unless_missing};
pub use client::{HttpClient, Signers, client_from_env, local_client};
pub use further::{Further, Unusable};

/// Most objects of one piece of a listing (S3).
const MOST: i32 = 1_000;

/// A bucket.
#[derive(Clone)]
pub struct S3 {
    client: Client,
    bucket: String,
    location: String,
    signers: Option<Arc<dyn Signers>>,
    origin: Option<String>,
}

impl S3 {
    /// The bucket of this name, as the storage location `location`.
    pub fn new(client: Client, bucket: impl Into<String>, location: impl Into<String>) -> Self {
        Self { client, bucket: bucket.into(), location: location.into(), signers: None, origin: None }
    }

    /// The same bucket, where every operation signs with a key of its own. On AWS it has its function's role instead.
    #[must_use]
    pub fn with_signers(self, signers: Arc<dyn Signers>) -> Self {
        Self { signers: Some(signers), ..self }
    }

    /// The same bucket, whose signed addresses begin with `origin` (`https://files.example.org`) in place of the address
    /// that was signed: whoever answers there asks the bucket under its own.
    #[must_use]
    pub fn shown_at(self, origin: Option<String>) -> Self {
        Self { origin, ..self }
    }

    /// A signed address as callers know it.
    fn known(&self, address: String) -> String {
        let path = address.split_once("://").and_then(|(_, rest)| Some(&rest[rest.find('/')?..]));
        match (&self.origin, path) {
            (Some(origin), Some(path)) => format!("{origin}{path}"),
            _ => address,
        }
    }

    fn place(&self, key: &str, version: Option<&str>) -> Place {
        Place { location: self.location.clone(), key: key.to_owned(), version: version.map(str::to_owned) }
    }
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[async_trait]
impl Objects for S3 {
    fn signing_as(self: Arc<Self>, operation: &str) -> Arc<dyn Objects> {
        let Some(signers) = &self.signers else { return self };
        let config = self.client.config().to_builder().credentials_provider(signers.credentials(operation));
        Arc::new(Self { client: Client::from_conf(config.build()), ..(*self).clone() })
    }

    async fn put(&self, key: &str, bytes: Bytes) -> Result<Facts, ObjectError> {
        let size = bytes.len() as u64;
        let checksums = Digester::of(&bytes);
        let crc = checksums.crc64nvme.as_deref().and_then(|crc| hex::decode(crc).ok()).unwrap_or_default();
        let sent = self.client.put_object().bucket(&self.bucket).key(key).body(ByteStream::from(bytes));
        let sent = sent.checksum_crc64_nvme(base64::engine::general_purpose::STANDARD.encode(crc));
        let stored = sent.send().await.map_err(|error| failed(&error, key))?;
        Ok(Facts {
            size,
            version: stored.version_id().map(str::to_owned),
            etag: answers::unquoted(stored.e_tag()),
            checksums,
            modified: cairn_ports::Clock::now(&cairn_ports::clock::SystemClock),
        })
    }

    async fn head(&self, place: &Place) -> Result<Option<Facts>, ObjectError> {
        let asked = self.client.head_object().bucket(&self.bucket).key(&place.key);
        let asked = asked.set_version_id(place.version.clone());
        let asked = asked.checksum_mode(aws_sdk_s3::types::ChecksumMode::Enabled).send().await;
        Ok(unless_missing(asked.map_err(|error| failed(&error, &place.key)))?.map(|head| found(&head)))
    }

    async fn read(&self, place: &Place, range: Range<u64>) -> Result<Bytes, ObjectError> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let asked = self.client.get_object().bucket(&self.bucket).key(&place.key);
        let asked = asked.set_version_id(place.version.clone());
        let asked = asked.range(format!("bytes={}-{}", range.start, range.end - 1)).send().await;
        let body = asked.map_err(|error| failed(&error, &place.key))?.body;
        let bytes = body.collect().await.map_err(|error| ObjectError::Unavailable(error.to_string()))?;
        Ok(bytes.into_bytes())
    }

    async fn delete(&self, place: &Place) -> Result<(), ObjectError> {
        let asked = self.client.delete_object().bucket(&self.bucket).key(&place.key);
        let asked = asked.set_version_id(place.version.clone()).send().await;
        unless_missing(asked.map_err(|error| failed(&error, &place.key))).map(|_| ())
    }

    async fn copy(&self, from: &Place, to: &str) -> Result<Facts, ObjectError> {
        let source = answers::copy_source(&self.bucket, from);
        let asked = self.client.copy_object().bucket(&self.bucket).key(to).copy_source(source).send().await;
        let copied = asked.map_err(|error| failed(&error, &from.key))?;
        let facts = self.head(&self.place(to, copied.version_id())).await?;
        facts.ok_or_else(|| ObjectError::Missing(to.to_owned()))
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listing, ObjectError> {
        let (key, version) = after.and_then(|after| after.split_once('\n')).unzip();
        let asked = self.client.list_object_versions().bucket(&self.bucket).prefix(prefix).max_keys(MOST);
        let asked = asked.set_key_marker(key.map(str::to_owned));
        let asked = asked.set_version_id_marker(version.filter(|id| !id.is_empty()).map(str::to_owned));
        let listed = asked.send().await.map_err(|error| failed(&error, prefix))?;
        Ok(answers::listing(&listed, |key, version| self.place(key, version)))
    }

    async fn begin(&self, key: &str) -> Result<Upload, ObjectError> {
        let asked = self.client.create_multipart_upload().bucket(&self.bucket).key(key).send().await;
        let id = asked.map_err(|error| failed(&error, key))?.upload_id.unwrap_or_default();
        Ok(Upload { key: key.to_owned(), id, begun: None })
    }

    async fn put_part(&self, upload: &Upload, part: u32, bytes: Bytes) -> Result<Part, ObjectError> {
        let size = bytes.len() as u64;
        let asked = self.client.upload_part().bucket(&self.bucket).key(&upload.key).upload_id(&upload.id);
        let sent = asked.part_number(number(part)).body(ByteStream::from(bytes)).send().await;
        let sent = sent.map_err(|error| failed(&error, &upload.key))?;
        Ok(Part { number: part, size, etag: answers::unquoted(sent.e_tag()) })
    }

    async fn parts(&self, upload: &Upload, after: u32) -> Result<Vec<Part>, ObjectError> {
        let asked = self.client.list_parts().bucket(&self.bucket).key(&upload.key).upload_id(&upload.id);
        let asked = asked.part_number_marker(after.to_string()).max_parts(MOST).send().await;
        let listed = asked.map_err(|error| failed(&error, &upload.key))?;
        Ok(listed.parts().iter().map(answers::part).collect())
    }

    async fn complete(&self, upload: &Upload, parts: &[Part]) -> Result<Facts, ObjectError> {
        let completed = parts
            .iter()
            .map(|part| CompletedPart::builder().part_number(number(part.number)).e_tag(&part.etag).build());
        let completed = CompletedMultipartUpload::builder().set_parts(Some(completed.collect())).build();
        let asked = self.client.complete_multipart_upload().bucket(&self.bucket).key(&upload.key);
        let asked = asked.upload_id(&upload.id).multipart_upload(completed).send().await;
        let done = asked.map_err(|error| failed(&error, &upload.key))?;
        let facts = self.head(&self.place(&upload.key, done.version_id())).await?;
        facts.ok_or_else(|| ObjectError::Missing(upload.key.clone()))
    }

    async fn abort(&self, upload: &Upload) -> Result<(), ObjectError> {
        let asked = self.client.abort_multipart_upload().bucket(&self.bucket).key(&upload.key);
        let asked = asked.upload_id(&upload.id).send().await;
        unless_missing(asked.map_err(|error| failed(&error, &upload.key))).map(|_| ())
    }

    async fn uploads(&self, prefix: &str) -> Result<Vec<Upload>, ObjectError> {
        let asked = self.client.list_multipart_uploads().bucket(&self.bucket).prefix(prefix);
        let listed = asked.max_uploads(MOST).send().await.map_err(|error| failed(&error, prefix))?;
        Ok(listed.uploads().iter().map(begun).collect())
    }

    async fn sign_get(&self, place: &Place, shown: &Shown) -> Result<String, ObjectError> {
        signed::get(&self.client, &self.bucket, place, shown).await.map(|address| self.known(address))
    }

    async fn sign_put(&self, key: &str, expected: &Expected) -> Result<String, ObjectError> {
        signed::put(&self.client, &self.bucket, key, expected).await.map(|address| self.known(address))
    }

    async fn sign_part(&self, upload: &Upload, part: u32, size: u64) -> Result<String, ObjectError> {
        let signed = signed::part(&self.client, &self.bucket, upload, number(part), size).await;
        signed.map(|address| self.known(address))
    }
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "bucket {} as {}", self.bucket, self.location)
    }
}

/// When the storage says that something was stored.
fn modified(time: Option<&aws_sdk_s3::primitives::DateTime>) -> cairn_model::Timestamp {
    time.map_or_else(|| cairn_model::Timestamp::from_micros(0), instant)
}
