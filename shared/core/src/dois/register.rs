//! Registries are told of what has become of records.

use cairn_model::{Error, Event, Pid, Result, fields::pids::PersistentId};
use futures::future::join;

use super::{
    Account, Dois, Provider, datacite,
    news::{News, Whose},
    state::{Found, State, Told, state_key},
};

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
        let one = async |whose| match Self::made_here(&family, whose) {
            Some(doi) => self.tell(&doi, &id, whose).await,
            None => Ok(()),
        };
        let (version, together) = join(one(Whose::Version), one(Whose::Family)).await;
        version.and(together)
    }

    /// Tells the registry of a DOI, unless it knows it all.
    async fn tell(&self, doi: &PersistentId, id: &Pid, whose: Whose) -> Result<()> {
        let Some((provider, account)) = self.account(&doi.identifier) else { return Ok(()) };
        let name = &doi.identifier;
        let key = state_key(name);
        let before = Found::of(key.clone(), self.shared.ports.store.get(&key).await?)?;
        if !is_due(&before, &self.news(name, id, whose).await?) {
            return Ok(());
        }
        let found = self.take_on(name).await?;
        // Read once more: whatever comes later finds this one at it, and waits.
        let news = self.news(name, id, whose).await?;
        let asked = self.ask(provider, account, name, &news).await;
        let state = found.state.clone();
        let state = match &asked {
            Ok(()) => {
                let told =
                    Told { hidden: news.metadata.is_none(), digest: news.digest(), at: self.shared.now() };
                State { told: Some(told), ..State::default() }
            }
            Err(error) => State { attempts: state.attempts + 1, error: Some(error.to_string()), ..state },
        };
        self.let_go(name, found, state).await?;
        asked
    }

    async fn ask(&self, provider: Provider, account: &Account, doi: &str, news: &News) -> Result<()> {
        self.take_token(provider).await?;
        let asked = match provider {
            Provider::Datacite => {
                datacite::tell(self.shared.ports.outbound.as_ref(), account, doi, news).await
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

/// Whether there is something to tell: not where nobody may know anything of a DOI that the registry never heard of.
fn is_due(before: &Found, news: &News) -> bool {
    match &before.state.told {
        None => news.metadata.is_some() || before.may_be_known(),
        Some(told) => !before.state.is_settled() || told.digest != news.digest(),
    }
}
