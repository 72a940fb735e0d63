//! Views of a record's page, told by the page itself with a token that it was given.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_model::{Error, Event, Identity, Pid, Result, Revision, Timestamp};
use cairn_ports::StoreError;
use serde::Serialize;
use serde_json::json;
use subtle::ConstantTimeEq;
use ulid::Ulid;

use super::{
    Stats, Visitor,
    agents::Agent,
    visitor::{SIGNED, signature},
};

/// How long a page may take to tell that it is seen.
const GOOD_FOR: Duration = Duration::from_mins(30);
/// Bytes of an instant.
const INSTANT: usize = 8;

const REFUSED: &str = "The page token was given for another record or to another visitor, or is older than 30 minutes: \
                       ask for a new one.";

/// What a page tells with that it is seen.
#[derive(Debug, Clone, Serialize)]
pub struct PageToken {
    /// The token.
    pub token: String,
    /// Until when it is good.
    pub expires: Timestamp,
}

impl Stats {
    /// A token for one view of a record's page by this visitor: however often it is sent, it counts once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn page_token(&self, visitor: Visitor<'_>, pid: &Pid, parent: &str) -> Result<PageToken> {
        let issued = self.shared.now();
        let signed = self.sign(visitor, pid, parent, issued).await?;
        let signed = signed.ok_or_else(|| Error::Internal("today has no salt".into()))?;
        let mut bytes = issued.micros().to_be_bytes().to_vec();
        bytes.extend(signed.0);
        let token = format!("{}.{parent}", URL_SAFE_NO_PAD.encode(bytes));
        Ok(PageToken { token, expires: issued.plus(GOOD_FOR) })
    }

    /// Counts the view that a token is for, as an event. Those of robots are none.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for what is no token, [`Error::Forbidden`] for a token that is not good; those of the store.
    pub async fn viewed(&self, visitor: Visitor<'_>, pid: &Pid, token: &str) -> Result<()> {
        let (issued, given, parent) = read(token)
            .ok_or_else(|| Error::BadRequest("This is no page token: ask for one first.".into()))?;
        let age = self.shared.now().micros() - issued.micros();
        let refused = || Error::Forbidden(REFUSED.into());
        if age < 0 || Duration::from_micros(age.unsigned_abs()) > GOOD_FOR {
            return Err(refused());
        }
        let (signed, digest) = self.sign(visitor, pid, parent, issued).await?.ok_or_else(refused)?;
        // In the same time, wherever they differ.
        if !bool::from(signed.ct_eq(&given)) {
            return Err(refused());
        }
        match visitor.agent() {
            Agent::Robot => Ok(()),
            agent => self.say_viewed(pid, parent, issued, given, digest, agent).await,
        }
    }

    /// The same token always makes the same event, at the instant when the page was given it.
    async fn say_viewed(
        &self,
        pid: &Pid,
        parent: &str,
        issued: Timestamp,
        signed: [u8; SIGNED],
        digest: String,
        agent: Agent,
    ) -> Result<()> {
        let millis = u64::try_from(issued.micros() / 1_000).unwrap_or(0);
        let mut work = self.shared.work();
        let subject = format!("views/{pid}/{digest}");
        let data = json!({"parent": parent, "visitor": digest, "machine": agent == Agent::Machine});
        let event =
            self.shared.event("record.viewed", subject, &Identity::nobody(), Revision::at(issued), data);
        let id = Ulid::from_parts(millis, u128::from_be_bytes(signed)).to_string();
        work.emit(Event { id, time: issued, ..event });
        match self.shared.ports.store.commit(&work).await {
            // It waits in the outbox already.
            Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Signature and visitor; `None` where the day's salt is forgotten.
    async fn sign(
        &self,
        visitor: Visitor<'_>,
        pid: &Pid,
        parent: &str,
        issued: Timestamp,
    ) -> Result<Option<([u8; SIGNED], String)>> {
        let Some(salt) = self.salt(issued.day()).await? else { return Ok(None) };
        let digest = visitor.digest(&salt)?;
        let text = format!("page\n{pid}\n{parent}\n{}\n{digest}", issued.micros());
        Ok(Some((signature(&salt, &text)?, digest)))
    }
}

/// Instant, signature and parent.
fn read(token: &str) -> Option<(Timestamp, [u8; SIGNED], &str)> {
    let (signed, parent) = token.split_once('.')?;
    let bytes = URL_SAFE_NO_PAD.decode(signed).ok()?;
    let (issued, signed) = bytes.split_at_checked(INSTANT)?;
    let issued = Timestamp::from_micros(i64::from_be_bytes(issued.try_into().ok()?));
    Pid::parse(parent).ok()?;
    Some((issued, signed.try_into().ok()?, parent))
}
