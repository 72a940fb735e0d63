//! The answer to a search: what services hand to presentation.

use cairn_model::{Error, Projection, Result};
use serde::Serialize;
use serde_json::{Value, json};

use super::{links::links, params::Request};

/// One page of what was found, projected for the caller.
pub struct Answer<H = Projection> {
    /// The hits of the page.
    pub hits: Vec<H>,
    /// How many there are in all.
    pub total: u64,
    /// Counts by facet, if the endpoint has facets.
    pub aggregations: Option<Value>,
    /// The place behind the page, if there are hits behind it.
    pub next: Option<Value>,
    /// What was asked.
    pub request: Request,
}

/// The answer in InvenioRDM's envelope.
#[derive(Serialize)]
struct Envelope<H> {
    hits: Page<H>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregations: Option<Value>,
    #[serde(rename = "sortBy")]
    sort_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    links: Value,
}

#[derive(Serialize)]
struct Page<H> {
    hits: H,
    total: u64,
}

impl<H> Answer<H> {
    /// The answer's JSON in InvenioRDM's envelope. `show` makes a hit's JSON, `address` is the list's own.
    pub fn json(mut self, address: &str, show: impl FnMut(H) -> Value) -> Value {
        let hits: Value = std::mem::take(&mut self.hits).into_iter().map(show).collect();
        let mut answer = serde_json::to_value(self.envelope(address, json!([]))).unwrap_or_default();
        // Moved in: `to_value` would copy every hit.
        answer["hits"]["hits"] = hits;
        answer
    }

    fn envelope<T>(self, address: &str, hits: T) -> Envelope<T> {
        let Self { total, aggregations, next, request, .. } = self;
        Envelope {
            hits: Page { hits, total },
            aggregations,
            sort_by: request.sort.name,
            page: (request.options.numbered && request.after.is_none()).then_some(request.page),
            links: links(address, &request, total, next.as_ref()),
        }
    }
}

impl Answer {
    /// The same as text. `dress` completes a hit; what of it came verbatim is written as it came.
    ///
    /// # Errors
    /// [`Error::Internal`] if something of it has no JSON, which does not happen.
    pub fn text(mut self, address: &str, dress: impl FnMut(&mut Projection)) -> Result<String> {
        let mut hits = std::mem::take(&mut self.hits);
        hits.iter_mut().for_each(dress);
        serde_json::to_string(&self.envelope(address, hits))
            .map_err(|error| Error::Internal(format!("a page of hits: {error}")))
    }
}
