//! The search port: documents with versions in, hits with facets out.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use cairn_model::{Query, UserId};
use serde_json::{Value, value::RawValue};

/// A document for an index, or word that it is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The index (its mapping names it).
    pub index: &'static str,
    /// The document's id within the index.
    pub id: String,
    /// The index version (record.revision + parent.revision + touch). Older ones than what is there are ignored,
    /// also after a deletion, whatever order they come in.
    pub version: u64,
    /// The dump; `None` deletes.
    pub source: Option<Value>,
}

/// One order of hits. Ties are broken by document id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// Best match first.
    Relevance,
    /// By the value at a path; documents without one come last.
    Field {
        /// Dotted path of a keyword, integer or date.
        path: String,
        /// Highest first.
        descending: bool,
    },
}

/// A count of hits by value.
#[derive(Debug, Clone, PartialEq)]
pub struct Facet {
    /// The facet's name in the answer.
    pub name: String,
    /// What is counted.
    pub kind: FacetKind,
    /// Of what the query finds, only these documents are counted.
    pub among: Query,
}

/// What a facet counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FacetKind {
    /// The `size` most frequent values of a keyword or boolean, by count, then by key.
    Terms {
        /// Dotted path.
        field: String,
        /// How many buckets.
        size: usize,
    },
    /// Two levels: the values of `field`, each with the values of `inner` found beside it.
    Nested {
        /// Dotted path of the outer level.
        field: String,
        /// Dotted path of the inner level.
        inner: String,
        /// How many buckets per level.
        size: usize,
    },
    /// Years that a date range touches, each from first to last year found, empty years included; by year.
    Years {
        /// Dotted path of a date range.
        field: String,
    },
}

/// A bucket of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The value.
    pub key: String,
    /// How many hits have it.
    pub count: u64,
    /// The inner level; empty where there is none.
    pub inner: Vec<Bucket>,
}

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The indices to look in, together.
    pub indices: Vec<&'static str>,
    /// Query, permission and base filters: facets count what this matches.
    pub query: Query,
    /// Facet selections: narrows hits and total, not the counts.
    pub post_filter: Query,
    /// What to count.
    pub facets: Vec<Facet>,
    /// The order of hits.
    pub sort: Vec<Sort>,
    /// Hits to skip.
    pub from: usize,
    /// Hits to return.
    pub size: usize,
    /// Only hits behind this place, which [`Found::next`] of the same query and order named. Total and counts are still of
    /// all.
    pub after: Option<Value>,
    /// Who reads: they see what they wrote before.
    pub reader: Option<UserId>,
    /// A top-level key of the documents that nobody will look into: its value may come as text, in [`Hit::verbatim`].
    pub verbatim: Option<&'static str>,
}

/// A document that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The index it is in.
    pub index: String,
    /// Its id.
    pub id: String,
    /// Its index version.
    pub version: u64,
    /// The dump as it was indexed.
    pub source: Value,
    /// What stands in `source` as `null` at the key that the search named verbatim; reading and writing it again would be
    /// most of the cost of a hit. `None`: it is in `source`.
    pub verbatim: Option<Box<RawValue>>,
}

impl PartialEq for Hit {
    fn eq(&self, other: &Self) -> bool {
        let text = |hit: &Self| hit.verbatim.as_ref().map(|raw| raw.get().to_owned());
        (&self.index, &self.id, self.version, &self.source)
            == (&other.index, &other.id, other.version, &other.source)
            && text(self) == text(other)
    }
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// One page of hits.
    pub hits: Vec<Hit>,
    /// How many there are in all, exactly.
    pub total: u64,
    /// Buckets by facet name.
    pub facets: BTreeMap<String, Vec<Bucket>>,
    /// The place behind the last hit of the page, in the engine's own words, if there are hits behind it.
    pub next: Option<Value>,
}

/// Which state of an index is meant: one can be made anew beside the one that is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// The one that is searched.
    Live,
    /// The one that is being made, and takes its place.
    Next,
}

/// Why the index did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query cannot be run (a date that is none, too many clauses).
    #[error("{0}")]
    BadQuery(String),
    /// The index does not answer now.
    #[error("the search index does not answer: {0}")]
    Unavailable(String),
    /// A need that the operation did not declare.
    #[error("the operation did not declare the need {0}")]
    Undeclared(String),
}

/// The read store.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// Takes documents in. They become visible to `writer` at once, to others within the refresh interval;
    /// they may be lost with the process until [`SearchIndex::flush`].
    async fn write(&self, documents: Vec<Document>, writer: Option<&UserId>) -> Result<(), SearchError>;

    /// Searches.
    async fn search(&self, search: &Search) -> Result<Found, SearchError>;

    /// The version of a document (or of its deletion) as taken in, visible or not; the lower one, or none, where one of two
    /// generations is behind the other.
    async fn version(&self, index: &'static str, id: &str) -> Result<Option<u64>, SearchError>;

    /// Returns when everything taken in before is durable and visible.
    async fn flush(&self) -> Result<(), SearchError>;

    /// Returns when everything taken in before is durable, in the index's own time: many changes share the cost.
    async fn settled(&self) -> Result<(), SearchError>;

    /// How many documents a generation holds, as far as they are visible. None is being made: an error.
    async fn count(&self, index: &'static str, generation: Generation) -> Result<u64, SearchError>;

    /// The versions of some documents, or of their deletions, as one generation has taken them in; in the order of `ids`.
    async fn versions(
        &self,
        index: &'static str,
        generation: Generation,
        ids: &[String],
    ) -> Result<Vec<Option<u64>>, SearchError>;

    /// The documents of a generation with their versions, by id (in the order of bytes), behind `after`: at most `most`,
    /// fewer only at the end. What was deleted is not among them, what is not visible yet may be missing.
    async fn list(
        &self,
        index: &'static str,
        generation: Generation,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<(String, u64)>, SearchError>;

    /// Begins the next generation of an index, empty; takes up the one that is being made, if there is one. Tells its name,
    /// which no other generation of the index ever has. From then on what is written goes to both, at the latest after
    /// [`SearchIndex::notice`], also through other processes.
    async fn begin(&self, index: &'static str) -> Result<String, SearchError>;

    /// The name of a generation; none where none is being made.
    async fn named(&self, index: &'static str, generation: Generation)
    -> Result<Option<String>, SearchError>;

    /// How long it takes until every writer knows of a generation that was begun.
    fn notice(&self) -> Duration;

    /// Takes documents into the next generations only, by the same rule of versions. They may be lost with the process
    /// until [`SearchIndex::flush`]. None is being made: an error.
    async fn fill(&self, documents: Vec<Document>) -> Result<(), SearchError>;

    /// Puts the next generations of these indices into the place of the live ones, all at once, and removes the old ones.
    /// Who searches meanwhile finds the old or the new; a cursor of the old may find nothing. One is not being made: an
    /// error, and nothing has changed.
    async fn swap(&self, indices: &[&'static str]) -> Result<(), SearchError>;

    /// Removes the next generation of an index, if one is being made.
    async fn abandon(&self, index: &'static str) -> Result<(), SearchError>;
}

impl From<SearchError> for cairn_model::Error {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::BadQuery(_) => Self::BadRequest("Invalid query string syntax.".into()),
            SearchError::Unavailable(_) => Self::Unavailable(error.to_string()),
            SearchError::Undeclared(need) => Self::Undeclared(need),
        }
    }
}
