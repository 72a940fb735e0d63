//! Why a request did not succeed, told so that a person knows what to do.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Problems of one field, as the repository reports them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FieldProblem {
    /// Dotted path.
    pub(crate) field: String,
    /// One sentence each.
    pub(crate) messages: Vec<String>,
}

impl std::fmt::Display for FieldProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.field, self.messages.join(" "))
    }
}

/// Why a request did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No answer came.
    #[error(
        "cannot reach {site} ({reason}); is it running? `cairn serve` starts a repository here, \
         --url or CAIRN_URL names another"
    )]
    Unreachable {
        /// Which repository.
        site: String,
        /// What the network said.
        reason: String,
        /// Whether the request may have arrived.
        sent: bool,
    },
    /// The repository said no.
    #[error("{}", told(*status, message, problems))]
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its sentence.
        message: String,
        /// Its reasons, field by field.
        problems: Vec<FieldProblem>,
    },
    /// The answer makes no sense.
    #[error("{0}; is this a Cairn repository?")]
    Unexpected(String),
}

impl Failure {
    /// Whether the next request would fail the same way, so that going on is pointless.
    pub(crate) fn is_lasting(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => *status == StatusCode::UNAUTHORIZED,
            Self::Unexpected(_) => false,
        }
    }

    /// The HTTP status, if there was an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(status.as_u16()),
            Self::Unreachable { .. } | Self::Unexpected(_) => None,
        }
    }

    /// Reasons field by field.
    pub(crate) fn problems(&self) -> &[FieldProblem] {
        match self {
            Self::Refused { problems, .. } => problems,
            Self::Unreachable { .. } | Self::Unexpected(_) => &[],
        }
    }
}

/// Reads an answer that is not 2xx: JSON in InvenioRDM's shape, or whatever a proxy in between wrote.
pub(super) fn refused(status: StatusCode, body: &[u8]) -> Failure {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = json["message"].as_str().or(status.canonical_reason()).unwrap_or_default().to_owned();
    let problems = Deserialize::deserialize(&json["errors"]).unwrap_or_default();
    Failure::Refused { status, message, problems }
}

/// Reads an error of the HTTP client. The innermost cause is what helps (`Connection refused`).
pub(super) fn unreachable(site: &str, error: &reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let reason = if error.is_timeout() { "no answer in time".into() } else { cause.to_string() };
    Failure::Unreachable { site: site.into(), reason, sent: !error.is_connect() }
}

fn told(status: StatusCode, message: &str, problems: &[FieldProblem]) -> String {
    let hint = match status.as_u16() {
        401 => Some("the token is not accepted: pass another with --token or CAIRN_TOKEN"),
        403 => Some("the owner of the token may not do this: administrators may do most"),
        413 => Some("it is larger than the repository takes"),
        300..=399 => Some("the repository has another address: pass it with --url or CAIRN_URL"),
        _ => None,
    };
    let mut parts = vec![format!("{} {message}", status.as_u16())];
    parts.extend(problems.iter().map(ToString::to_string));
    parts.extend(hint.map(ToOwned::to_owned));
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_every_reason() {
        let body = br#"{"status":400,"message":"A validation error occurred.","errors":[
            {"field":"metadata.title","messages":["Missing data."]},{"field":"x","messages":["a","b"]}]}"#;
        let text = refused(StatusCode::BAD_REQUEST, body).to_string();
        assert_eq!(text, "400 A validation error occurred.; metadata.title: Missing data.; x: a b");
    }

    #[test]
    fn an_answer_of_a_proxy_is_told_by_its_status() {
        assert_eq!(refused(StatusCode::BAD_GATEWAY, b"<html>").to_string(), "502 Bad Gateway");
        assert_eq!(refused(StatusCode::NOT_FOUND, br#"{"message":null}"#).to_string(), "404 Not Found");
    }

    #[test]
    fn a_bad_token_says_what_to_do() {
        let failure = refused(StatusCode::UNAUTHORIZED, b"{}");
        assert!(failure.is_lasting() && failure.to_string().contains("CAIRN_TOKEN"));
    }
}
