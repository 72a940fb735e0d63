//! Visitors: what tells them apart on one day, and nothing else.

use cairn_model::{Error, Identity, Result};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Stats, agents::Agent, salt::Salt};
use crate::files::{Archive, Content, Counted};

/// Bytes of a signature, and of what stands for a visitor.
pub(super) const SIGNED: usize = 16;

/// Files that one event tells of. AWS: a message has at most 256 KB.
const TOGETHER: usize = 1_000;

/// Who asks, as the network shows it. Never stored, never logged.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    /// Who they proved to be.
    pub who: &'a Identity,
    /// The address that the request came from.
    pub address: &'a str,
    /// The program that sent it.
    pub agent: &'a str,
}

impl Visitor<'_> {
    /// What stands for the visitor on the day of `salt`: of people who signed in the user, of others address and program.
    pub(super) fn digest(&self, salt: &Salt) -> Result<String> {
        let name = match self.who.id() {
            Some(user) => format!("user\n{user}"),
            None => format!("address\n{}\n{}", self.address, self.agent),
        };
        Ok(hex::encode(signature(salt, &name)?))
    }

    pub(super) fn agent(&self) -> Agent {
        Agent::of(self.agent)
    }
}

/// A text, signed with the salt of a day.
pub(super) fn signature(salt: &Salt, text: &str) -> Result<[u8; SIGNED]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).map_err(|error| Error::Internal(error.to_string()))?;
    mac.update(text.as_bytes());
    let mut signature = [0; SIGNED];
    signature.copy_from_slice(&mac.finalize().into_bytes()[..SIGNED]);
    Ok(signature)
}

impl Stats {
    /// Counts a download, as an event. Nobody waits for a file because it cannot be counted.
    pub async fn downloaded(&self, visitor: Visitor<'_>, content: &Content) {
        let Some(counted) = &content.counted else { return };
        let facts = json!({
            "key": content.key,
            "file_id": counted.files.first().map(|(id, _)| id),
            "size": content.size,
        });
        note(self.say_downloaded(visitor, counted, "file.downloaded", facts).await);
    }

    /// Counts a download of all files in an archive, as events.
    pub async fn archive_downloaded(&self, visitor: Visitor<'_>, archive: &Archive) {
        let Some(counted) = &archive.counted else { return };
        for files in counted.files.chunks(TOGETHER) {
            let files: Vec<_> = files.iter().map(|(id, size)| json!({"file_id": id, "size": size})).collect();
            let facts = json!({"files": files});
            note(self.say_downloaded(visitor, counted, "archive.downloaded", facts).await);
        }
    }

    async fn say_downloaded(
        &self,
        visitor: Visitor<'_>,
        counted: &Counted,
        kind: &str,
        mut data: Value,
    ) -> Result<()> {
        let agent = visitor.agent();
        if agent == Agent::Robot {
            return Ok(());
        }
        let day = self.shared.now().day();
        let salt = self.salt(day).await?.ok_or_else(|| Error::Internal(format!("{day} has no salt")))?;
        data["parent"] = json!(counted.parent);
        data["visitor"] = json!(visitor.digest(&salt)?);
        data["machine"] = json!(agent == Agent::Machine);
        let subject = format!("downloads/{}", counted.record);
        // Whoever it was is not told: that would be kept.
        Ok(self.shared.say(kind, subject, &Identity::nobody(), data).await?)
    }
}

fn note(said: Result<()>) {
    if let Err(error) = said {
        tracing::warn!(%error, "a download was not counted: {error}");
    }
}
