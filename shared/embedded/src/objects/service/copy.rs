//! Copies within the storage: they share data files.

use s3s::{
    S3ErrorCode, S3Request, S3Response,
    dto::{
        ChecksumType, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETag,
        MetadataDirective,
    },
};

use super::{Objects, get::Found, put::NewVersion};
use crate::objects::{
    Action,
    conditions::{Reading, Writing},
    failure::{Result, refuse},
    headers::Headers,
    versions,
    writer::Transaction,
};

impl Objects {
    pub(super) async fn copy(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> Result<S3Response<CopyObjectOutput>> {
        let input = request.input;
        let source = Source::of(&input.copy_source, self.bucket())?;
        self.require(request.credentials.as_ref(), Action::Get, &source.key)?;
        let new_headers = Headers::of(&request.headers, input.metadata)?;
        let replaces = input
            .metadata_directive
            .is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE);
        if source.version.is_none() && source.key == input.key && !replaces {
            return Err(refuse(
                S3ErrorCode::InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes.",
            ));
        }
        let conditions = Reading {
            if_match: input.copy_source_if_match,
            if_none_match: input.copy_source_if_none_match,
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        let condition = writing_condition(&request.headers)?;
        let found = self.find(&source.key, source.version.as_deref())?;
        conditions.check_source(&found.version, &found.content.etag)?;
        let headers = if replaces { new_headers } else { found.version.headers()? };
        let Found { version: source, content, pieces } = found;
        let copied = source.id.clone();
        let new = NewVersion { key: input.key, headers, condition, content: content.clone(), pieces };
        let announced = self.is_announced(&new.key);
        let task = move |transaction: &mut Transaction<'_>| {
            // What was deleted since has no files any more.
            let still = versions::find(transaction.connection, &source.key, Some(&source.id))?;
            still.ok_or_else(|| super::get::missing(None))?;
            Ok((new.add(transaction, announced)?, transaction.now))
        };
        let (version, now) = self.write(Vec::new(), task).await?;
        let sums = content.checksums;
        let result = CopyObjectResult {
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
            e_tag: Some(ETag::Strong(content.etag)),
            last_modified: Some(versions::instant(now)),
        };
        Ok(S3Response::new(CopyObjectOutput {
            copy_object_result: Some(result),
            copy_source_version_id: Some(copied),
            version_id: Some(version),
            ..CopyObjectOutput::default()
        }))
    }
}

/// s3s does not read these for copies.
fn writing_condition(headers: &http::HeaderMap) -> Result<Writing> {
    let condition = |name: http::HeaderName| {
        let value = headers.get(name)?;
        s3s::dto::ETagCondition::parse_http_header(value.as_bytes()).ok()
    };
    Writing::of(condition(http::header::IF_MATCH), condition(http::header::IF_NONE_MATCH))
}

/// What is copied.
pub(super) struct Source {
    pub(super) key: String,
    pub(super) version: Option<String>,
}

impl Source {
    pub(super) fn of(source: &CopySource, bucket: &str) -> Result<Self> {
        match source {
            CopySource::Bucket { bucket: named, key, version_id } if **named == *bucket => {
                Ok(Self { key: key.to_string(), version: version_id.as_ref().map(ToString::to_string) })
            }
            _ => Err(refuse(S3ErrorCode::NoSuchBucket, "The specified bucket does not exist")),
        }
    }
}
