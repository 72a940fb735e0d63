//! The answer to a search: what services hand to presentation.

use cairn_model::Projection;
use serde_json::{Map, Value, json};

use super::{links::links, params::Request};

/// One page of what was found, projected for the caller.
pub struct Answer {
    /// The hits of the page.
    pub hits: Vec<Projection>,
    /// How many there are in all.
    pub total: u64,
    /// Counts by facet, if the endpoint has facets.
    pub aggregations: Option<Value>,
    /// What was asked.
    pub request: Request,
}

impl Answer {
    /// The answer's JSON in InvenioRDM's envelope. `show` makes a hit's JSON, `address` is the list's own.
    pub fn json(self, address: &str, show: impl FnMut(Projection) -> Value) -> Value {
        let Self { hits, total, aggregations, request } = self;
        // Moved in: `json!` would copy every hit.
        let mut page = Map::new();
        page.insert("hits".into(), hits.into_iter().map(show).collect());
        page.insert("total".into(), total.into());
        let mut answer = Map::new();
        answer.insert("hits".into(), page.into());
        answer.extend(aggregations.map(|aggregations| ("aggregations".to_owned(), aggregations)));
        answer.insert("sortBy".into(), json!(request.sort.name));
        if request.options.numbered {
            answer.insert("page".into(), json!(request.page));
        }
        answer.insert("links".into(), links(address, &request, total));
        Value::Object(answer)
    }
}
