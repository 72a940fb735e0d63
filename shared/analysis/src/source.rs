//! Stored documents, read as far as somebody will look into them.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::{Deserializer, Map, Result, Value, value::RawValue};

/// A stored document, and what stands at its key `verbatim` as text; in the document that key is `null` then.
///
/// # Errors
/// It is no JSON object.
pub fn read(text: &str, verbatim: Option<&str>) -> Result<(Value, Option<Box<RawValue>>)> {
    let Some(verbatim) = verbatim else { return Ok((serde_json::from_str(text)?, None)) };
    let mut reader = Deserializer::from_str(text);
    let (document, raw) = reader.deserialize_map(Document { verbatim })?;
    reader.end()?;
    Ok((Value::Object(document), raw))
}

struct Document<'k> {
    verbatim: &'k str,
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = (Map<String, Value>, Option<Box<RawValue>>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Self::Value, A::Error> {
        let (mut document, mut raw) = (Map::with_capacity(24), None);
        while let Some(key) = members.next_key::<String>()? {
            let value = if key == self.verbatim {
                raw = Some(members.next_value()?);
                Value::Null
            } else {
                members.next_value()?
            };
            document.insert(key, value);
        }
        Ok((document, raw))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_key_comes_as_it_was_written_and_the_rest_as_it_is() {
        let text = r#"{"id":"a","metadata":{"title":"\u00e9 \"x\"","n":[1.50]},"z":[{}]}"#;
        let (document, raw) = read(text, Some("metadata")).unwrap();
        assert_eq!(document.to_string(), r#"{"id":"a","metadata":null,"z":[{}]}"#);
        assert_eq!(raw.unwrap().get(), r#"{"title":"\u00e9 \"x\"","n":[1.50]}"#);
        let (document, raw) = read(text, Some("nosuch")).unwrap();
        assert!(raw.is_none() && document["metadata"]["n"] == json!([1.5]));
        assert_eq!(read(text, None).unwrap().0, document);
        for broken in ["", "[]", "{", "{} {}", r#"{"metadata":}"#] {
            assert!(read(broken, Some("metadata")).is_err(), "{broken}");
        }
    }
}
