//! Searching published records, one's own drafts and records, and the versions of a record.

use cairn_model::{
    Error, Identity, Pid, Projection, Query, Result, Revision,
    actions::{CREATE, INSPECT, PREVIEW, READ, SHARED},
    mapping::Mapping,
    policy::Subject,
    query::Edge,
};
use cairn_ports::search::{Hit, Search, Sort};
use serde_json::{Map, Value};

use super::{Records, identified::or_identified};
use crate::{
    framework::Family,
    search::{self, Answer, Highlighter, Names, Request, facets::FacetOption},
};

/// Fields that search strings may not name, and short names that InvenioRDM does not have.
/// InvenioRDM: search reference, restricted fields.
const NAMES: Names<'_> = Names {
    restricted: &["internal_notes"],
    aliases: &[
        ("deletion_status", "deletion_status.status"),
        ("is_deleted", "deletion_status.is_deleted"),
        ("files.totalbytes", "files.total_bytes"),
        ("files.mimetypes", "files.entries.mimetype"),
        ("title", "metadata.title"),
        ("description", "metadata.description"),
        ("creator", "metadata.creators.person_or_org.name"),
        ("contributor", "metadata.contributors.person_or_org.name"),
        ("affiliation", "metadata.creators.affiliations.name"),
        ("orcid", "metadata.creators.person_or_org.identifiers.identifier"),
        ("subject", "metadata.subjects.subject"),
        ("publisher", "metadata.publisher"),
        ("date", "metadata.publication_date_range"),
        ("type", "metadata.resource_type.id"),
        ("language", "metadata.languages.id"),
        ("license", "metadata.rights.id"),
        ("funder", "metadata.funding.funder.name"),
        ("award", "metadata.funding.award.number"),
        ("doi", "pids.doi.identifier"),
        ("file", "files.entries.key"),
        ("community", "parent.communities.ids"),
    ],
};

impl Records {
    /// What is counted of the fields of the site's own.
    ///
    /// # Errors
    /// Where it is not declared that they are known.
    pub fn custom_facets(&self) -> Result<Vec<FacetOption>> {
        let known = self.shared.ports.custom_fields.known()?;
        Ok(known.facets.iter().map(FacetOption::custom).collect())
    }

    /// What a search string means here: words in fields of the site's own have names of their own.
    fn parse(&self, text: &str, mappings: &[&Mapping]) -> Result<Query> {
        let aliases = [NAMES.aliases, self.shared.ports.custom_fields.known()?.words].concat();
        let names = Names { aliases: &aliases, ..NAMES };
        Ok(search::parse(text, mappings, names, self.shared.ports.clock.as_ref()))
    }

    /// Searches published records: the latest versions, unless all are asked for.
    ///
    /// # Errors
    /// Those of the index.
    pub async fn search(&self, who: &Identity, request: Request) -> Result<Answer> {
        let mut filters = vec![self.kinds.record.policy.filter(who, READ), self.present(who, &request)];
        filters.extend(request.narrowed());
        if request.flag("allversions") != Some(true) {
            filters.push(Query::term("versions.is_latest", "true"));
        }
        let indices = self.kinds.record.mapping.map(|mapping| mapping.index).into_iter().collect();
        self.find(who, request, indices, filters).await
    }

    /// Searches the caller's drafts and records: a draft if there is one, else the record; of each family the newest
    /// version, unless all are asked for.
    ///
    /// # Errors
    /// [`Error::Denied`] for nobody; those of the index.
    pub async fn search_own(&self, who: &Identity, request: Request) -> Result<Answer> {
        let policy = self.kinds.record.policy;
        if !policy.allows(who, CREATE, Subject::document(&Map::new())) {
            return Err(Error::Denied);
        }
        let mut filters = vec![
            policy.filter(who, PREVIEW),
            Query::any_of([Query::term("is_draft", "true"), Query::term("has_draft", "false")]),
            not_deleted(),
        ];
        filters.extend(request.narrowed());
        if request.flag("allversions") != Some(true) {
            filters.push(Query::term("versions.is_latest_draft", "true"));
        }
        let mine =
            who.id().map_or(Query::Nothing, |id| Query::term("parent.access.owned_by.user", id.as_str()));
        match request.flag("shared_with_me") {
            Some(true) => filters.extend([policy.filter(who, SHARED), Query::without(mine)]),
            Some(false) => filters.push(mine),
            None => {}
        }
        let mappings = [self.kinds.record.mapping, self.kinds.record.drafts];
        let indices = mappings.into_iter().flatten().map(|mapping| mapping.index).collect();
        self.find(who, request, indices, filters).await
    }

    /// Lists the published versions of a record's family, or of that of a draft.
    ///
    /// # Errors
    /// As reading the record.
    pub async fn versions(&self, who: &Identity, pid: &Pid, request: Request) -> Result<Answer> {
        let indices = self.kinds.record.mapping.map(|mapping| mapping.index).into_iter().collect();
        let (record, parent) = self.either(pid).await?;
        if parent.is_some() {
            return Err(Error::NotFound("Not found.".into()));
        }
        let filters = match record {
            Some(record) => self.published_with(who, &self.readable(who, pid, record).await?.0, &request),
            None => self.published_before(who, pid, &request).await?,
        };
        self.find(who, request, indices, filters).await
    }

