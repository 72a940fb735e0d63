//! What the answers of several operations look like, for the documentation.

use cairn_http::Shape;

/// A draft or record.
pub const RECORD: Shape = Shape {
    name: "Record",
    description: "A draft or a published record, as the caller may see it.",
    schema: r#"{
        "type": "object",
        "required": ["id", "created", "updated", "links", "revision_id", "parent", "metadata", "access"],
        "properties": {
            "id": {"type": "string", "examples": ["abcde-fgh12"]},
            "created": {"type": "string", "format": "date-time"},
            "updated": {"type": "string", "format": "date-time"},
            "links": {"type": "object"},
            "revision_id": {"type": "integer"},
            "parent": {"type": "object"},
            "versions": {"type": "object", "properties": {
                "is_latest": {"type": "boolean"}, "is_latest_draft": {"type": "boolean"}, "index": {"type": "integer"}
            }},
            "is_published": {"type": "boolean"},
            "is_draft": {"type": "boolean"},
            "pids": {"type": "object"},
            "metadata": {"type": "object"},
            "custom_fields": {"type": "object"},
            "access": {"type": "object"},
            "files": {"type": "object"},
            "media_files": {"type": "object"},
            "status": {"enum": ["draft", "published", "new_version_draft"]},
            "errors": {"type": "array", "items": {"type": "object", "properties": {
                "field": {"type": "string"}, "messages": {"type": "array", "items": {"type": "string"}}
            }}}
        }
    }"#,
    example: "",
};

/// A page of a search.
pub const HITS: Shape = Shape {
    name: "Hits",
    description: "One page of what was found.",
    schema: r#"{
        "type": "object",
        "required": ["hits", "links", "sortBy"],
        "properties": {
            "hits": {"type": "object", "required": ["hits", "total"], "properties": {
                "hits": {"type": "array", "items": {"type": "object"}}, "total": {"type": "integer"}
            }},
            "aggregations": {"type": "object"},
            "sortBy": {"type": "string"},
            "page": {"type": "integer"},
            "links": {"type": "object"}
        }
    }"#,
    example: "",
};

/// A record in another form.
pub const EXPORT: Shape = Shape::nothing("The record, as a file.");

/// An entry of a vocabulary.
pub const ENTRY: Shape = Shape {
    name: "VocabularyEntry",
    description: "An entry of a vocabulary.",
    schema: r#"{
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"}, "title": {"type": "object"}, "description": {"type": "object"},
            "icon": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}},
            "props": {"type": "object"}, "revision_id": {"type": "integer"}, "links": {"type": "object"}
        }
    }"#,
    example: r#"{"id": "eng", "title": {"en": "English"}, "props": {"alpha_2": "en"}, "type": "languages"}"#,
};

/// A user.
pub const USER: Shape = Shape {
    name: "User",
    description: "A user, as the caller may see them.",
    schema: r#"{
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": {"type": "string"}, "email": {"type": "string"}, "username": {"type": ["string", "null"]},
            "profile": {"type": "object"}, "preferences": {"type": "object"}, "links": {"type": "object"}
        }
    }"#,
    example: "",
};

/// A quota.
pub const QUOTA: Shape = Shape {
    name: "Quota",
    description: "Bytes that all files of a set may come to, and one of them; and why.",
    schema: r#"{
        "type": "object",
        "required": ["quota_size", "max_file_size"],
        "properties": {
            "quota_size": {"type": "integer", "minimum": 0}, "max_file_size": {"type": "integer", "minimum": 0},
            "notes": {"type": "string"}
        }
    }"#,
    example: r#"{"quota_size": 50000000000, "max_file_size": 20000000000, "notes": "A telescope."}"#,
};

/// It is done, and there is nothing to tell.
pub const NO_MORE: Shape = Shape::object("Done", "An object with nothing in it.");

/// Revisions of a record.
pub const REVISIONS: Shape = Shape {
    name: "Revisions",
    description: "What a record was, as it was stored.",
    schema: r#"{
        "type": "array",
        "items": {"type": "object", "required": ["created", "json", "revision_id", "updated"], "properties": {
            "created": {"type": "string"}, "json": {"type": "object"}, "revision_id": {"type": "integer"},
            "updated": {"type": "string"}
        }}
    }"#,
    example: "",
};
