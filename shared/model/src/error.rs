//! The one error type of Cairn: what can go wrong, in the repository's own words.
//!
//! Presentation turns each variant into exactly one HTTP status; nothing below it knows HTTP.

use serde::Serialize;

use crate::revision::Revision;

/// A specialised result: everything in Cairn that can fail, fails with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// All problems of one field of an input, as clients see them: `{"field": "metadata.title", "messages": ["…"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Dotted path; list indices are segments (`metadata.creators.0.role`). Problems of the whole use `_schema`.
    pub field: String,
    /// One sentence each, in the wording existing clients know.
    pub messages: Vec<String>,
}

impl FieldError {
    /// One message about one field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), messages: vec![message.into()] }
    }
}

/// What went wrong. Messages are lower case except where existing clients match the text.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Input that breaks rules field by field; every problem is listed.
    #[error("A validation error occurred.")]
    Invalid(Vec<FieldError>),
    /// Input refused as a whole, with one sentence for the caller.
    #[error("{0}")]
    BadRequest(String),
    /// The caller may not do this.
    #[error("Permission denied.")]
    Denied,
    /// The caller may not do this, whoever they are, and is told why.
    #[error("{0}")]
    Forbidden(String),
    /// The caller has to say who they are.
    #[error("{0}")]
    Unauthenticated(String),
    /// Nothing is there, or the caller may not know that something is.
    #[error("{0}")]
    NotFound(String),
    /// Something was there and has been deleted; `tombstone` is what may be said about it.
    #[error("{message}")]
    Gone {
        /// The sentence for the caller.
        message: String,
        /// The tombstone, where one may be shown.
        tombstone: Option<serde_json::Value>,
    },
    /// The caller named a revision that is not the present one.
    #[error("Revision id provided({expected}) doesn't match record's one({found})")]
    StaleRevision {
        /// What the caller expected, as they have written it.
        expected: String,
        /// What is stored.
        found: Revision,
    },
    /// Another writer was faster, more often than is sensible to retry; trying again is safe.
    #[error("{0}")]
    Conflict(String),
    /// The same `Idempotency-Key` came with another body.
    #[error("This Idempotency-Key was used before with another request body.")]
    IdempotencyKeyReused,
    /// The input is larger than can be stored.
    #[error("{0}")]
    TooLarge(String),
    /// A part that Cairn depends on does not answer now; trying again later is safe.
    #[error("{0}")]
    Unavailable(String),
    /// An operation touched what it did not declare in its `needs`: a bug, never the caller's fault.
    #[error("the operation did not declare the need {0}")]
    Undeclared(String),
    /// A bug or damaged data: never shown in detail to callers.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One message about one field of the input.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// What went wrong in one line, with every problem of bad input: for logs and dead letters.
    pub fn sentence(&self) -> String {
        match self {
            Self::Invalid(problems) => {
                let line = |one: &FieldError| format!("{}: {}", one.field, one.messages.join(" "));
                problems.iter().map(line).collect::<Vec<_>>().join("; ")
            }
            other => other.to_string(),
        }
    }

    /// The PID is not known at all. InvenioRDM's wording.
    pub fn unknown_pid() -> Self {
        Self::NotFound("The persistent identifier does not exist.".into())
    }
}