    /// The published versions of a draft's family.
    async fn published_before(&self, who: &Identity, pid: &Pid, request: &Request) -> Result<Vec<Query>> {
        let found = self.shared.family(self.kinds, pid).await?;
        let (family, _) = found.ok_or_else(Error::unknown_pid)?;
        let may_preview = family.draft.as_ref().is_some_and(|draft| family.allows(who, PREVIEW, draft));
        // A draft is no secret to those who know its id, but which family it belongs to is.
        Ok(if may_preview { self.published_with(who, &family, request) } else { vec![Query::Nothing] })
    }

    fn published_with(&self, who: &Identity, family: &Family, request: &Request) -> Vec<Query> {
        let same = Query::term("parent.id", &family.parent.id);
        vec![self.kinds.record.policy.filter(who, READ), self.present(who, request), same]
    }

    /// What is not deleted; what is, too, where those ask for it who may see it.
    fn present(&self, who: &Identity, request: &Request) -> Query {
        let deleted = match request.flag("include_deleted") {
            Some(true) => self.kinds.record.policy.filter(who, INSPECT),
            _ => Query::Nothing,
        };
        Query::any_of([not_deleted(), deleted])
    }

    /// Published records that the caller may see and that `q` finds, by id, after one of them: at most `most`, and how many
    /// there are in all.
    ///
    /// # Errors
    /// Those of the index.
    pub async fn after(
        &self,
        who: &Identity,
        q: &str,
        after: Option<&str>,
        most: usize,
    ) -> Result<(Vec<Projection>, u64)> {
        let mappings: Vec<_> = self.kinds.record.mapping.into_iter().collect();
        let from = after.map_or(Edge::Open, |after| Edge::Excluded(after.to_owned()));
        let filters = vec![
            self.kinds.record.policy.filter(who, READ),
            not_deleted(),
            Query::Range { field: "id".into(), from, to: Edge::Open },
        ];
        let asked = search::guarded(self.parse(q, &mappings)?, self.kinds.record, who);
        let found = self
            .shared
            .ports
            .search
            .search(&Search {
                indices: mappings.iter().map(|mapping| mapping.index).collect(),
                query: search::within(asked, filters),
                sort: vec![Sort::Field { path: "id".into(), descending: false }],
                size: most,
                reader: who.id().cloned(),
                ..Search::default()
            })
            .await?;
        Ok((found.hits.into_iter().filter_map(|hit| self.project(who, hit, None)).collect(), found.total))
    }

    async fn find(
        &self,
        who: &Identity,
        request: Request,
        indices: Vec<&'static str>,
        filters: Vec<Query>,
    ) -> Result<Answer> {
        let mappings: Vec<_> = self.kinds.record.mapping.into_iter().collect();
        let text = request.q.as_deref().unwrap_or_default();
        let kind = self.kinds.record;
        let asked = or_identified(self.parse(text, &mappings)?, text);
        let wants_marks = request.flag("highlight") == Some(true);
        let mut highlighter =
            kind.mapping.filter(|_| wants_marks).and_then(|mapping| Highlighter::of(&asked, mapping));
        // What matched is looked for in what a hit says.
        let verbatim = request.verbatim.filter(|_| highlighter.is_none());
        let filters = filters.into_iter().chain(request.located());
        let query = search::within(search::guarded(asked, kind, who), filters.collect());
        let wanted = request.search(who, indices, query);
        let wanted = Search {
            post_filter: search::guarded(wanted.post_filter, kind, who),
            facets: wanted.facets.into_iter().map(|facet| search::counted(facet, kind, who)).collect(),
            verbatim,
            ..wanted
        };
        let found = self.shared.ports.search.search(&wanted).await?;
        let aggregations = match request.counted() {
            [] => None,
            _ => Some(self.shared.aggregations(&request, &found).await?),
        };
        let mut hits: Vec<Projection> =
            found.hits.into_iter().filter_map(|hit| self.project(who, hit, verbatim)).collect();
        if let Some(highlighter) = &mut highlighter {
            for hit in &mut hits {
                highlighter.mark(hit);
            }
        }
        Ok(Answer { hits, total: found.total, aggregations, next: found.next, request })
    }

    /// A hit as the caller may see it: checked once more, since the index may be behind.
    fn project(&self, who: &Identity, hit: Hit, verbatim: Option<&'static str>) -> Option<Projection> {
        let Value::Object(mut document) = hit.source else { return None };
        let policy = self.kinds.record.policy;
        let action = if document.get("is_draft") == Some(&Value::Bool(true)) { PREVIEW } else { READ };
        if !policy.allows(who, action, Subject::document(&document)) {
            return None;
        }
        for key in ["files", "media_files"] {
            cairn_model::fields::files::by_key(&mut document, key);
            without_entry_details(&mut document, key);
        }
        let revision = Revision(document.get("revision_id").and_then(Value::as_u64).unwrap_or_default());
        let projection = Projection::of(self.kinds.record, &hit.id, revision, document, who);
        Some(match (verbatim, hit.verbatim) {
            (Some(key), Some(text)) => projection.with_verbatim(key, text),
            _ => projection,
        })
    }
}

fn not_deleted() -> Query {
    Query::without(Query::term("deletion_status.is_deleted", "true"))
}

/// Hits tell less of each file than the record itself.
fn without_entry_details(document: &mut Map<String, Value>, key: &str) {
    let entries =
        document.get_mut(key).and_then(|files| files.get_mut("entries")).and_then(Value::as_object_mut);
    for entry in entries.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        entry.shift_remove("links");
        entry.shift_remove("storage_class");
    }
}
