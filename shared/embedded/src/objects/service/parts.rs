//! Objects that come in parts: all but the end of it.

use s3s::{
    S3ErrorCode, S3Request, S3Response,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, CopyPartResult, CreateMultipartUploadInput,
        CreateMultipartUploadOutput, ETag, ListPartsInput, ListPartsOutput, Owner, Part as ListedPart,
        StorageClass, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
    },
};

use super::{Objects, copy::Source, get::Found, going_on, no_such_upload, put::of_upload};
use crate::objects::{
    Action,
    conditions::Reading,
    contents::{self, Content, Piece},
    declared::Declared,
    digest::Algorithm,
    download,
    failure::{Failure, Result, refuse},
    files::Incoming,
    headers::Headers,
    listing::most_of,
    upload,
    uploads::{self, Part},
    versions::{self, instant},
    writer::Transaction,
};

/// The greatest number of a part.
const GREATEST: i32 = 10_000;

impl Objects {
    pub(super) async fn begin(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> Result<S3Response<CreateMultipartUploadOutput>> {
        let input = request.input;
        let headers = Headers::of(&request.headers, input.metadata)?;
        let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str().to_owned());
        if algorithm.as_deref().is_some_and(|name| Algorithm::named(name).is_none()) {
            return Err(refuse(S3ErrorCode::InvalidRequest, "Checksum algorithm provided is unsupported."));
        }
        let key = input.key.clone();
        let task = move |transaction: &mut Transaction<'_>| {
            uploads::add(transaction, &key, &headers, algorithm.as_deref())
        };
        let id = self.write(Vec::new(), task).await?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(self.bucket().to_owned()),
            key: Some(input.key),
            upload_id: Some(id),
            checksum_algorithm: input.checksum_algorithm,
            checksum_type: input.checksum_type,
            ..CreateMultipartUploadOutput::default()
        }))
    }

    pub(super) async fn put_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> Result<S3Response<UploadPartOutput>> {
        let input = request.input;
        check_number(input.part_number)?;
        self.read(|connection| going_on(connection, &input.key, &input.upload_id))?;
        let declared = Declared::of(
            &request.headers,
            input.content_length,
            input.body.as_ref(),
            request.trailing_headers,
        )?;
        let body = input.body.unwrap_or_else(|| s3s::Body::empty().into());
        let mut uploaded = upload::receive(self.files(), body, declared, 0).await?;
        let incoming = uploaded.file.take();
        let (content, pieces) = of_upload(uploaded, incoming.as_ref().map(|file| file.id().to_owned()));
        let place = Place { key: input.key, upload: input.upload_id, number: input.part_number };
        self.add_part(place, content.clone(), pieces, incoming).await?;
        let sums = content.checksums;
        Ok(S3Response::new(UploadPartOutput {
            e_tag: Some(ETag::Strong(content.etag)),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            ..UploadPartOutput::default()
        }))
    }

    pub(super) async fn copy_part(
        &self,
        request: S3Request<UploadPartCopyInput>,
    ) -> Result<S3Response<UploadPartCopyOutput>> {
        let input = request.input;
        check_number(input.part_number)?;
        let source = Source::of(&input.copy_source, self.bucket())?;
        self.require(request.credentials.as_ref(), Action::Get, &source.key)?;
        self.read(|connection| going_on(connection, &input.key, &input.upload_id))?;
        let conditions = Reading {
            if_match: input.copy_source_if_match,
            if_none_match: input.copy_source_if_none_match,
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        let found = self.find(&source.key, source.version.as_deref())?;
        conditions.check_source(&found.version, &found.content.etag)?;
        let copied = found.version.id.clone();
        let range = input.copy_source_range.as_deref().map(|range| source_range(range, found.content.size));
        let place = Place { key: input.key, upload: input.upload_id, number: input.part_number };
        let (content, now) = self.add_copy(place, found, range.transpose()?).await?;
        let sums = content.checksums;
        let result = CopyPartResult {
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            e_tag: Some(ETag::Strong(content.etag)),
            last_modified: Some(instant(now)),
        };
        Ok(S3Response::new(UploadPartCopyOutput {
            copy_part_result: Some(result),
            copy_source_version_id: Some(copied),
            ..UploadPartCopyOutput::default()
        }))
    }

    /// Shares the file of an object that came in one; of any other the MD5 is not known, so its bytes are copied.
    async fn add_copy(
        &self,
        place: Place,
        found: Found,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<(Content, i64)> {
        let whole = 0..found.content.size;
        let range = range.unwrap_or_else(|| whole.clone());
        if range == whole {
            let (content, source) = (found.content.clone(), found.version);
            let now = self.add_shared(place, found.content, found.pieces, source).await?;
            return Ok((content, now));
        }
        let body = download::open(self.files(), &found.pieces, range.clone()).await?;
        let declared = Declared::length_only(range.end - range.start);
        let mut uploaded = upload::receive(self.files(), body, declared, 0).await?;
        let incoming = uploaded.file.take();
        let (content, pieces) = of_upload(uploaded, incoming.as_ref().map(|file| file.id().to_owned()));
        let now = self.add_part(place, content.clone(), pieces, incoming).await?;
        Ok((content, now))
    }

    async fn add_part(
        &self,
        place: Place,
        content: Content,
        pieces: Vec<Piece>,
        incoming: Option<Incoming>,
    ) -> Result<i64> {
        let task = move |transaction: &mut Transaction<'_>| place.fill(transaction, &content, &pieces);
        self.write(incoming.into_iter().collect(), task).await
    }

    async fn add_shared(
        &self,
        place: Place,
        content: Content,
        pieces: Vec<Piece>,
        source: versions::Version,
    ) -> Result<i64> {
        let task = move |transaction: &mut Transaction<'_>| {
            // What was deleted since has no files any more.
            let still = versions::find(transaction.connection, &source.key, Some(&source.id))?;
            still.ok_or_else(|| super::get::missing(None))?;
            place.fill(transaction, &content, &pieces)
        };
        self.write(Vec::new(), task).await
    }

    pub(super) async fn abort(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> Result<S3Response<AbortMultipartUploadOutput>> {
        let input = request.input;
        let task = move |transaction: &mut Transaction<'_>| {
            let upload = going_on(transaction.connection, &input.key, &input.upload_id)?;
            uploads::remove(transaction, &upload)
        };
        self.write(Vec::new(), task).await?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }

    pub(super) fn parts(&self, request: S3Request<ListPartsInput>) -> Result<S3Response<ListPartsOutput>> {
        let input = request.input;
        let (after, most) = (input.part_number_marker.unwrap_or(0), most_of(input.max_parts)?);
        let (upload, mut parts) = self.read(|connection| {
            let upload = going_on(connection, &input.key, &input.upload_id)?;
            let parts = uploads::parts(connection, &upload, after, most + 1)?;
            Ok((upload, parts))
        })?;
        let is_truncated = parts.len() > most;
        parts.truncate(most);
        let next = parts.last().map(|part| part.number).filter(|_| is_truncated);
        Ok(S3Response::new(ListPartsOutput {
            bucket: Some(self.bucket().to_owned()),
            key: Some(input.key),
            upload_id: Some(upload.id),
            checksum_algorithm: upload.algorithm.map(s3s::dto::ChecksumAlgorithm::from),
            is_truncated: Some(is_truncated),
            part_number_marker: Some(after),
            next_part_number_marker: next,
            max_parts: i32::try_from(most).ok(),
            owner: Some(Owner::default()),
            storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
            parts: Some(parts.into_iter().map(listed).collect()),
            ..ListPartsOutput::default()
        }))
    }
}

