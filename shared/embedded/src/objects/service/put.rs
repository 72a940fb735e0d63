//! Objects that come in one.

use s3s::{
    S3Request, S3Response,
    dto::{ChecksumType, ETag, PutObjectInput, PutObjectOutput},
};

use super::Objects;
use crate::objects::{
    UnknownLength, arrivals,
    conditions::Writing,
    contents::{self, Content, Piece},
    declared::Declared,
    digest::HASHED,
    failure::Result,
    headers::Headers,
    upload::{self, Uploaded},
    versions,
    writer::Transaction,
};

impl Objects {
    pub(super) async fn put(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> Result<S3Response<PutObjectOutput>> {
        let input = request.input;
        let headers = Headers::of(&request.headers, input.metadata)?;
        let condition = Writing::of(input.if_match, input.if_none_match)?;
        let is_trusted = request.extensions.get::<UnknownLength>().is_some();
        let declare = if is_trusted { Declared::of_any_length } else { Declared::of };
        let (length, body) = (input.content_length, input.body.as_ref());
        let declared = declare(&request.headers, length, body, request.trailing_headers)?;
        // So that a large body does not come in vain; what counts is the check within the transaction.
        self.read(|connection| condition.check(versions::find(connection, &input.key, None)?.as_ref()))?;
        let body = input.body.unwrap_or_else(|| s3s::Body::empty().into());
        let mut uploaded = upload::receive(self.files(), body, declared, HASHED).await?;
        let incoming = uploaded.file.take();
        let (content, pieces) = of_upload(uploaded, incoming.as_ref().map(|file| file.id().to_owned()));
        let answered = content.clone();
        let new = NewVersion { key: input.key, headers, condition, content, pieces };
        let announced = self.is_announced(&new.key);
        let task = move |transaction: &mut Transaction<'_>| new.add(transaction, announced);
        let version = self.write(incoming.into_iter().collect(), task).await?;
        let sums = answered.checksums;
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(ETag::Strong(answered.etag)),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
            version_id: Some(version),
            ..PutObjectOutput::default()
        }))
    }
}

/// What came, as a content of one piece, or none if nothing came.
pub(super) fn of_upload(uploaded: Uploaded, file: Option<String>) -> (Content, Vec<Piece>) {
    let Uploaded { size, etag, checksums, .. } = uploaded;
    let pieces = file.into_iter().map(|file| Piece { file, size }).collect();
    (Content { id: 0, size, etag, checksums }, pieces)
}

/// A version that is to be.
pub(super) struct NewVersion {
    pub(super) key: String,
    pub(super) headers: Headers,
    pub(super) condition: Writing,
    pub(super) content: Content,
    pub(super) pieces: Vec<Piece>,
}

impl NewVersion {
    /// Makes it the latest, if its condition holds; answers its id.
    pub(super) fn add(&self, transaction: &mut Transaction<'_>, announced: bool) -> Result<String> {
        let latest = versions::find(transaction.connection, &self.key, None)?;
        self.condition.check(latest.as_ref())?;
        let content = contents::add(transaction.connection, &self.content, &self.pieces)?;
        let (seq, id) = versions::add(transaction, &self.key, Some(content), &self.headers)?;
        if announced {
            arrivals::add(transaction, &self.key, (seq, &id), &self.content)?;
        }
        Ok(id)
    }
}
