//! What has become of the DOIs of a record, for administrators.

use cairn_model::{Identity, Pid, Result, fields::pids::PersistentId};
use serde_json::{Map, Value, json};

use super::{
    Dois, is_managed,
    state::{Found, state_key},
};
use crate::components::pids::doi_of;

impl Dois {
    /// The DOI of a version, and that of its family below `parent`: who made it, and what the registry knows of it.
    ///
    /// # Errors
    /// As [`Dois::resolve`]; for anybody but administrators it is refused.
    pub async fn states(&self, who: &Identity, pid: &Pid) -> Result<Value> {
        who.require_administrator()?;
        let family = self.family(pid).await?;
        let own = match &family.record {
            Some(record) => self.state(doi_of(record), true).await?,
            None => self.state(family.draft.as_ref().and_then(doi_of), false).await?,
        };
        let together = self.state(doi_of(&family.parent), true).await?;
        let mut shown = Map::from_iter(own.map(|own| ("doi".to_owned(), own)));
        shown.insert("parent".into(), Map::from_iter(together.map(|doi| ("doi".to_owned(), doi))).into());
        Ok(Value::Object(shown))
    }

    async fn state(&self, doi: Option<PersistentId>, published: bool) -> Result<Option<Value>> {
        let Some(doi) = doi else { return Ok(None) };
        let mut shown = json!({"identifier": doi.identifier, "provider": doi.provider});
        shown["status"] = json!(match (is_managed(&doi), published) {
            (false, _) => "external",
            (true, false) => "reserved",
            (true, true) => self.registered(&doi, &mut shown).await?,
        });
        Ok(Some(shown))
    }

    async fn registered(&self, doi: &PersistentId, shown: &mut Value) -> Result<&'static str> {
        let key = state_key(&doi.identifier);
        let found = Found::of(key.clone(), self.shared.ports.store.get(&key).await?)?;
        let is_local = self.account(&doi.identifier).is_none() && found.state.told.is_none();
        Ok(if is_local { "local" } else { found.state.show(shown) })
    }
}
