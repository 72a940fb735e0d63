//! Objects on their way out.

use std::ops::Range;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use s3s::{
    S3Error, S3ErrorCode, S3Request, S3Response,
    dto::{
        ChecksumMode, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, StreamingBlob,
    },
};

use super::Objects;
use crate::objects::{
    conditions::Reading,
    contents::{self, Content, Piece},
    download,
    failure::{Failure, Result, refuse},
    headers::{DEFAULT_TYPE, Headers},
    versions::{self, Version},
};

/// An object that was found.
pub(super) struct Found {
    pub(super) version: Version,
    pub(super) content: Content,
    pub(super) pieces: Vec<Piece>,
}

/// The bytes of it that were asked for.
struct Cut {
    range: Range<u64>,
    /// `Content-Range`, unless it is all.
    header: Option<String>,
    /// How many parts it has, if one of them was asked for.
    parts: Option<i32>,
}

impl Objects {
    pub(super) async fn get(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        let conditions = Reading {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        let found = self.find(&input.key, input.version_id.as_deref())?;
        conditions.check(&found.version, &found.content.etag)?;
        let range = input.range.filter(|_| is_unchanged(&request.headers, &found));
        let cut = Cut::of(&found, range, input.part_number)?;
        let body = match download::open(self.files(), &found.pieces, cut.range.clone()).await {
            Ok(body) => body,
            Err(failure) => return Err(self.gone_meanwhile(&input.key, &found, failure)),
        };
        let headers = found.version.headers()?;
        let sums = known(&found.content, &cut, input.checksum_mode.as_ref());
        Ok(S3Response::new(GetObjectOutput {
            accept_ranges: Some("bytes".into()),
            body: Some(StreamingBlob::new(body)),
            cache_control: headers.cache_control.clone(),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            content_disposition: headers.content_disposition.clone(),
            content_encoding: headers.content_encoding.clone(),
            content_language: headers.content_language.clone(),
            content_length: Some(length(&cut)),
            content_range: cut.header,
            content_type: Some(content_type(&headers)),
            e_tag: Some(ETag::Strong(found.content.etag)),
            expires: headers.expires(),
            last_modified: Some(found.version.modified()),
            metadata: headers.metadata(),
            parts_count: cut.parts,
            version_id: Some(found.version.id),
            ..GetObjectOutput::default()
        }))
    }

    pub(super) async fn head(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> Result<S3Response<HeadObjectOutput>> {
        let input = request.input;
        let conditions = Reading {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        let found = self.find(&input.key, input.version_id.as_deref())?;
        conditions.check(&found.version, &found.content.etag)?;
        let range = input.range.filter(|_| is_unchanged(&request.headers, &found));
        let cut = Cut::of(&found, range, input.part_number)?;
        // A file that is not there must not be promised.
        if let Err(failure) = download::open(self.files(), &found.pieces, cut.range.clone()).await {
            return Err(self.gone_meanwhile(&input.key, &found, failure));
        }
        let headers = found.version.headers()?;
        let sums = known(&found.content, &cut, input.checksum_mode.as_ref());
        Ok(S3Response::new(HeadObjectOutput {
            accept_ranges: Some("bytes".into()),
            cache_control: input.response_cache_control.or_else(|| headers.cache_control.clone()),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            content_disposition: input
                .response_content_disposition
                .or_else(|| headers.content_disposition.clone()),
            content_encoding: input.response_content_encoding.or_else(|| headers.content_encoding.clone()),
            content_language: input.response_content_language.or_else(|| headers.content_language.clone()),
            content_length: Some(length(&cut)),
            content_range: cut.header,
            content_type: Some(input.response_content_type.unwrap_or_else(|| content_type(&headers))),
            e_tag: Some(ETag::Strong(found.content.etag)),
            expires: input.response_expires.or_else(|| headers.expires()),
            last_modified: Some(found.version.modified()),
            metadata: headers.metadata(),
            parts_count: cut.parts,
            version_id: Some(found.version.id),
            ..HeadObjectOutput::default()
        }))
    }

    /// The version of an object, with its pieces.
    pub(super) fn find(&self, key: &str, version: Option<&str>) -> Result<Found> {
        self.read(|connection| {
            let found = versions::find(connection, key, version)?.ok_or_else(|| missing(version))?;
            let content = found.content.clone().ok_or_else(|| deleted(&found, version.is_some()))?;
            let pieces = contents::pieces(connection, content.id)?;
            Ok(Found { version: found, content, pieces })
        })
    }

    /// A file can be gone because its version was deleted since it was found; anything else is a failure of ours.
    fn gone_meanwhile(&self, key: &str, found: &Found, failure: Failure) -> Failure {
        match self.read(|connection| versions::find(connection, key, Some(&found.version.id))) {
            Ok(None) => missing(None),
            _ => failure,
        }
    }
}

impl Cut {
    fn of(found: &Found, range: Option<s3s::dto::Range>, part: Option<i32>) -> Result<Self> {
        let size = found.content.size;
        let (range, parts) = match (range, part) {
            (Some(_), Some(_)) => {
                let message = "Cannot specify both Range header and partNumber query parameter";
                return Err(refuse(S3ErrorCode::InvalidRequest, message));
            }
            (Some(range), None) => {
                // Nothing can be cut from nothing, whatever the end it is counted from.
                let range = range.check(size).ok().filter(|range| range.start < range.end);
                (range.ok_or_else(|| unsatisfiable(size))?, None)
            }
            (None, Some(part)) => part_of(found, part)?,
            (None, None) => return Ok(Self { range: 0..size, header: None, parts: None }),
        };
        let header =
            (range.start < range.end).then(|| format!("bytes {}-{}/{size}", range.start, range.end - 1));
        Ok(Self { range, header, parts })
    }
}

/// Where a part is in the whole. An object that came in one has one part.
fn part_of(found: &Found, part: i32) -> Result<(Range<u64>, Option<i32>)> {
    let invalid = || {
        let mut error = S3Error::with_message(
            S3ErrorCode::Custom("InvalidPartNumber".into()),
            "The requested partnumber is not satisfiable",
        );
        error.set_status_code(StatusCode::RANGE_NOT_SATISFIABLE);
        Failure::Refused(error)
    };
    let index = usize::try_from(part - 1).map_err(|_| invalid())?;
    let is_in_parts = found.content.etag.contains('-');
    if index == 0 && !is_in_parts {
        return Ok((0..found.content.size, None));
    }
    let piece = found.pieces.get(index).ok_or_else(invalid)?;
    let start: u64 = found.pieces[..index].iter().map(|piece| piece.size).sum();
    Ok((start..start + piece.size, i32::try_from(found.pieces.len()).ok()))
}

fn unsatisfiable(size: u64) -> Failure {
    let mut error =
        S3Error::with_message(S3ErrorCode::InvalidRange, "The requested range is not satisfiable");
    let mut headers = HeaderMap::new();
    if let Ok(range) = HeaderValue::try_from(format!("bytes */{size}")) {
        headers.insert(header::CONTENT_RANGE, range);
    }
    error.set_headers(headers);
    Failure::Refused(error)
}

/// `If-Range`: a range of another object than the client has the beginning of is of no use to it.
fn is_unchanged(headers: &HeaderMap, found: &Found) -> bool {
    let Some(known) = headers.get(header::IF_RANGE).and_then(|value| value.to_str().ok()) else {
        return true;
    };
    known.trim_matches('"') == found.content.etag
        || known == cairn_model::Timestamp::from_micros(found.version.created).http_date()
}

fn length(cut: &Cut) -> i64 {
    (cut.range.end - cut.range.start).cast_signed()
}

fn content_type(headers: &Headers) -> String {
    headers.content_type.clone().unwrap_or_else(|| DEFAULT_TYPE.into())
}

/// The checksums, if they were asked for and all is sent that they are of.
fn known(content: &Content, cut: &Cut, mode: Option<&ChecksumMode>) -> s3s::dto::Checksum {
    let is_asked = mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    if is_asked && cut.header.is_none() { content.checksums.clone() } else { s3s::dto::Checksum::default() }
}

pub(super) fn missing(version: Option<&str>) -> Failure {
    match version {
        Some(_) => refuse(S3ErrorCode::NoSuchVersion, "The specified version does not exist."),
        None => refuse(S3ErrorCode::NoSuchKey, "The specified key does not exist."),
    }
}

/// What is answered for a delete marker.
fn deleted(marker: &Version, was_named: bool) -> Failure {
    let (code, message) = if was_named {
        (S3ErrorCode::MethodNotAllowed, "The specified method is not allowed against this resource.")
    } else {
        (S3ErrorCode::NoSuchKey, "The specified key does not exist.")
    };
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-delete-marker", HeaderValue::from_static("true"));
    if let Ok(id) = HeaderValue::try_from(&marker.id) {
        headers.insert("x-amz-version-id", id);
    }
    if was_named {
        headers.insert(header::ALLOW, HeaderValue::from_static("DELETE"));
    }
    let mut error = S3Error::with_message(code, message);
    error.set_headers(headers);
    Failure::Refused(error)
}
