//! What tests of the API share: a site of their own, its people, and what they are answered.

mod answer;
mod site;
mod user;

pub use answer::Answer;
pub use site::Site;
pub use user::User;

use serde_json::{Value, json};

/// The smallest draft that can be published.
pub fn minimal() -> Value {
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
