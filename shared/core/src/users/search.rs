//! Searching users: for everybody among those who let themselves be found, for managers among all.

use cairn_model::{
    Error, Identity, Projection, Query, Result, Revision,
    kinds::users::{MANAGE, MAPPING, SEARCH},
    mapping::Mapping,
    policy::Subject,
};
use serde_json::{Map, Value, json};

use super::Users;
use crate::search::{self, Answer, Names, Request, Typos, facets};

/// What everybody may name: what the rest holds is not for everybody. InvenioRDM: users reference, search.
const FOR_EVERYBODY: Names<'_> = Names {
    restricted: &[
        "email",
        "domain",
        "domain_status",
        "domaininfo",
        "role",
        "status",
        "visibility",
        "active",
        "blocked",
        "confirmed",
        "verified",
        "preferences",
        "created",
        "updated",
    ],
    aliases: &[
        ("email", "public_email"),
        ("name", "profile.full_name"),
        ("full_name", "profile.full_name"),
        ("fullname", "profile.full_name"),
        ("affiliation", "profile.affiliations"),
        ("affiliations", "profile.affiliations"),
    ],
};

/// What managers may name.
const FOR_MANAGERS: Names<'_> = Names {
    restricted: &[],
    aliases: &[
        ("domain.status", "domain_status"),
        ("domain.tld", "domaininfo.tld"),
        ("domain.flagged", "domaininfo.flagged"),
        ("email_visibility", "preferences.email_visibility"),
        ("name", "profile.full_name"),
        ("full_name", "profile.full_name"),
        ("fullname", "profile.full_name"),
        ("affiliation", "profile.affiliations"),
        ("affiliations", "profile.affiliations"),
    ],
};

/// Where suggestions are looked for, with weights. InvenioRDM: users reference, search.
const SUGGEST: &[(&str, f32)] = &[
    ("username.keyword", 20.0),
    ("public_email.keyword", 20.0),
    ("profile.full_name", 10.0),
    ("username", 1.0),
    ("public_email", 1.0),
    ("profile.affiliations", 1.0),
];

impl Users {
    /// Searches users who are active, confirmed and let themselves be found.
    ///
    /// # Errors
    /// [`Error::Denied`] for nobody; those of the index.
    pub async fn search(&self, who: &Identity, request: Request) -> Result<Answer> {
        if !who.is_known() {
            return Err(Error::Denied);
        }
        let filters = vec![
            self.kind.policy.filter(who, SEARCH),
            Query::term("active", "true"),
            Query::term("confirmed", "true"),
        ];
        self.find(who, request, filters, FOR_EVERYBODY).await
    }

    /// Searches all users. For managers.
    ///
    /// # Errors
    /// [`Error::Denied`]; those of the index.
    pub async fn search_all(&self, who: &Identity, request: Request) -> Result<Answer> {
        if !self.kind.policy.allows(who, MANAGE, Subject::document(&Map::new())) {
            return Err(Error::Denied);
        }
        let yes_or_no = |yes: bool| if yes { "true" } else { "false" };
        let mut filters = Vec::new();
        for (flag, field) in [("is_blocked", "blocked"), ("is_verified", "verified"), ("is_active", "active")]
        {
            filters.extend(request.flag(flag).map(|yes| Query::term(field, yes_or_no(yes))));
        }
        // Who is blocked is not active either, but is not what is asked for.
        if request.flag("is_active") == Some(false) {
            filters.push(Query::term("blocked", "false"));
        }
        self.find(who, request, filters, FOR_MANAGERS).await
    }

    async fn find(
        &self,
        who: &Identity,
        request: Request,
        filters: Vec<Query>,
        names: Names<'_>,
    ) -> Result<Answer> {
        static MAPPINGS: &[&Mapping] = &[&MAPPING];
        let clock = self.shared.ports.clock.as_ref();
        let asked = match &request.suggest {
            Some(text) => search::suggest(text, SUGGEST, Typos::Allowed),
            None => search::parse(request.q.as_deref().unwrap_or_default(), MAPPINGS, names, clock),
        };
        let wanted = request.search(who, vec![MAPPING.index], search::within(asked, filters));
        let found = self.shared.ports.search.search(&wanted).await?;
        let aggregations =
            (!request.counted().is_empty()).then(|| facets::aggregations(&request, &found, &|_, _| None));
        let hits = found.hits.into_iter().filter_map(|hit| self.hit(who, hit.source)).collect();
        Ok(Answer { hits, total: found.total, aggregations, next: found.next, request })
    }

    fn hit(&self, who: &Identity, source: Value) -> Option<Projection> {
        let Value::Object(mut document) = source else { return None };
        let id = document.get("id")?.as_str()?.to_owned();
        let is_current = who.id().is_some_and(|own| own.as_str() == id);
        document.insert("is_current_user".into(), json!(is_current));
        let revision = Revision(document.get("revision_id").and_then(Value::as_u64).unwrap_or_default());
        Some(Projection::of(self.kind, &id, revision, document, who))
    }
}
