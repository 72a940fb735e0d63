//! What is known of the registration of a DOI, and who is at it.

use std::time::Duration;

use cairn_model::{Error, Result, Revision, Timestamp};
use cairn_ports::{Expect, Item, Key, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Dois;
use crate::components::pids::claim_key;

/// Place of the state beside the claim of its DOI.
const STATE: &str = "state";
/// How long one attempt may take, with everything before and after it.
const LEASE: Duration = Duration::from_mins(2);

/// What the registry was told last, of what it accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    /// Nobody finds it there any more; it still leads here.
    pub hidden: bool,
    /// SHA-256 of what was said.
    pub digest: String,
    /// When.
    pub at: Timestamp,
}

/// What a registry has taken to look at it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Deposit {
    /// What it is called.
    pub batch: String,
    /// A number that grows with each deposit of a DOI: the registry takes no older ones.
    pub stamp: u64,
    /// SHA-256 of what was said.
    pub digest: String,
    /// When it was taken, or refused.
    pub at: Timestamp,
    /// It was refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
}

/// The state of a DOI's registration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// What the registry knows; nothing if it was never reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Attempts since then that failed.
    #[serde(default)]
    pub attempts: u32,
    /// Why the last one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the registry has taken since then, and what has not become what it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Deposit>,
    /// The number of the last deposit.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stamp: u64,
    /// DOIs of others that the registry does not know, and of which it is not told therefore.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Somebody is at it until then, unless they died. What they have asked may have been done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A state as it was read.
pub(super) struct Found {
    key: Key,
    revision: Option<Revision>,
    pub(super) state: State,
}

impl Found {
    /// Somebody has asked the registry, or may have.
    pub(super) fn may_be_known(&self) -> bool {
        self.revision.is_some()
    }

    pub(super) fn of(key: Key, item: Option<Item>) -> Result<Self> {
        let Some(item) = item else { return Ok(Self { key, revision: None, state: State::default() }) };
        let damaged = |error| Error::Internal(format!("the state of `{}`: {error}", item.key.partition));
        let state = serde_json::from_value(item.body.clone()).map_err(damaged)?;
        Ok(Self { key, revision: Some(item.revision), state })
    }
}

/// Where the state of a DOI is.
pub(super) fn state_key(doi: &str) -> Key {
    let claim = claim_key(doi);
    Key::new(claim.table, claim.partition, STATE)
}

impl Dois {
    /// Takes a DOI on, so that nobody else tells the registry of it meanwhile: what was read earlier must not be said later.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while somebody else is at it; those of the store.
    pub(super) async fn take_on(&self, doi: &str) -> Result<Found> {
        let key = state_key(doi);
        let found = Found::of(key.clone(), self.shared.ports.store.get(&key).await?)?;
        let now = self.shared.now();
        if found.state.busy.is_some_and(|until| until > now) {
            return Err(busy(doi));
        }
        let state = State { busy: Some(now.plus(LEASE)), ..found.state };
        self.keep(doi, Found { state, ..found }).await
    }

    /// Lets a DOI go, in the state that was reached.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where somebody else has taken it on, because this took too long; those of the store.
    pub(super) async fn let_go(&self, doi: &str, found: Found, state: State) -> Result<()> {
        self.keep(doi, Found { state: State { busy: None, ..state }, ..found }).await.map(drop)
    }

    async fn keep(&self, doi: &str, found: Found) -> Result<Found> {
        let (expect, revision) = Expect::after(found.revision);
        let mut work = self.shared.work();
        work.put(Item::new(found.key.clone(), revision, json!(found.state)), expect);
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => Ok(Found { revision: Some(revision), ..found }),
            Err(StoreError::Conflict(_)) => Err(busy(doi)),
            Err(error) => Err(error.into()),
        }
    }
}

fn busy(doi: &str) -> Error {
    Error::Unavailable(format!("the registry is being told of {doi} by somebody else"))
}

impl State {
    /// Nothing was said since what was told last, and nobody is at it.
    pub(super) fn is_settled(&self) -> bool {
        self.attempts == 0 && self.busy.is_none() && self.deposit.is_none()
    }

    /// As administrators see it: the facts, and a word for them.
    pub(super) fn show(&self, shown: &mut Value) -> &'static str {
        let waiting = self.deposit.as_ref().filter(|deposit| !deposit.refused);
        shown["told"] = json!(self.told.as_ref().map(|told| told.at));
        shown["taken"] = json!(waiting.map(|deposit| deposit.at));
        shown["attempts"] = json!(self.attempts);
        shown["error"] = json!(self.error);
        match &self.told {
            Some(told) if told.hidden => "hidden",
            Some(_) => "registered",
            None => "pending",
        }
    }
}
