//! Secrets: passwords and tokens. They can be neither shown nor logged by mistake.

use cairn_ports::Ids;

use crate::framework::once::hash;

/// A text that must not be seen: it has no `Display` and no `Debug`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A new random token of 60 characters.
    pub fn token(ids: &dyn Ids) -> Self {
        let mut bytes = [0; 30];
        ids.fill(&mut bytes);
        Self(hex::encode(bytes))
    }

    /// The text itself, for the one who may have it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be stored of it: enough to recognise it. Fit for long random secrets only.
    pub fn digest(&self) -> String {
        hash(&self.0)
    }
}
