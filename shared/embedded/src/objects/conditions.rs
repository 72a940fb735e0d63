//! Requests that hold only if the object is as the client thinks.

use http::{HeaderMap, HeaderValue, header};
use s3s::{
    S3Error, S3ErrorCode,
    dto::{ETag, ETagCondition, Timestamp},
};

use super::{
    failure::{Failure, Result, refuse},
    versions::Version,
};

/// Conditions of a read.
#[expect(clippy::struct_field_names, reason = "as HTTP names them")]
pub(super) struct Reading {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
    pub(super) if_modified_since: Option<Timestamp>,
    pub(super) if_unmodified_since: Option<Timestamp>,
}

impl Reading {
    /// In the order of RFC 9110: what names the content decides before what names a time.
    pub(super) fn check(&self, version: &Version, etag: &str) -> Result<()> {
        let holds = match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) => matches(condition, etag),
            (None, Some(since)) => version.modified() <= *since,
            (None, None) => true,
        };
        if !holds {
            return Err(failed());
        }
        let is_known = match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) => matches(condition, etag),
            (None, Some(since)) => version.modified() <= *since,
            (None, None) => false,
        };
        if is_known { Err(not_modified(version, etag)) } else { Ok(()) }
    }

    /// The same conditions on the source of a copy: whatever does not hold is an error.
    pub(super) fn check_source(&self, version: &Version, etag: &str) -> Result<()> {
        self.check(version, etag).map_err(|failure| match failure {
            Failure::Refused(error) if *error.code() == S3ErrorCode::NotModified => failed(),
            other => other,
        })
    }
}

/// Conditions of a write.
#[derive(Debug, Clone, Default)]
pub(super) struct Writing {
    if_match: Option<ETagCondition>,
    is_new: bool,
}

impl Writing {
    pub(super) fn of(if_match: Option<ETagCondition>, if_none_match: Option<ETagCondition>) -> Result<Self> {
        match if_none_match {
            Some(ETagCondition::ETag(_)) => Err(refuse(
                S3ErrorCode::NotImplemented,
                "A header you provided implies functionality that is not implemented: If-None-Match with an ETag",
            )),
            other => Ok(Self { if_match, is_new: other.is_some() }),
        }
    }

    /// Looks at the latest version, within the transaction that writes.
    pub(super) fn check(&self, latest: Option<&Version>) -> Result<()> {
        let etag = latest.and_then(|version| version.content.as_ref()).map(|content| &content.etag);
        if self.is_new && etag.is_some() {
            return Err(failed());
        }
        match (&self.if_match, etag) {
            (Some(_), None) => Err(refuse(S3ErrorCode::NoSuchKey, "The specified key does not exist.")),
            (Some(condition), Some(etag)) if !matches(condition, etag) => Err(failed()),
            _ => Ok(()),
        }
    }
}

fn matches(condition: &ETagCondition, etag: &str) -> bool {
    condition.as_etag().is_none_or(|condition| condition.value() == etag)
}

fn failed() -> Failure {
    refuse(S3ErrorCode::PreconditionFailed, "At least one of the pre-conditions you specified did not hold")
}

fn not_modified(version: &Version, etag: &str) -> Failure {
    let mut headers = HeaderMap::new();
    if let Ok(etag) = ETag::Strong(etag.to_owned()).to_http_header() {
        headers.insert(header::ETAG, etag);
    }
    let modified = cairn_model::Timestamp::from_micros(version.created).http_date();
    if let Ok(modified) = HeaderValue::try_from(modified) {
        headers.insert(header::LAST_MODIFIED, modified);
    }
    let mut error = S3Error::new(S3ErrorCode::NotModified);
    error.set_headers(headers);
    Failure::Refused(error)
}
