//! What is stored with an object besides its bytes: the headers it came with.

use std::collections::BTreeMap;

use http::HeaderMap;
use s3s::{
    S3ErrorCode,
    dto::{Metadata, Timestamp, TimestampFormat},
};
use serde::{Deserialize, Serialize};

use super::failure::{Failure, Result, refuse};

/// Most bytes of names and values of `x-amz-meta-*`.
const METADATA_LIMIT: usize = 2_048;

/// What S3 takes for the type of an object without one.
pub(super) const DEFAULT_TYPE: &str = "binary/octet-stream";

/// Headers that ask for something which is not there. To ignore them would be to promise it.
const NOT_IMPLEMENTED: [&str; 12] = [
    "x-amz-bypass-governance-retention",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "x-amz-tagging",
    "x-amz-website-redirect-location",
    "x-amz-write-offset-bytes",
];

/// The headers of a stored object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Headers {
    pub(super) content_type: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) cache_control: Option<String>,
    expires: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl Headers {
    /// The headers of a request that makes an object.
    pub(super) fn of(headers: &HeaderMap, metadata: Option<Metadata>) -> Result<Self> {
        check(headers)?;
        // Names of files come in any script.
        let text = |name: &str| {
            headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).map(str::to_owned)
        };
        let metadata: BTreeMap<_, _> = metadata.unwrap_or_default().into_iter().collect();
        if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > METADATA_LIMIT {
            return Err(refuse(
                S3ErrorCode::MetadataTooLarge,
                "Your metadata headers exceed the maximum allowed metadata size",
            ));
        }
        Ok(Self {
            content_type: text("content-type").filter(|text| !text.is_empty()),
            content_disposition: text("content-disposition"),
            content_encoding: text("content-encoding").and_then(|encoding| stored_encoding(&encoding)),
            content_language: text("content-language"),
            cache_control: text("cache-control"),
            expires: text("expires"),
            metadata,
        })
    }

    /// `Expires`, where it is a date.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        Timestamp::parse(TimestampFormat::HttpDate, self.expires.as_deref()?).ok()
    }

    /// `x-amz-meta-*`, if any.
    pub(super) fn metadata(&self) -> Option<Metadata> {
        (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect())
    }
}

/// `aws-chunked` is how the body travels, not what it is.
fn stored_encoding(encoding: &str) -> Option<String> {
    let kept: Vec<&str> = encoding
        .split(',')
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && *coding != "aws-chunked")
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// Refuses what asks for something which is not there.
fn check(headers: &HeaderMap) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(name) = NOT_IMPLEMENTED.iter().find(|name| headers.contains_key(**name)) {
        return Err(not_implemented(name));
    }
    if text("x-amz-storage-class").is_some_and(|class| class != "STANDARD") {
        return Err(refuse(S3ErrorCode::InvalidStorageClass, "The storage class you specified is not valid"));
    }
    let harmless = ["private", "bucket-owner-full-control"];
    let granted = headers.keys().any(|name| name.as_str().starts_with("x-amz-grant-"));
    if granted || text("x-amz-acl").is_some_and(|acl| !harmless.contains(&acl)) {
        return Err(refuse(S3ErrorCode::AccessControlListNotSupported, "The bucket does not allow ACLs"));
    }
    Ok(())
}

fn not_implemented(name: &str) -> Failure {
    refuse(
        S3ErrorCode::NotImplemented,
        format!("A header you provided implies functionality that is not implemented: {name}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_of_the_transfer_is_not_stored() {
        assert_eq!(stored_encoding("aws-chunked"), None);
        assert_eq!(stored_encoding("aws-chunked, gzip").as_deref(), Some("gzip"));
    }

    #[test]
    fn what_cannot_be_promised_is_refused() {
        for (name, value) in
            [("x-amz-tagging", "a=b"), ("x-amz-acl", "public-read"), ("x-amz-storage-class", "GLACIER")]
        {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert!(Headers::of(&headers, None).is_err(), "{name}");
        }
    }
}
