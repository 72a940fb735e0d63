//! Searching the entries of a vocabulary, and listing the vocabularies.

use cairn_model::{
    Identity, Projection, Query, Result, Revision,
    kinds::entries::{MAPPING, READ},
    mapping::Mapping,
    query::Clauses,
};
use cairn_ports::search::{Facet, FacetKind, Found, Hit, Search};
use serde_json::Value;

use super::{VOCABULARIES, Vocabularies, Vocabulary, about};
use crate::search::{self, Answer, Names, Request, Typos};

impl Vocabularies {
    /// Searches a vocabulary. `tags` narrows to entries that carry all of them.
    ///
    /// # Errors
    /// [`cairn_model::Error::Denied`] for guests looking for names; those of the index.
    pub async fn search(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        request: Request,
        tags: &[&str],
    ) -> Result<Answer> {
        static MAPPINGS: &[&Mapping] = &[&MAPPING];
        self.require(who, READ, &about(vocabulary))?;
        let mut filters = vec![Query::term("vocabulary", vocabulary.id), self.kind.policy.filter(who, READ)];
        filters.extend(tags.iter().map(|tag| Query::term("tags", *tag)));
        let clock = self.shared.ports.clock.as_ref();
        let mut found = Found::default();
        match &request.suggest {
            None => {
                let q = request.q.as_deref().unwrap_or_default();
                let asked = search::parse(q, MAPPINGS, Names::default(), clock);
                found = self.find(who, &request, search::within(asked, filters)).await?;
            }
            Some(text) => {
                for typos in vocabulary.typos.tries() {
                    let mut filters = filters.clone();
                    let asked = Self::suggested(vocabulary, text, *typos, &mut filters);
                    found = self.find(who, &request, search::within(asked, filters)).await?;
                    if found.total > 0 {
                        break;
                    }
                }
            }
        }
        let aggregations = match request.counted() {
            [] => None,
            _ => Some(self.shared.aggregations(&request, &found).await?),
        };
        let hits = found.hits.into_iter().filter_map(|hit| self.hit(who, hit)).collect();
        Ok(Answer { hits, total: found.total, aggregations, next: found.next, request })
    }

    async fn find(&self, who: &Identity, request: &Request, query: Query) -> Result<Found> {
        let search = request.search(who, vec![MAPPING.index], query);
        Ok(self.shared.ports.search.search(&search).await?)
    }

    /// Subjects may be asked for by scheme: `MeSH:heart`, `MeSH,FOS:heart`, `MeSH:`.
    fn suggested(vocabulary: &Vocabulary, text: &str, typos: Typos, filters: &mut Vec<Query>) -> Query {
        let scheme = text.split_once(':').filter(|(schemes, _)| {
            vocabulary.id == "subjects" && !schemes.is_empty() && !schemes.contains(char::is_whitespace)
        });
        let Some((schemes, rest)) = scheme else {
            let found = search::suggest(text, vocabulary.suggest, typos);
            return if vocabulary.own_fields { found } else { usual_first(text, found) };
        };
        let values = schemes.split(',').map(ToOwned::to_owned).collect();
        filters.push(Query::Terms { field: "scheme.keyword".into(), values });
        search::suggest(rest, vocabulary.suggest, typos)
    }

    fn hit(&self, who: &Identity, hit: Hit) -> Option<Projection> {
        let Value::Object(document) = hit.source else { return None };
        let id = document.get("id")?.as_str()?.to_owned();
        let revision = Revision(document.get("revision_id").and_then(Value::as_u64).unwrap_or_default());
        Some(Projection::of(self.kind, &id, revision, document, who))
    }

    /// Every vocabulary whose id contains `part`, with the number of its entries.
    ///
    /// # Errors
    /// Those of the index.
    pub async fn types(&self, part: &str) -> Result<Vec<(&'static Vocabulary, u64)>> {
        let name = "vocabulary".to_owned();
        let kind = FacetKind::Terms { field: name.clone(), size: 100 };
        let facet = Facet { name: name.clone(), kind, among: Query::All };
        let found = self
            .shared
            .ports
            .search
            .search(&Search { indices: vec![MAPPING.index], facets: vec![facet], ..Search::default() })
            .await?;
        let buckets = found.facets.get(&name).map(Vec::as_slice).unwrap_or_default();
        let count =
            |id: &str| buckets.iter().find(|bucket| bucket.key == id).map_or(0, |bucket| bucket.count);
        let wanted = VOCABULARIES.iter().filter(|vocabulary| vocabulary.id.contains(part));
        Ok(wanted.map(|vocabulary| (vocabulary, count(vocabulary.id))).collect())
    }
}

/// Entries whose title begins so come before others with the words, and of these, before all that begins with the id, those
/// that most people look for: of nearly eight thousand languages, those with a code of two letters; recommended licences.
fn usual_first(text: &str, found: Query) -> Query {
    let whole = |path: &str, pattern| Query::Wildcard { fields: vec![(path.to_owned(), 1.0)], pattern };
    let begins = whole("title_sort", search::beginning(&text.trim().to_lowercase()));
    let usual = Query::any_of([whole("props.alpha_2", "?*".into()), Query::term("tags", "recommended")]);
    let both = Clauses { must: vec![begins.clone()], filter: vec![usual], ..Clauses::default() };
    let boosted = |query, factor| Query::Boost(Box::new(query), factor);
    let should = vec![boosted(begins, 20.0), boosted(Query::Bool(Box::new(both)), 2_000.0)];
    Query::Bool(Box::new(Clauses { must: vec![found], should, ..Clauses::default() }))
}
