//! Shapes of answers that every service may give.

use crate::operation::Shape;

/// Any refusal.
pub const ERROR: Shape = Shape {
    name: "Error",
    description: "What went wrong.",
    schema: r#"{
        "type": "object",
        "required": ["status", "message"],
        "properties": {
            "status": {"type": "integer"},
            "message": {"type": "string"},
            "errors": {"type": "array", "items": {
                "type": "object",
                "required": ["field", "messages"],
                "properties": {
                    "field": {"type": "string", "description": "Dotted path; list indices are segments."},
                    "messages": {"type": "array", "items": {"type": "string"}}
                }
            }},
            "tombstone": {"type": "object", "description": "What is left of a deleted record (410)."}
        }
    }"#,
    example: r#"{"status": 404, "message": "The persistent identifier does not exist."}"#,
};

/// 400: some fields break rules, or the request cannot be read.
pub const INVALID: Shape = Shape {
    description: "The request cannot be read, or fields of it break rules; every problem is listed.",
    example: r#"{
        "status": 400,
        "message": "A validation error occurred.",
        "errors": [{"field": "metadata.title", "messages": ["Missing data for required field."]}]
    }"#,
    ..ERROR
};

/// 403
pub const DENIED: Shape = Shape {
    description: "The caller may not do this.",
    example: r#"{"status": 403, "message": "Permission denied."}"#,
    ..ERROR
};

/// 404
pub const MISSING: Shape =
    Shape { description: "Nothing is there, or the caller may not know of it.", ..ERROR };

/// 410
pub const GONE: Shape = Shape {
    description: "It was deleted; the tombstone says why.",
    example: r#"{"status": 410, "message": "Record deleted", "tombstone": {"note": "", "is_visible": true}}"#,
    ..ERROR
};

/// 412
pub const STALE: Shape = Shape {
    description: "`If-Match` names another revision than the present one.",
    example: r#"{"status": 412, "message": "Revision id provided(4) doesn't match record's one(6)"}"#,
    ..ERROR
};

/// 422
pub const KEY_REUSED: Shape = Shape {
    description: "The `Idempotency-Key` was used before with another body.",
    example: r#"{"status": 422, "message": "This Idempotency-Key was used before with another request body."}"#,
    ..ERROR
};

/// 204
pub const NO_CONTENT: Shape = Shape::nothing("Done.");

/// 301, 302
pub const MOVED: Shape = Shape {
    name: "Redirect",
    description: "It is elsewhere: see `Location`.",
    schema: r#"{
        "type": "object",
        "properties": {
            "status": {"type": "integer"},
            "message": {"type": "string"},
            "location": {"type": "string", "format": "uri"}
        }
    }"#,
    example: "",
};
