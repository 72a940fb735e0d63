//! What depositions look like, for the documentation.

use cairn_http::Shape;

/// A deposition.
pub(super) const DEPOSITION: Shape = Shape {
    name: "Deposition",
    description: "A draft or a published record, in Zenodo's form.",
    schema: r#"{
        "type": "object",
        "required": ["id", "created", "modified", "owner", "title", "state", "submitted", "metadata", "files", "links"],
        "properties": {
            "id": {"type": "string"}, "record_id": {"type": "string"}, "conceptrecid": {"type": "string"},
            "created": {"type": "string"}, "modified": {"type": "string"}, "owner": {"type": "string"},
            "title": {"type": "string"}, "doi": {"type": "string"}, "doi_url": {"type": "string"},
            "conceptdoi": {"type": "string"}, "record_url": {"type": "string"},
            "state": {"enum": ["unsubmitted", "inprogress", "done"]}, "submitted": {"type": "boolean"},
            "metadata": {"type": "object"}, "files": {"type": "array", "items": {"type": "object"}},
            "links": {"type": "object"}
        }
    }"#,
    example: "",
};

/// Depositions.
pub(super) const DEPOSITIONS: Shape = Shape {
    name: "Depositions",
    description: "One page of the caller's depositions.",
    schema: r#"{"type": "array", "items": {"type": "object"}}"#,
    example: "",
};

/// What a deposition is sent as.
pub(super) const METADATA: Shape = Shape {
    name: "DepositionMetadata",
    description: "The metadata of a deposition, as Zenodo documents them.",
    schema: r#"{"type": "object", "properties": {"metadata": {"type": "object", "properties": {
        "upload_type": {"type": "string"}, "publication_type": {"type": "string"}, "image_type": {"type": "string"},
        "title": {"type": "string"}, "description": {"type": "string"},
        "creators": {"type": "array", "items": {"type": "object", "properties": {
            "name": {"type": "string"}, "affiliation": {"type": "string"}, "orcid": {"type": "string"}, "gnd": {"type": "string"}
        }}},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]}
    }}}}"#,
    example: r#"{"metadata": {"title": "My first upload", "upload_type": "poster", "description": "This is my first upload",
        "creators": [{"name": "Doe, John", "affiliation": "Zenodo"}]}}"#,
};

/// 400
pub(super) const REFUSED: Shape = Shape {
    name: "DepositionError",
    description: "Something is wrong with it; every problem is listed.",
    schema: r#"{
        "type": "object",
        "required": ["status", "message"],
        "properties": {
            "status": {"type": "integer"}, "message": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "properties": {
                "field": {"type": "string"}, "message": {"type": "string"}
            }}}
        }
    }"#,
    example: r#"{"status": 400, "message": "Validation error.",
        "errors": [{"field": "metadata.title", "message": "Missing data for required field."}]}"#,
};
