//! The schema registry: JSON Schemas by id, with pure functions that bring older documents up to date.

use serde_json::{Map, Value};

/// Rewrites a document of one schema version into the next.
pub type Upcast = fn(Map<String, Value>) -> Map<String, Value>;

/// The present schema of a kind and the way up from every version before it.
#[derive(Clone, Copy)]
pub struct Schema {
    /// Id of the present version, as stored in `$schema`: `records/record-v1.0.0.json`.
    pub id: &'static str,
    /// The JSON Schema itself.
    pub text: &'static str,
    /// Every older version, oldest first: its id, and how it becomes the next.
    pub older: &'static [(&'static str, Upcast)],
}

impl Schema {
    /// Takes `$schema` off a stored document and brings it to the present version.
    ///
    /// # Errors
    /// The schema's id, if this registry does not know it.
    pub fn upcast(&self, mut document: Map<String, Value>) -> Result<Map<String, Value>, String> {
        let stored = document.shift_remove("$schema");
        let stored = stored.as_ref().and_then(Value::as_str).unwrap_or_default();
        if stored == self.id {
            return Ok(document);
        }
        let Some(from) = self.older.iter().position(|(id, _)| *id == stored) else {
            return Err(format!("unknown schema `{stored}`"));
        };
        Ok(self.older[from..].iter().fold(document, |document, (_, step)| step(document)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SCHEMA: Schema = Schema {
        id: "v3",
        text: "{}",
        older: &[
            ("v1", |mut document| {
                let name = document.shift_remove("name").unwrap_or_default();
                document.insert("title".into(), name);
                document
            }),
            ("v2", |mut document| {
                document.insert("done".into(), json!(false));
                document
            }),
        ],
    };

    fn upcast(value: &Value) -> Result<Map<String, Value>, String> {
        SCHEMA.upcast(value.as_object().unwrap().clone())
    }

    #[test]
    fn documents_of_every_version_come_up_to_the_present() {
        let present = json!({"title": "x", "done": false});
        assert_eq!(Value::Object(upcast(&json!({"$schema": "v1", "name": "x"})).unwrap()), present);
        assert_eq!(Value::Object(upcast(&json!({"$schema": "v2", "title": "x"})).unwrap()), present);
        assert_eq!(
            Value::Object(upcast(&json!({"$schema": "v3", "title": "x", "done": false})).unwrap()),
            present
        );
        assert!(upcast(&json!({"$schema": "v9"})).is_err());
        assert!(upcast(&json!({})).is_err());
    }
}
