//! The search port on OpenSearch.

mod answer;
mod bulk;
mod client;
mod document;
mod generations;
mod mapping;
mod query;
mod recent;
mod request;
mod weights;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_analysis::{
    BadQuery, among,
    places::Places,
    plan::{self, MOST_FIELDS, Pattern},
};
use cairn_model::{Query, UserId, mapping::Mapping};
use cairn_ports::{
    Clock,
    search::{Document, Found, Generation, Search, SearchError, SearchIndex, Sort},
};
use opensearch::http::Method;
use serde_json::{Value, json};

pub use self::client::{Client, NoClient};
use self::{
    answer::Answer,
    bulk::{Entry, Outcome},
    document::Written,
    generations::{KNOWN, Known, NEXT},
    query::{live, regex},
    recent::Shown,
    request::Request,
};

/// Paths that patterns stand for.
type Matching = Vec<(Pattern, BTreeSet<String>)>;

/// A mapped index.
struct Index {
    mapping: &'static Mapping,
    places: Places,
}

/// A document as it is sent to any generation of its index.
struct Made<'i> {
    index: &'i Index,
    id: String,
    version: u64,
    body: Bytes,
}

impl Made<'_> {
    fn entry(&self, alias: String) -> Entry {
        let (id, version, body) = (self.id.clone(), Some(self.version), self.body.clone());
        Entry { alias, id, version, body }
    }
}

/// The indices of one site in an OpenSearch cluster.
pub struct OpenSearch {
    client: Client,
    clock: Arc<dyn Clock>,
    /// What the names of its indices begin with.
    prefix: String,
    shards: u32,
    indices: Vec<Index>,
    known: Known,
    /// How long what is known of aliases is believed.
    believed: Duration,
    shown: Shown,
}

impl OpenSearch {
    /// The indices of these mappings, whose names begin with `prefix`. [`OpenSearch::prepare`] makes them.
    pub fn new(
        client: Client,
        clock: Arc<dyn Clock>,
        prefix: impl Into<String>,
        mappings: &[&'static Mapping],
    ) -> Self {
        let indices = mappings.iter().map(|mapping| Index { mapping, places: Places::of(mapping) });
        Self {
            client,
            clock,
            prefix: prefix.into(),
            shards: 1,
            indices: indices.collect(),
            known: Known::default(),
            believed: KNOWN,
            shown: Shown::default(),
        }
    }

    /// The same, with new indices of so many shards. One holds some ten million records.
    #[must_use]
    pub fn with_shards(self, shards: u32) -> Self {
        Self { shards, ..self }
    }

    /// The same, looking for new generations so often (every 5 seconds otherwise).
    #[must_use]
    pub fn believing(self, believed: Duration) -> Self {
        Self { believed, ..self }
    }

    fn index(&self, name: &str) -> Result<&Index, SearchError> {
        let found = self.indices.iter().find(|index| index.mapping.index == name);
        found.ok_or_else(|| SearchError::Unavailable(format!("there is no index `{name}`")))
    }

    /// Documents as they are sent. What they were made of is let go of one by one, and not while an answer is awaited.
    fn made(&self, documents: Vec<Document>) -> Result<Vec<Made<'_>>, SearchError> {
        let (mut written, mut made) = (Written::of(documents.len()), Vec::with_capacity(documents.len()));
        for document in documents {
            let index = self.index(document.index)?;
            let place = written.add(index.mapping, &index.places, &document);
            made.push((index, document.id, document.version, place));
        }
        let bytes = Bytes::from(written.bytes);
        let of = |(index, id, version, place)| Made { index, id, version, body: bytes.slice(place) };
        Ok(made.into_iter().map(of).collect())
    }

    /// Sends documents to every generation that is known.
    async fn send_to_all(
        &self,
        documents: &[Made<'_>],
        writer: Option<&UserId>,
    ) -> Result<Outcome, SearchError> {
        let aliases = self.aliases().await?;
        let both = |made: &Made<'_>| {
            let next =
                Some(self.alias(made.index, Generation::Next)).filter(|next| aliases.contains_key(next));
            let all = [self.alias(made.index, Generation::Live)].into_iter().chain(next);
            all.map(|alias| made.entry(alias)).collect::<Vec<_>>()
        };
        let mut entries: Vec<Entry> = documents.iter().flat_map(both).collect();
        entries.extend(writer.map(|writer| self.mark(writer)));
        bulk::send(&self.client, &entries).await
    }

