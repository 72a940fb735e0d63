//! What S3's answers mean in the words of the port.

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::{head_object::HeadObjectOutput, list_object_versions::ListObjectVersionsOutput},
    primitives::DateTime,
    types::{ChecksumType, MultipartUpload, ServerSideEncryption},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cairn_model::{
    Timestamp,
    objects::{Checksums, Place},
};
use cairn_ports::objects::{Facts, Listed, Listing, ObjectError, Part, Upload};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::modified;

/// What may stand in the source of a copy as it is.
const SOURCE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Codes of errors that say that something is not there.
const MISSING: [&str; 5] = ["NoSuchKey", "NoSuchVersion", "NoSuchUpload", "NotFound", "MethodNotAllowed"];

/// A call that failed; `key` is what it was about.
pub(super) fn failed<E>(error: &SdkError<E, HttpResponse>, key: &str) -> ObjectError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let message = DisplayErrorContext(error).to_string();
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some(code) if MISSING.contains(&code) => ObjectError::Missing(key.to_owned()),
        None if status == 404 => ObjectError::Missing(key.to_owned()),
        Some("SlowDown" | "RequestTimeout" | "ServiceUnavailable" | "InternalError") => {
            ObjectError::Unavailable(message)
        }
        Some(code) if (400..500).contains(&status) => ObjectError::Refused(format!("{code}: {key}")),
        _ => ObjectError::Unavailable(message),
    }
}

/// Nothing where there is nothing.
pub(super) fn unless_missing<T>(answer: Result<T, ObjectError>) -> Result<Option<T>, ObjectError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ObjectError::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An `ETag` without its quotes.
pub(super) fn unquoted(tag: Option<&str>) -> String {
    tag.unwrap_or_default().trim_matches('"').to_owned()
}

/// An instant of S3's.
pub(super) fn instant(time: &DateTime) -> Timestamp {
    Timestamp::from_micros(i64::try_from(time.as_nanos() / 1_000).unwrap_or(0))
}

/// What is known of an object.
pub(super) fn found(head: &HeadObjectOutput) -> Facts {
    let etag = unquoted(head.e_tag());
    let whole = head.checksum_type().is_none_or(|kind| *kind == ChecksumType::FullObject);
    let known = |text: Option<&str>| text.filter(|_| whole).and_then(to_hex);
    // The tag of what came in one piece is its MD5, unless it is encrypted with a key of one's own.
    let encrypted = head.server_side_encryption().is_some_and(|how| *how != ServerSideEncryption::Aes256);
    let is_md5 = !encrypted && etag.len() == 32 && etag.bytes().all(|byte| byte.is_ascii_hexdigit());
    Facts {
        size: head.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        version: head.version_id().map(str::to_owned),
        checksums: Checksums {
            md5: is_md5.then(|| etag.to_ascii_lowercase()),
            sha256: known(head.checksum_sha256()),
            crc64nvme: known(head.checksum_crc64_nvme()),
            crc32: known(head.checksum_crc32()),
        },
        modified: modified(head.last_modified()),
        etag,
    }
}

/// Base64 as hexadecimal. Nothing for the checksum of checksums that objects in parts may have.
fn to_hex(text: &str) -> Option<String> {
    STANDARD.decode(text).ok().map(hex::encode)
}

/// Where a copy comes from, as its header wants it.
pub(super) fn copy_source(bucket: &str, from: &Place) -> String {
    let path = format!("{bucket}/{}", utf8_percent_encode(&from.key, SOURCE));
    match &from.version {
        Some(version) => format!("{path}?versionId={version}"),
        None => path,
    }
}

/// A piece of a listing.
pub(super) fn listing(
    listed: &ListObjectVersionsOutput,
    place: impl Fn(&str, Option<&str>) -> Place,
) -> Listing {
    let objects = listed.versions().iter().map(|version| Listed {
        place: place(version.key().unwrap_or_default(), version.version_id()),
        size: version.size().and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        modified: modified(version.last_modified()),
        latest: version.is_latest().unwrap_or(false),
        deleted: false,
    });
    let marks = listed.delete_markers().iter().map(|mark| Listed {
        place: place(mark.key().unwrap_or_default(), mark.version_id()),
        size: 0,
        modified: modified(mark.last_modified()),
        latest: mark.is_latest().unwrap_or(false),
        deleted: true,
    });
    let mut objects: Vec<Listed> = objects.chain(marks).collect();
    objects.sort_by(|one, other| one.place.key.cmp(&other.place.key));
    let next = listed.is_truncated().unwrap_or(false).then(|| {
        let marker = |text: Option<&str>| text.unwrap_or_default().to_owned();
        format!("{}\n{}", marker(listed.next_key_marker()), marker(listed.next_version_id_marker()))
    });
    Listing { objects, next }
}

/// A part that has arrived.
pub(super) fn part(part: &aws_sdk_s3::types::Part) -> Part {
    Part {
        number: part.part_number().and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
        size: part.size().and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        etag: unquoted(part.e_tag()),
    }
}

/// An upload under way.
pub(super) fn begun(upload: &MultipartUpload) -> Upload {
    Upload {
        key: upload.key().unwrap_or_default().to_owned(),
        id: upload.upload_id().unwrap_or_default().to_owned(),
        begun: upload.initiated().map(instant),
    }
}
