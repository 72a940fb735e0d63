//! What OpenSearch found, in the port's words.

use std::collections::BTreeMap;

use cairn_analysis::source;
use cairn_ports::search::{Bucket, FacetKind, Found, Hit, Search, SearchError};
use serde::Deserialize;
use serde_json::Value;

use super::{garbled, request::facet_name};

#[derive(Deserialize)]
pub(super) struct Answer {
    hits: Hits,
    #[serde(default)]
    aggregations: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Hits {
    total: Total,
    hits: Vec<One>,
}

#[derive(Deserialize)]
struct Total {
    value: u64,
}

#[derive(Deserialize)]
struct One {
    #[serde(rename = "_version")]
    version: u64,
    #[serde(rename = "_source")]
    document: Source,
    sort: Vec<Value>,
}

#[derive(Deserialize)]
struct Source {
    source: String,
}

impl Answer {
    /// What `search` found.
    pub(super) fn found(self, search: &Search) -> Result<Found, SearchError> {
        let Hits { total, mut hits } = self.hits;
        let has_more = match &search.after {
            Some(_) => hits.len() > search.size,
            None => total.value > (search.from + hits.len()) as u64,
        };
        hits.truncate(search.size);
        let next = hits.last().filter(|_| has_more).map(|hit| Value::Array(hit.sort.clone()));
        let hits = hits.into_iter().map(|hit| hit.read(search)).collect::<Result<_, _>>()?;
        let mut aggregations = self.aggregations;
        let facets = search.facets.iter().enumerate().map(|(number, facet)| {
            let mut counted = aggregations.remove(&facet_name(number)).unwrap_or_default();
            if let Some(among) = counted.get_mut("among") {
                counted = among.take();
            }
            let buckets = match facet.kind {
                FacetKind::Years { .. } => years(&counted),
                FacetKind::Terms { .. } | FacetKind::Nested { .. } => buckets(&counted),
            };
            (facet.name.clone(), buckets)
        });
        Ok(Found { hits, total: total.value, facets: facets.collect(), next })
    }
}

impl One {
    fn read(mut self, search: &Search) -> Result<Hit, SearchError> {
        let mut last = || Some(self.sort.pop()?.as_str()?.to_owned());
        let (index, id) = last().zip(last()).ok_or_else(|| garbled(&"a hit without its id"))?;
        let (source, verbatim) =
            source::read(&self.document.source, search.verbatim).map_err(|error| garbled(&error))?;
        Ok(Hit { index, id, version: self.version, source, verbatim })
    }
}

fn list(counted: &Value) -> impl Iterator<Item = &Value> {
    counted["buckets"].as_array().into_iter().flatten()
}

fn buckets(counted: &Value) -> Vec<Bucket> {
    let prefix = counted["meta"]["prefix"].as_str().unwrap_or_default();
    let read = |bucket: &Value| {
        let key = bucket["key"].as_str()?.strip_prefix(prefix)?.to_owned();
        Some(Bucket { key, count: bucket["doc_count"].as_u64()?, inner: buckets(&bucket["inner"]) })
    };
    list(counted).filter_map(read).collect()
}

/// Years by year, those that nothing touches too.
fn years(counted: &Value) -> Vec<Bucket> {
    let counts =
        list(counted).filter_map(|bucket| Some((bucket["key"].as_i64()?, bucket["doc_count"].as_u64()?)));
    let counts: BTreeMap<i64, u64> = counts.collect();
    let (Some((first, _)), Some((last, _))) = (counts.first_key_value(), counts.last_key_value()) else {
        return Vec::new();
    };
    let bucket = |year: i64| Bucket {
        key: format!("{year:04}"),
        count: counts.get(&year).copied().unwrap_or_default(),
        inner: Vec::new(),
    };
    (*first..=*last).map(bucket).collect()
}
