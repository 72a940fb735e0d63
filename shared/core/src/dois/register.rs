//! Registries are told of what has become of records.

use std::time::Duration;

use cairn_model::{Error, Event, Pid, Result, Timestamp, fields::pids::PersistentId};
use futures::future::join;

use super::{
    Account, Dois, Provider,
    asking::{Failure, Outcome},
    crossref, datacite,
    news::{News, Topic, Whose},
    state::{Found, State, Told, state_key},
};

/// How long what a registry has refused is not said again.
const REFUSED: Duration = Duration::from_hours(1);

/// Whether a registry is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    Now,
    Later,
}

impl Dois {
    /// Tells the registry of the DOIs of a version and of its family, as they are now. Doing it again does nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the registry does not answer, or not as it should; those of the store: the event comes
    /// again.
    pub(crate) async fn follow(&self, event: &Event) -> Result<()> {
        // Where nobody is to be told, nothing is read either.
        if self.shared.settings.minting.registries.iter().all(|registry| registry.account.is_none()) {
            return Ok(());
        }
        let id = event.subject.rsplit('/').next().unwrap_or_default();
        let Ok(id) = Pid::parse(id) else { return Ok(()) };
        let Some((family, _)) = self.shared.family(self.kinds, &id).await? else { return Ok(()) };
        let (version, together) =
            (Self::made_here(&family, Whose::Version), Self::made_here(&family, Whose::Family));
        let asked = |doi: &PersistentId| self.account(&doi.identifier).map(|(provider, _)| provider);
        let goes_last = together.as_ref().and_then(asked) == Some(Provider::Crossref);
        let one = async |doi: &Option<PersistentId>, whose| match doi {
            Some(doi) => self.tell(&doi.identifier, &id, whose).await,
            None => Ok(()),
        };
        if goes_last {
            // It refuses to hear of versions that it does not know.
            one(&version, Whose::Version).await?;
            return one(&together, Whose::Family).await;
        }
        let (version, together) = join(one(&version, Whose::Version), one(&together, Whose::Family)).await;
        version.and(together)
    }

    /// Tells the registry of a DOI, unless it knows it all.
    async fn tell(&self, doi: &str, id: &Pid, whose: Whose) -> Result<()> {
        let Some((provider, account)) = self.account(doi) else { return Ok(()) };
        let topic = Topic { provider, doi, id, whose };
        let key = state_key(doi);
        let before = Found::of(key.clone(), self.shared.ports.store.get(&key).await?)?;
        let news = self.news(topic, &before.state.unknown).await?;
        match due(&before, &news, provider, self.shared.now()) {
            Due::Nothing => return Ok(()),
            Due::Later => return Err(Error::Unavailable(before.state.error.unwrap_or_default())),
            Due::Now => {}
        }
        let found = self.take_on(doi).await?;
        // Read once more: whatever comes later finds this one at it, and waits.
        let news = self.news(topic, &found.state.unknown).await?;
        let asked = self.ask(topic, account, &news, &found.state).await;
        let (state, done) = self.reached(provider, found.state.clone(), asked);
        self.let_go(doi, found, state).await?;
        done
    }

    /// The state after asking, and whether there is more to do.
    fn reached(&self, provider: Provider, state: State, asked: Result<Outcome>) -> (State, Result<()>) {
        let unavailable = |why: &str| Error::Unavailable(format!("{}: {why}", provider.name()));
        let (state, error) = match asked {
            Ok(Outcome::Nothing) => return (state, Ok(())),
            Ok(Outcome::Told { digest, hidden }) => {
                let told = Some(Told { hidden, digest, at: self.shared.now() });
                let State { stamp, unknown, .. } = state;
                return (State { told, stamp, unknown, ..State::default() }, Ok(()));
            }
            Ok(Outcome::Taken(deposit)) => {
                let waiting = unavailable(&format!("it has not said yet what became of {}", deposit.batch));
                let stamp = deposit.stamp;
                return (
                    State { deposit: Some(deposit), stamp, error: None, attempts: 0, ..state },
                    Err(waiting),
                );
            }
            Ok(Outcome::Refused { deposit, why, unknown }) => {
                let unknown = state.unknown.iter().cloned().chain(unknown).collect();
                (State { deposit: Some(deposit), unknown, ..state }, unavailable(&why))
            }
            Err(error) => (state, error),
        };
        let attempts = state.attempts + 1;
        (State { attempts, error: Some(error.to_string()), ..state }, Err(error))
    }

    async fn ask(&self, topic: Topic<'_>, account: &Account, news: &News, state: &State) -> Result<Outcome> {
        let Topic { provider, doi, .. } = topic;
        self.take_token(provider).await?;
        let outbound = self.shared.ports.outbound.as_ref();
        let asked: Result<Outcome, Failure> = match provider {
            Provider::Datacite => datacite::tell(outbound, account, doi, news).await,
            Provider::Crossref => {
                crossref::tell(outbound, account, doi, news, state, self.shared.now()).await
            }
        };
        if let Err(failure) = &asked
            && let Some(pause) = failure.pause
        {
            self.pause(provider, pause).await?;
        }
        asked.map_err(|failure| Error::Unavailable(format!("{}: {}", provider.name(), failure.why)))
    }

    /// As whom the registry of a DOI is asked; nothing where DOIs stay here.
    pub(super) fn account(&self, doi: &str) -> Option<(Provider, &Account)> {
        let registry = self.shared.settings.minting.owner(doi)?;
        Some((registry.provider, registry.account.as_ref()?))
    }
}

/// Whether there is something to tell: not where nobody may know anything of a DOI that the registry never heard of, or
/// cannot hide.
fn due(before: &Found, news: &News, provider: Provider, now: Timestamp) -> Due {
    let state = &before.state;
    let refused = state.deposit.as_ref().filter(|deposit| deposit.refused);
    if refused.is_some_and(|deposit| deposit.digest == news.digest() && deposit.at.plus(REFUSED) > now) {
        return Due::Later;
    }
    let is_due = match (&state.told, provider) {
        (_, Provider::Crossref) if news.metadata.is_none() => state.deposit.is_some() && refused.is_none(),
        (None, _) => news.metadata.is_some() || before.may_be_known(),
        (Some(told), _) => !state.is_settled() || told.digest != news.digest(),
    };
    if is_due { Due::Now } else { Due::Nothing }
}
