//! Who may do what: the keys of the site, as s3s asks for them.

use std::sync::Arc;

use s3s::{
    S3ErrorCode, S3Result,
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
};

use super::failure::{Failure, refuse};

/// What a request does to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read an object: its bytes or headers, also to copy it.
    Get,
    /// Write an object, in one or in parts, or copy to it.
    Put,
    /// Delete an object or a version of it.
    Delete,
    /// List objects, versions or uploads that begin with the key.
    List,
}

/// Who may sign requests, and what they may do.
pub trait Keys: Send + Sync {
    /// The secret of an access key, if there is one.
    fn secret(&self, access_key: &str) -> Option<String>;
    /// Whether who signs with it may do this to a key (for a list: to keys that begin so).
    fn may(&self, access_key: &str, action: Action, key: &str) -> bool;
}

/// What s3s asks while it checks a request.
pub(super) struct Guard {
    pub(super) keys: Arc<dyn Keys>,
    pub(super) bucket: String,
}

#[async_trait::async_trait]
impl S3Auth for Guard {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let secret = self.keys.secret(access_key).map(SecretKey::from);
        let unknown = || {
            refuse(
                S3ErrorCode::InvalidAccessKeyId,
                "The AWS Access Key Id you provided does not exist in our records.",
            )
        };
        Ok(secret.ok_or_else(unknown)?)
    }
}

#[async_trait::async_trait]
impl S3Access for Guard {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let credentials = context.credentials().ok_or_else(denied)?;
        let operation = context.s3_op().name();
        if context.s3_path().get_bucket_name().is_some_and(|bucket| bucket != self.bucket) {
            let code = if operation == "CreateBucket" {
                return Err(denied().into());
            } else {
                S3ErrorCode::NoSuchBucket
            };
            return Err(refuse(code, "The specified bucket does not exist").into());
        }
        let key = context.s3_path().get_object_key().unwrap_or_default();
        if key.contains('\0') {
            return Err(refuse(S3ErrorCode::InvalidURI, "Couldn't parse the specified URI.").into());
        }
        let may = match need(operation) {
            Need::To(Action::List) => {
                self.keys.may(&credentials.access_key, Action::List, &prefix(context.uri().query())?)
            }
            Need::To(action) => self.keys.may(&credentials.access_key, action, key),
            Need::Nothing => true,
            Need::Unknown => {
                return Err(
                    refuse(S3ErrorCode::NotImplemented, format!("{operation} is not implemented")).into()
                );
            }
        };
        if may { Ok(()) } else { Err(denied().into()) }
    }
}

pub(super) fn denied() -> Failure {
    refuse(S3ErrorCode::AccessDenied, "Access Denied")
}

/// The right that an operation takes.
enum Need {
    To(Action),
    /// Any valid signature; what it does further is checked where it is done.
    Nothing,
    /// Not there.
    Unknown,
}

fn need(operation: &str) -> Need {
    match operation {
        "GetObject" | "HeadObject" => Need::To(Action::Get),
        "PutObject"
        | "CopyObject"
        | "CreateMultipartUpload"
        | "UploadPart"
        | "UploadPartCopy"
        | "CompleteMultipartUpload"
        | "AbortMultipartUpload"
        | "ListParts" => Need::To(Action::Put),
        "DeleteObject" => Need::To(Action::Delete),
        "ListObjects" | "ListObjectsV2" | "ListObjectVersions" | "ListMultipartUploads" => {
            Need::To(Action::List)
        }
        "DeleteObjects"
        | "HeadBucket"
        | "GetBucketLocation"
        | "GetBucketVersioning"
        | "ListBuckets"
        | "CreateBucket" => Need::Nothing,
        _ => Need::Unknown,
    }
}

/// The prefix that a list asks for. Two of them are refused: nobody shall look at one and list the other.
fn prefix(query: Option<&str>) -> S3Result<String> {
    let mut prefixes = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(name, _)| name == "prefix")
        .map(|(_, value)| value.into_owned());
    let prefix = prefixes.next().unwrap_or_default();
    match prefixes.next() {
        None => Ok(prefix),
        Some(_) => Err(refuse(S3ErrorCode::InvalidArgument, "There must be one prefix.").into()),
    }
}
