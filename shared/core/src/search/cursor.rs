//! Cursors: where the next page begins, as callers carry it from an answer to the next search.
//!
//! They say nothing that is not for the caller's eyes, and whatever they say, filters still apply: so they need no
//! signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A place in an order as text.
pub(super) fn write(sort: &str, place: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json!([sort, place]).to_string())
}

/// The place in this order that a text stands for. Nothing if it was made for another one, or is no cursor.
pub(super) fn read(sort: &str, text: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (name, place): (String, Value) = serde_json::from_slice(&bytes).ok()?;
    (name == sort).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_its_order() {
        let place = json!({"id": "é"});
        let text = write("newest", &place);
        assert_eq!(read("newest", &text), Some(place));
        assert_eq!(read("oldest", &text), None);
        for text in ["", "x", "null", "bnVsbA", &"W1".repeat(10_000)] {
            assert_eq!(read("newest", text), None);
        }
    }
}
