//! Committing: conflicts are told apart, and what the caller did not name is tried again.

use std::time::Duration;

use cairn_model::{Error, FieldError, Result, Revision};
use cairn_ports::{Expect, Key, StoreError, Work, store::Conflict};

use super::{component::Claim, shared::Shared};

/// How often a change is applied afresh when others were faster (design: at most 8 times).
const ATTEMPTS: u32 = 8;
/// The longest first pause before trying again; it doubles up to [`PAUSE_LIMIT`].
const PAUSE: Duration = Duration::from_millis(4);
/// No pause is longer.
const PAUSE_LIMIT: Duration = Duration::from_millis(250);

/// Why a change was not made.
#[derive(Debug)]
pub enum Attempt {
    /// Somebody else was faster: load again and apply again.
    Again,
    /// It will not work.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Attempt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The entity the caller named in a request with `If-Match`.
#[derive(Debug, Clone)]
pub struct Named {
    /// Which item.
    pub key: Key,
    /// The revision they expect.
    pub revision: Revision,
}

impl Named {
    /// The stored revision is the one the caller expects.
    ///
    /// # Errors
    /// [`Error::StaleRevision`].
    pub fn check(expected: Option<u64>, key: Key, found: Revision) -> Result<Option<Self>> {
        let Some(expected) = expected.map(Revision) else { return Ok(None) };
        if expected == found {
            return Ok(Some(Self { key, revision: expected }));
        }
        Err(Error::StaleRevision { expected: expected.to_string(), found })
    }
}

impl Shared {
    /// Commits, with the claims, and says what a conflict means.
    ///
    /// # Errors
    /// An identifier that is taken is bad input; a conflict on the entity that the caller named is stale;
    /// any other conflict is worth another attempt.
    pub async fn commit(
        &self,
        mut work: Work,
        claims: Vec<Claim>,
        named: Option<&Named>,
    ) -> std::result::Result<(), Attempt> {
        let taken: Vec<(Key, FieldError)> =
            claims.iter().map(|claim| (claim.item.key.clone(), claim.taken.clone())).collect();
        for claim in claims {
            work.put(claim.item, claim.expect);
        }
        match self.ports.store.commit(&work).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict(conflicts)) => Err(explain(&conflicts, &taken, named)),
            Err(error) => Err(Attempt::Failed(error.into())),
        }
    }
}

fn explain(conflicts: &[Conflict], taken: &[(Key, FieldError)], named: Option<&Named>) -> Attempt {
    if let Some(named) = named
        && let Some(found) = conflicts.iter().find_map(|conflict| moved(conflict, named))
    {
        return Attempt::Failed(Error::StaleRevision { expected: named.revision.to_string(), found });
    }
    // Where something else has moved too, the claim may be one's own, made by the same request a moment ago.
    let is_claim = |conflict: &Conflict| taken.iter().any(|(key, _)| key == conflict.key());
    if !conflicts.iter().all(is_claim) {
        return Attempt::Again;
    }
    let claimed: Vec<FieldError> = conflicts
        .iter()
        .filter(|conflict| matches!(conflict, Conflict::Expectation { expected: Expect::Absent, .. }))
        .filter_map(|conflict| taken.iter().find(|(key, _)| key == conflict.key()))
        .map(|(_, problem)| problem.clone())
        .collect();
    if claimed.is_empty() { Attempt::Again } else { Attempt::Failed(Error::Invalid(claimed)) }
}

/// The revision that stands where the caller expected another.
fn moved(conflict: &Conflict, named: &Named) -> Option<Revision> {
    match conflict {
        Conflict::Expectation { key, found, .. } if *key == named.key => Some(found.unwrap_or(Revision(0))),
        _ => None,
    }
}

impl Shared {
    /// Makes a change, up to eight times while others are faster, with growing, random pauses.
    ///
    /// # Errors
    /// [`Error::Conflict`] after the last attempt; whatever made the change fail for good.
    pub async fn attempt<T, F>(&self, change: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = std::result::Result<T, Attempt>>,
    {
        let mut pause = PAUSE;
        for left in (0..ATTEMPTS).rev() {
            match change().await {
                Ok(done) => return Ok(done),
                Err(Attempt::Failed(error)) => return Err(error),
                Err(Attempt::Again) if left == 0 => break,
                Err(Attempt::Again) => {}
            }
            let nanos = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX).max(1);
            tokio::time::sleep(Duration::from_nanos(self.ports.ids.number() % nanos)).await;
            pause = (pause * 2).min(PAUSE_LIMIT);
        }
        Err(Error::Conflict("the resource is being changed by others, please try again".into()))
    }
}
