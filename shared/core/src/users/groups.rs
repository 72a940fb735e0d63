//! Groups: the roles that a site has. All of them are managed by the site, and not for everybody to know of.
//! InvenioRDM: users reference, groups.

use cairn_model::{Error, Identity, Result, kinds::users::MANAGE, policy::Subject};
use serde_json::{Map, Value, json};

use super::Users;
use crate::search::{Answer, Request};

/// The order that turns the usual one round.
const BACKWARDS: &str = "name_desc";

impl Users {
    /// The groups that the caller may know of, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] for nobody.
    pub fn groups(&self, who: &Identity, request: Request) -> Result<Answer<&'static str>> {
        if !who.is_known() {
            return Err(Error::Denied);
        }
        let asked = request.q.as_ref().or(request.suggest.as_ref()).map(|text| text.trim().to_lowercase());
        let is_asked = |name: &&str| asked.as_ref().is_none_or(|text| name.to_lowercase().contains(text));
        let mut names: Vec<&'static str> = self.known_groups(who).iter().copied().filter(is_asked).collect();
        names.sort_unstable();
        if request.sort.name == BACKWARDS {
            names.reverse();
        }
        let total = names.len() as u64;
        let counted =
            |count: u64| json!({"key": "true", "doc_count": count, "label": "Managed", "is_selected": false});
        let buckets: Vec<Value> = (total > 0).then(|| counted(total)).into_iter().collect();
        let aggregations = Some(json!({"is_managed": {"buckets": buckets, "label": "Management state"}}));
        let hits = names.into_iter().skip(request.from()).take(request.take()).collect();
        Ok(Answer { hits, total, aggregations, next: None, request })
    }

    /// A group, by its id, which is its name.
    ///
    /// # Errors
    /// [`Error::Denied`] also where there is no such group.
    pub fn group(&self, who: &Identity, id: &str) -> Result<&'static str> {
        self.known_groups(who).iter().copied().find(|name| *name == id).ok_or(Error::Denied)
    }

    fn known_groups(&self, who: &Identity) -> &'static [&'static str] {
        let may_manage = self.kind.policy.allows(who, MANAGE, Subject::document(&Map::new()));
        if may_manage { self.shared.settings.roles } else { &[] }
    }
}