/// Where a part belongs.
struct Place {
    key: String,
    upload: String,
    number: i32,
}

impl Place {
    /// Puts a content there; answers when.
    fn fill(&self, transaction: &mut Transaction<'_>, content: &Content, pieces: &[Piece]) -> Result<i64> {
        let upload = uploads::find(transaction.connection, &self.key, &self.upload)?;
        let upload = upload.filter(|upload| upload.outcome.is_none()).ok_or_else(no_such_upload)?;
        let content = contents::add(transaction.connection, content, pieces)?;
        uploads::put_part(transaction, &upload, self.number, content)?;
        Ok(transaction.now)
    }
}

fn check_number(number: i32) -> Result<()> {
    if (1..=GREATEST).contains(&number) {
        return Ok(());
    }
    let message = "Part number must be an integer between 1 and 10000, inclusive";
    Err(refuse(S3ErrorCode::InvalidArgument, message))
}

/// `bytes=0-9`, with both ends.
fn source_range(range: &str, size: u64) -> Result<std::ops::Range<u64>> {
    let invalid = || -> Failure {
        refuse(
            S3ErrorCode::InvalidArgument,
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
             zero-based offsets of the first and last bytes to copy",
        )
    };
    let (first, last) =
        range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(invalid)?;
    let first: u64 = first.parse().map_err(|_| invalid())?;
    let last: u64 = last.parse().map_err(|_| invalid())?;
    if first > last {
        return Err(invalid());
    }
    if last >= size {
        let message = format!("Range specified is not valid for source object of size: {size}");
        return Err(refuse(S3ErrorCode::InvalidArgument, message));
    }
    Ok(first..last + 1)
}

fn listed(part: Part) -> ListedPart {
    let sums = part.content.checksums;
    ListedPart {
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        e_tag: Some(ETag::Strong(part.content.etag)),
        last_modified: Some(instant(part.created)),
        part_number: Some(part.number),
        size: Some(part.content.size.cast_signed()),
    }
}
