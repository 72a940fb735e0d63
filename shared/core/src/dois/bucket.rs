//! How often a registry is asked: a bucket of tokens in the store, for all that ask.

use std::time::Duration;

use cairn_model::{Error, Result, Timestamp, kinds::PIDS};
use cairn_ports::{Expect, Item, Key};
use serde_json::json;

use super::{Dois, Provider};
use crate::framework::Attempt;

/// Microseconds for one request. `DataCite` takes 3,000 of an address in 5 minutes, and refuses more for as long.
const EACH: i64 = 200_000;
/// Requests that may come at once after a pause.
const BURST: i64 = 25;
/// Who would have to wait longer comes again.
const PATIENCE: i64 = 5_000_000;
/// Longest pause that a registry can ask for, lest a mistake of its stops everything.
const LONGEST_PAUSE: i64 = 15 * 60 * 1_000_000;
impl Dois {
    /// Waits until the registry may be asked once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where that is not soon; those of the store.
    pub(super) async fn take_token(&self, provider: Provider) -> Result<()> {
        let (found, taken) = self
            .advance(provider, |now, free| {
                let start = free.max(now - EACH * BURST);
                (start - now <= PATIENCE).then_some(start + EACH)
            })
            .await?;
        if !taken {
            let until = Timestamp::from_micros(found);
            return Err(Error::Unavailable(format!("{}: not to be asked before {until}", provider.name())));
        }
        let wait = u64::try_from(found - self.shared.now().micros()).unwrap_or(0);
        tokio::time::sleep(Duration::from_micros(wait)).await;
        Ok(())
    }

    /// Asks nothing of the registry for so long. What has waited then does not come all at once.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn pause(&self, provider: Provider, pause: Duration) -> Result<()> {
        let pause = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX).min(LONGEST_PAUSE);
        self.advance(provider, |now, free| Some(free.max(now + pause))).await.map(drop)
    }

    /// Moves the instant from which the registry may be asked, in microseconds; tells from when it could be before, and
    /// whether it was moved.
    async fn advance(
        &self,
        provider: Provider,
        next: impl Fn(i64, i64) -> Option<i64>,
    ) -> Result<(i64, bool)> {
        self.shared.attempt(|| self.try_advance(provider, &next)).await
    }

    async fn try_advance(
        &self,
        provider: Provider,
        next: &impl Fn(i64, i64) -> Option<i64>,
    ) -> Result<(i64, bool), Attempt> {
        let key = Key::new(PIDS, format!("bucket#{}", provider.name()), "bucket");
        let item = self.shared.ports.store.get(&key).await?;
        let before = item.as_ref().and_then(|item| item.body["free"].as_i64()).unwrap_or(0);
        let Some(free) = next(self.shared.now().micros(), before) else { return Ok((before, false)) };
        let (expect, revision) = Expect::after(item.map(|item| item.revision));
        let mut work = self.shared.work();
        work.put(Item::new(key, revision, json!({"free": free})), expect);
        self.shared.commit(work, Vec::new(), None).await?;
        Ok((before, true))
    }
}
