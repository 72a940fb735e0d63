//! Errors as answers: one status and one JSON body each, in InvenioRDM's shape.

use cairn_model::Error;
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};

use crate::reply::Reply;

/// What callers are told of faults that are ours.
pub const INTERNAL: &str = "The server encountered an internal error and was unable to complete your request. \
    Either the server is overloaded or there is an error in the application.";

/// What callers are told of paths that do not exist.
pub const NO_SUCH_PATH: &str = "The requested URL was not found on the server. If you entered the URL manually \
    please check your spelling and try again.";

/// What callers are told of methods that a path does not have.
pub const NO_SUCH_METHOD: &str = "The method is not allowed for the requested URL.";

/// The status of an error. Every variant chooses its own.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) | Error::BadRequest(_) => StatusCode::BAD_REQUEST,
        Error::Denied | Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Gone { .. } => StatusCode::GONE,
        Error::StaleRevision { .. } => StatusCode::PRECONDITION_FAILED,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Undeclared(_) | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Turns an error into its answer. What is our fault is logged here, and nowhere else.
pub fn reply(error: &Error, request_id: &str, operation: &str) -> Reply {
    let status = status(error);
    let message = match error {
        Error::Undeclared(_) | Error::Internal(_) => {
            tracing::error!(request.id = request_id, operation.name = operation, %error, "{operation} failed: {error}");
            INTERNAL.to_owned()
        }
        Error::Unavailable(_) => {
            tracing::warn!(request.id = request_id, operation.name = operation, %error, "{operation}: {error}");
            error.to_string()
        }
        other => other.to_string(),
    };
    let mut body = body(status, &message);
    match error {
        Error::Invalid(fields) => body["errors"] = json!(fields),
        Error::Gone { tombstone: Some(tombstone), .. } => body["tombstone"] = tombstone.clone(),
        _ => {}
    }
    let reply = Reply::json(status, body);
    if matches!(error, Error::Unavailable(_)) {
        return reply.header(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    reply
}

/// The body of an error without fields.
pub fn body(status: StatusCode, message: &str) -> Value {
    json!({"status": status.as_u16(), "message": message})
}

/// What callers are told whose body is of another type than these.
pub fn wrong_type(expected: &[&str]) -> Reply {
    let message = format!("Invalid 'Content-Type' header. Expected one of: {}", expected.join(", "));
    plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, &message)
}

/// An error that has no place in the model: it is about HTTP itself.
pub fn plain(status: StatusCode, message: &str) -> Reply {
    Reply::json(status, body(status, message))
}
