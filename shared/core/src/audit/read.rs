//! Reading the log: for administrators.

use cairn_model::{
    Error, Identity, Projection, Query, Record, Result, Revision,
    kinds::audit::{ENTRY, MAPPING, READ},
    mapping::Mapping,
    policy::Subject,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Audit, key, shown};
use crate::search::{self, Answer, Names, Request, facets};

impl Audit {
    /// Reads an entry.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`].
    pub async fn read(&self, who: &Identity, id: &str) -> Result<Projection> {
        require(who)?;
        let missing = || Error::NotFound("The audit log entry does not exist.".into());
        let id = Uuid::parse_str(id).map_err(|_| missing())?.to_string();
        let item = self.shared.ports.store.get(&key(&id)).await?.ok_or_else(missing)?;
        let entry = Record::from_stored(&ENTRY, &id, item.revision, item.body)?;
        Ok(Projection::of(&ENTRY, &id, entry.revision, shown(entry), who))
    }

    /// Searches entries; `action`: only those of this one.
    ///
    /// # Errors
    /// [`Error::Denied`]; those of the index.
    pub async fn search(&self, who: &Identity, request: Request, action: Option<&str>) -> Result<Answer> {
        static MAPPINGS: &[&Mapping] = &[&MAPPING];
        require(who)?;
        let clock = self.shared.ports.clock.as_ref();
        let asked =
            search::parse(request.q.as_deref().unwrap_or_default(), MAPPINGS, Names::default(), clock);
        let only = action.map(|action| Query::term("action", action));
        let asked = search::within(asked, only.into_iter().collect());
        let found = self.shared.ports.search.search(&request.search(who, vec![MAPPING.index], asked)).await?;
        let aggregations =
            (!request.counted().is_empty()).then(|| facets::aggregations(&request, &found, &|_, _| None));
        let hit = |source: Value| {
            let Value::Object(document) = source else { return None };
            let id = document.get("id")?.as_str()?.to_owned();
            Some(Projection::of(&ENTRY, &id, Revision::FIRST, document, who))
        };
        let hits = found.hits.into_iter().filter_map(|found| hit(found.source)).collect();
        Ok(Answer { hits, total: found.total, aggregations, next: found.next, request })
    }
}

fn require(who: &Identity) -> Result<()> {
    let allowed = ENTRY.policy.allows(who, READ, Subject::document(&Map::new()));
    if allowed { Ok(()) } else { Err(Error::Denied) }
}
