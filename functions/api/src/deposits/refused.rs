//! Refusals, as clients of Zenodo read them: one message for each field, under the names that depositions have.

use cairn_formats::deposits::explained;
use cairn_http::Reply;
use cairn_model::{Error, FieldError, Result};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// What is wrong with a deposition.
pub(super) fn reply(faults: &[FieldError]) -> Reply {
    let each = |fault: &FieldError| -> Vec<Value> {
        let one = |message: &String| json!({"field": fault.field, "message": message});
        fault.messages.iter().map(one).collect()
    };
    let errors: Vec<Value> = faults.iter().flat_map(each).collect();
    let status = StatusCode::BAD_REQUEST;
    Reply::json(status, json!({"status": status.as_u16(), "message": "Validation error.", "errors": errors}))
}

/// The answer, where what is wrong with a draft is wrong with the deposition that was `sent` as `body`.
pub(super) fn or_explained(
    result: Result<Reply>,
    sent: &Map<String, Value>,
    body: &Map<String, Value>,
) -> Result<Reply> {
    let faults = match result {
        Err(Error::Invalid(faults)) => faults,
        // An entry that is not in its vocabulary is named, and not where it was.
        Err(Error::BadRequest(message)) => match place(&message, body) {
            Some(field) => vec![FieldError::new(field, message)],
            None => return Err(Error::BadRequest(message)),
        },
        other => return other,
    };
    Ok(reply(&explained(faults, sent)))
}

/// Where the entry stands that a refusal names.
fn place(message: &str, body: &Map<String, Value>) -> Option<String> {
    body.iter().find_map(|(key, value)| {
        let here = value.as_str().is_some_and(|id| key == "id" && message == format!("Invalid value {id}."));
        if here {
            return Some(String::new());
        }
        let below = match value {
            Value::Object(object) => place(message, object),
            Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
                let below = place(message, item.as_object()?)?;
                Some(if below.is_empty() { at.to_string() } else { format!("{at}.{below}") })
            }),
            _ => None,
        }?;
        Some(if below.is_empty() { key.clone() } else { format!("{key}.{below}") })
    })
}
