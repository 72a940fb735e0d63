//! Representations of what a service returns: a table of functions, of which `Accept` picks a row.

use cairn_model::Result;
use cairn_ports::objects::Composed;
use serde_json::Value;

use crate::call::Call;

/// One representation.
#[derive(Clone, Copy)]
pub struct Format {
    /// The media type: what `Accept` must name, letter by letter, and what `Content-Type` will say.
    pub media: &'static str,
    /// What `Content-Type` will say, where that is not the media type.
    pub says: Option<&'static str>,
    /// Writes it. The call gives language, site address and query parameters.
    pub write: fn(Value, &Call) -> Result<Content>,
    /// The answer keeps its `ETag`: it is the entity itself, not a list or an export.
    pub tagged: bool,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.media)
    }
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// None.
    Empty,
    /// JSON, keys in this order; indented where the caller asks for it.
    Json(Value),
    /// Text in UTF-8.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
    /// What a gateway puts together: only for those who run behind one that does.
    Pieces(Vec<Composed>),
}

/// JSON as the service returned it.
pub const PLAIN: Format = Format {
    media: "application/json",
    says: None,
    write: |value, _| Ok(Content::Json(value)),
    tagged: true,
};

/// The table of operations that know only JSON.
pub const JSON: &[Format] = &[PLAIN];
