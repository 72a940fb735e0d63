//! Why something was not done: a refusal that the client is told, or a failure of ours.

use s3s::{S3Error, S3ErrorCode};

/// Either goes through `?`.
#[derive(Debug)]
pub(super) enum Failure {
    /// What S3 answers.
    Refused(S3Error),
    /// Disk or database: the client learns no more than that.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

pub(super) type Result<T> = std::result::Result<T, Failure>;

/// A refusal with a message.
pub(super) fn refuse(code: S3ErrorCode, message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::Refused(S3Error::with_message(code, message))
}

/// Data that is not what was written.
pub(super) fn damaged(message: String) -> Failure {
    Failure::Broken(message.into())
}

impl From<S3Error> for Failure {
    fn from(error: S3Error) -> Self {
        Self::Refused(error)
    }
}

impl From<S3ErrorCode> for Failure {
    fn from(code: S3ErrorCode) -> Self {
        Self::Refused(code.into())
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Broken(Box::new(error))
    }
}

/// Here a failure becomes a reply, so here it is logged.
impl From<Failure> for S3Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            Failure::Broken(error) => {
                tracing::error!(%error, "the object storage failed: {error}");
                Self::new(S3ErrorCode::InternalError)
            }
        }
    }
}

impl From<Failure> for std::io::Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => Self::other(error),
            Failure::Broken(error) => Self::other(error),
        }
    }
}