    /// Whether some documents have reached every generation that there is now.
    async fn have_reached_all(&self, documents: &[Made<'_>], outcome: &Outcome) -> Result<bool, SearchError> {
        let aliases = self.aliases_now().await?;
        let indices: BTreeSet<&str> = documents.iter().map(|made| made.index.mapping.index).collect();
        for name in indices {
            let index = self.index(name)?;
            for generation in [Generation::Live, Generation::Next] {
                let Some(name) = aliases.get(&self.alias(index, generation)) else { continue };
                if !outcome.reached.contains(name) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn search_once(&self, names: &str, body: &Value) -> Result<Answer, SearchError> {
        let params = [("allow_partial_search_results", "false")];
        self.client.ask(Method::Post, &format!("/{names}/_search"), &params, Some(body)).await?.json()
    }

    /// The paths that the patterns of a search stand for: those present in some document.
    async fn matching(&self, names: &str, search: &Search) -> Result<Matching, SearchError> {
        let queries = [&search.query, &search.post_filter].into_iter();
        let queries = queries.chain(search.facets.iter().map(|facet| &facet.among));
        let mut matching = Matching::new();
        for pattern in
            queries.map(plan::path_patterns).collect::<Result<Vec<_>, _>>().map_err(refused)?.concat()
        {
            let paths = json!({"terms": {
                "field": "paths",
                "include": regex(&pattern),
                "size": MOST_FIELDS,
                "order": {"_key": "asc"},
            }});
            let body = json!({"size": 0, "query": live(), "aggs": {"paths": paths}});
            let path = format!("/{names}/_search");
            let answer: Value = self.client.ask(Method::Post, &path, &[], Some(&body)).await?.json()?;
            let buckets = answer["aggregations"]["paths"]["buckets"].as_array().into_iter().flatten();
            let paths = buckets.filter_map(|bucket| bucket["key"].as_str().map(str::to_owned)).collect();
            matching.push((pattern, paths));
        }
        Ok(matching)
    }
}

#[async_trait]
impl SearchIndex for OpenSearch {
    async fn write(&self, documents: Vec<Document>, writer: Option<&UserId>) -> Result<(), SearchError> {
        if documents.is_empty() {
            return Ok(());
        }
        let documents = self.made(documents)?;
        loop {
            let outcome = self.send_to_all(&documents, writer).await?;
            let missing = outcome.missing.iter().find(|alias| !alias.ends_with(NEXT));
            if let Some(alias) = missing {
                return Err(SearchError::Unavailable(format!("there is no index `{alias}`")));
            }
            // What a request writes, the outbox will bring again; what the outbox brings, nobody will.
            if writer.is_some() || self.have_reached_all(&documents, &outcome).await? {
                return Ok(());
            }
        }
    }

    async fn search(&self, search: &Search) -> Result<Found, SearchError> {
        let indices = search.indices.iter().map(|name| self.index(name)).collect::<Result<Vec<_>, _>>()?;
        if search.query == Query::Nothing && search.facets.is_empty() {
            return Ok(Found::default());
        }
        let aliases: Vec<String> = indices.iter().map(|index| self.alias(index, Generation::Live)).collect();
        let names = aliases.join(",");
        let matching = self.matching(&names, search).await?;
        let request = Request { indices, matching: &matching };
        let mut plans = request.plans(&search.query)?;
        if search.sort.contains(&Sort::Relevance) {
            let (_, among) = among::parts(&search.query);
            let weights = self.weights(&names, plans.iter(), &request.query(&among)?).await?;
            plans = plans.iter().map(|plan| weights.weigh(plan)).collect();
        }
        let body = request.body(search, &plans)?;
        let answer = self.search_once(&names, &body);
        let answer = match &search.reader {
            None => answer.await?,
            Some(reader) => match futures::try_join!(answer, self.hidden_mark(reader))? {
                (answer, None) => answer,
                (_, Some(mark)) => {
                    self.show(&aliases, reader, mark).await?;
                    self.search_once(&names, &body).await?
                }
            },
        };
        answer.found(search)
    }

    async fn version(&self, index: &'static str, id: &str) -> Result<Option<u64>, SearchError> {
        let ids = [id.to_owned()];
        let live = self.versions(index, Generation::Live, &ids).await?;
        let next = self.alias(self.index(index)?, Generation::Next);
        if !self.aliases().await?.contains_key(&next) {
            return Ok(live.into_iter().next().flatten());
        }
        let next = self.versions(index, Generation::Next, &ids).await?;
        Ok(live.into_iter().chain(next).min().flatten())
    }

    async fn flush(&self) -> Result<(), SearchError> {
        let both = [Generation::Live, Generation::Next];
        let indices =
            self.indices.iter().flat_map(|index| both.map(|generation| self.alias(index, generation)));
        self.refresh(&indices.collect::<Vec<_>>().join(",")).await
    }

    async fn settled(&self) -> Result<(), SearchError> {
        // OpenSearch has synced its log before it answers.
        Ok(())
    }

    async fn count(&self, index: &'static str, generation: Generation) -> Result<u64, SearchError> {
        let alias = self.existing(index, generation).await?;
        let body = json!({"query": live()});
        let path = format!("/{alias}/_count");
        let answer: Value = self.client.ask(Method::Post, &path, &[], Some(&body)).await?.json()?;
        answer["count"].as_u64().ok_or_else(|| garbled(&"no count"))
    }

    async fn versions(
        &self,
        index: &'static str,
        generation: Generation,
        ids: &[String],
    ) -> Result<Vec<Option<u64>>, SearchError> {
        let alias = self.existing(index, generation).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let path = format!("/{alias}/_mget");
        let params = [("_source", "false")];
        let body = json!({"ids": ids});
        let answer: Value = self.client.ask(Method::Post, &path, &params, Some(&body)).await?.json()?;
        let found = answer["docs"].as_array().into_iter().flatten();
        let versions: Vec<Option<u64>> = found.map(|found| found["_version"].as_u64()).collect();
        if versions.len() == ids.len() { Ok(versions) } else { Err(garbled(&"documents are missing")) }
    }

    async fn list(
        &self,
        index: &'static str,
        generation: Generation,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<(String, u64)>, SearchError> {
        let alias = self.existing(index, generation).await?;
        let mut body = json!({
            "query": live(), "size": most, "sort": ["id"], "version": true, "_source": false,
            "track_total_hits": false,
        });
        if let Some(after) = after {
            body["search_after"] = json!([after]);
        }
        let path = format!("/{alias}/_search");
        let params = [("allow_partial_search_results", "false")];
        let answer: Value = self.client.ask(Method::Post, &path, &params, Some(&body)).await?.json()?;
        let hits = answer["hits"]["hits"].as_array().into_iter().flatten();
        let listed = hits.map(|hit| Some((hit["_id"].as_str()?.to_owned(), hit["_version"].as_u64()?)));
        listed.collect::<Option<_>>().ok_or_else(|| garbled(&"a hit without id or version"))
    }

    async fn begin(&self, index: &'static str) -> Result<String, SearchError> {
        self.begin_next(index).await
    }

    async fn named(
        &self,
        index: &'static str,
        generation: Generation,
    ) -> Result<Option<String>, SearchError> {
        let alias = self.alias(self.index(index)?, generation);
        Ok(self.aliases_now().await?.remove(&alias))
    }

    fn notice(&self) -> Duration {
        self.believed * 2
    }

    async fn fill(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        if documents.is_empty() {
            return Ok(());
        }
        let next = |made: Made<'_>| made.entry(self.alias(made.index, Generation::Next));
        let entries: Vec<Entry> = self.made(documents)?.into_iter().map(next).collect();
        let outcome = bulk::send(&self.client, &entries).await?;
        match outcome.missing.first() {
            None => Ok(()),
            Some(alias) => Err(SearchError::Unavailable(format!("there is no index `{alias}`"))),
        }
    }

    async fn swap(&self, indices: &[&'static str]) -> Result<(), SearchError> {
        self.swap_all(indices).await
    }

    async fn abandon(&self, index: &'static str) -> Result<(), SearchError> {
        self.remove_next(index).await
    }
}

/// A query that cannot be run.
fn refused(BadQuery(why): BadQuery) -> SearchError {
    SearchError::BadQuery(why)
}

/// An answer that is none.
fn garbled(what: &dyn std::fmt::Display) -> SearchError {
    SearchError::Unavailable(format!("OpenSearch answered something else: {what}"))
}
