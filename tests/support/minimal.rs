//! Drafts to deposit.

use serde_json::{Value, json};

/// The smallest draft that can be published.
pub(crate) fn minimal() -> Value {
    json!({
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": false},
        "metadata": {
            "title": "A minimal record",
            "publication_date": "2020-06-01",
            "resource_type": {"id": "publication-article"},
            "publisher": "Kiln Press",
            "creators": [{"person_or_org": {"type": "personal", "family_name": "Doe", "given_name": "Jane"}}],
        },
    })
}
