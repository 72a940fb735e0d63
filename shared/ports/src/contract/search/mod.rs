//! The contract of the search port.

mod documents;
mod facets;
mod filters;
mod freshness;
mod pages;
mod places;
mod rebuild;
mod words;

use std::{collections::BTreeSet, future::Future, sync::Arc};

use cairn_model::{
    Query, UserId,
    mapping::{FieldType, Mapped, Mapping},
    query::{Clauses, Edge},
};
use serde_json::{Value, json};

use crate::{
    SearchIndex,
    search::{Bucket, Document, Facet, FacetKind, Found, Generation, Hit, Search, SearchError, Sort},
};

const fn mapped(path: &'static str, kind: FieldType) -> Mapped {
    Mapped { path, kind }
}

const FIELDS: &[Mapped] = &[
    mapped("id", FieldType::Keyword),
    mapped("created", FieldType::Date),
    mapped("is_published", FieldType::Boolean),
    mapped("versions.index", FieldType::Integer),
    mapped("access.status", FieldType::Keyword),
    mapped("pids", FieldType::Keywords),
    mapped("metadata.title", FieldType::TextAndKeyword),
    mapped("metadata.description", FieldType::Text),
    mapped("metadata.publication_date", FieldType::Keyword),
    mapped("metadata.publication_date_range", FieldType::DateRange),
    mapped("metadata.resource_type.id", FieldType::Keyword),
    mapped("metadata.resource_type.title", FieldType::Texts),
    mapped("metadata.resource_type.props.type", FieldType::Keyword),
    mapped("metadata.resource_type.props.subtype", FieldType::Keyword),
    mapped("metadata.creators.person_or_org.name", FieldType::Text),
    mapped("metadata.creators.person_or_org.family_name", FieldType::Text),
    mapped("metadata.subjects.subject", FieldType::TextAndKeyword),
    mapped("metadata.languages.id", FieldType::Keyword),
    mapped("metadata.locations", FieldType::Points),
    mapped("files.types", FieldType::Keyword),
    mapped("files.entries.key", FieldType::Keyword),
];

const DEFAULTS: &[(&str, f32)] = &[
    ("id", 1.0),
    ("metadata.title", 2.0),
    ("metadata.description", 1.0),
    ("metadata.creators.person_or_org.name", 1.0),
    ("metadata.subjects.subject", 1.0),
    ("metadata.publication_date", 1.0),
];

/// The index that most cases use: records as InvenioRDM's paths have them.
pub static RECORDS: Mapping =
    Mapping { index: "contract-records", fields: FIELDS, defaults: DEFAULTS, unreturned: &["files.types"] };

/// A second index with the same fields.
pub static DRAFTS: Mapping =
    Mapping { index: "contract-drafts", fields: FIELDS, defaults: DEFAULTS, unreturned: &["files.types"] };

/// Runs all cases. `make` gives an empty search index with [`RECORDS`] and [`DRAFTS`]; it is called several times.
pub async fn search_index<Make, Made>(make: Make)
where
    Make: Fn() -> Made,
    Made: Future<Output = Arc<dyn SearchIndex>>,
{
    documents::all(&Subject::new(make().await)).await;
    freshness::all(&Subject::new(make().await)).await;
    words::all(&Subject::new(make().await)).await;
    filters::all(&Subject::new(make().await)).await;
    places::all(&Subject::new(make().await)).await;
    facets::all(&Subject::new(make().await)).await;
    pages::all(&Subject::new(make().await)).await;
    rebuild::all(&Subject::new(make().await)).await;
}

/// What an index on one machine keeps, too: what was written together is seen together. OpenSearch shows each index, and each
/// shard of it, at its own time.
pub async fn search_index_of_one_moment<Make, Made>(make: Make)
where
    Make: Fn() -> Made,
    Made: Future<Output = Arc<dyn SearchIndex>>,
{
    freshness::batches_are_seen_whole(&Subject::new(make().await)).await;
}

/// The index under test, and short words for what the cases do to it.
struct Subject {
    index: Arc<dyn SearchIndex>,
    writer: UserId,
}

impl Subject {
    fn new(index: Arc<dyn SearchIndex>) -> Self {
        Self { index, writer: UserId("1".into()) }
    }

    /// Writes one record as the subject's writer.
    async fn put(&self, id: &str, version: u64, source: Value) {
        self.write(vec![record(id, version, Some(source))]).await;
    }

    async fn delete(&self, id: &str, version: u64) {
        self.write(vec![record(id, version, None)]).await;
    }

    async fn write(&self, documents: Vec<Document>) {
        self.index.write(documents, Some(&self.writer)).await.unwrap();
    }

    /// What the writer finds; they see their own writes.
    async fn find(&self, search: Search) -> Found {
        let search = Search { reader: Some(self.writer.clone()), ..search };
        self.index.search(&search).await.unwrap()
    }

    /// The ids that a query finds, in any order; the total agrees.
    async fn ids(&self, query: Query) -> BTreeSet<String> {
        let found = self.find(search(query)).await;
        let ids: BTreeSet<String> = found.hits.iter().map(|hit| hit.id.clone()).collect();
        assert_eq!(ids.len(), found.hits.len(), "each document once");
        assert_eq!(found.total, ids.len() as u64);
        ids
    }

    async fn assert_finds(&self, query: Query, wanted: &[&str]) {
        let wanted: BTreeSet<String> = wanted.iter().map(ToString::to_string).collect();
        assert_eq!(self.ids(query.clone()).await, wanted, "{query:?}");
    }
}

fn record(id: &str, version: u64, source: Option<Value>) -> Document {
    Document { index: RECORDS.index, id: id.into(), version, source }
}

fn draft(id: &str, version: u64, source: Option<Value>) -> Document {
    Document { index: DRAFTS.index, id: id.into(), version, source }
}

/// A search of the records, as large as the cases need.
fn search(query: Query) -> Search {
    Search {
        indices: vec![RECORDS.index],
        query,
        sort: vec![Sort::Relevance],
        size: 100,
        ..Search::default()
    }
}

fn by(path: &str, descending: bool) -> Sort {
    Sort::Field { path: path.into(), descending }
}

fn defaults() -> Vec<(String, f32)> {
    DEFAULTS.iter().map(|(path, weight)| ((*path).to_owned(), *weight)).collect()
}

fn within(path: &str) -> Vec<(String, f32)> {
    vec![(path.to_owned(), 1.0)]
}

fn any_word(text: &str) -> Query {
    Query::Words { fields: defaults(), text: text.into(), all: false }
}

fn phrase(text: &str) -> Query {
    Query::Phrase { fields: defaults(), text: text.into(), slop: 0 }
}

fn found_ids(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.id.as_str()).collect()
}
