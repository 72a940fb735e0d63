//! A search as the body of a request.

use cairn_analysis::{
    places::Place,
    plan::{Column, Plan, Planner},
    values,
};
use cairn_model::Query;
use cairn_ports::search::{Facet, FacetKind, Search, SearchError, Sort};
use serde_json::{Map, Value, json};

use super::{
    Index, Matching, mapping,
    query::{literal, name, query},
    refused,
};

/// The indices that a search looks in, and which paths the patterns in it stand for.
pub(super) struct Request<'a> {
    pub indices: Vec<&'a Index>,
    pub matching: &'a Matching,
}

impl Request<'_> {
    /// The body of a search for `plans`.
    pub(super) fn body(&self, search: &Search, plans: &[Plan]) -> Result<Value, SearchError> {
        let mut body = json!({
            "query": self.joined(plans),
            "from": search.from,
            // One hit more tells whether there is more behind a cursor.
            "size": search.size + usize::from(search.after.is_some()),
            "sort": self.sort(search),
            "track_total_hits": true,
            "version": true,
            "_source": ["source"],
        });
        if search.post_filter != Query::All {
            body["post_filter"] = self.query(&search.post_filter)?;
        }
        if let Some(after) = &search.after {
            let fits = after.as_array().is_some_and(|values| values.len() == search.sort.len() + 2);
            if !fits {
                return Err(SearchError::BadQuery("no place of this search".into()));
            }
            body["search_after"] = after.clone();
        }
        let facets = search.facets.iter().enumerate();
        let facets = facets.map(|(number, facet)| Ok((facet_name(number), self.facet(facet)?)));
        let facets = facets.collect::<Result<Map<_, _>, SearchError>>()?;
        if !facets.is_empty() {
            body["aggs"] = Value::Object(facets);
        }
        Ok(body)
    }

    /// What a query means in all indices.
    pub(super) fn query(&self, asked: &Query) -> Result<Value, SearchError> {
        Ok(self.joined(&self.plans(asked)?))
    }

    /// What a query means in each index.
    pub(super) fn plans(&self, asked: &Query) -> Result<Vec<Plan>, SearchError> {
        let plans = self.indices.iter().map(|index| {
            let planner = Planner { places: &index.places, matching: self.matching };
            planner.plan(asked).map_err(refused)
        });
        plans.collect()
    }

    /// The plans of each index as one condition: the same one, where it means the same everywhere.
    pub(super) fn joined(&self, plans: &[Plan]) -> Value {
        if plans.windows(2).all(|pair| pair[0] == pair[1]) {
            return plans.first().map_or_else(|| query(&Plan::Nothing), query);
        }
        let each = self.indices.iter().zip(plans).map(|(index, plan)| {
            json!({"bool": {"must": [query(plan)], "filter": [{"term": {"index": index.mapping.index}}]}})
        });
        json!({"bool": {"should": each.collect::<Vec<_>>()}})
    }

    /// Where the values of a path are, in the first index that has any.
    fn place(&self, path: &str) -> Option<Place> {
        self.indices.iter().find_map(|index| index.places.find(path))
    }

    /// The order of hits; ties by id, then by index.
    fn sort(&self, search: &Search) -> Vec<Value> {
        let by = |field: String, descending: bool, kind: &str| {
            let order = if descending { "desc" } else { "asc" };
            json!({field: {"order": order, "missing": "_last", "unmapped_type": kind}})
        };
        let mut sort: Vec<Value> = search
            .sort
            .iter()
            .map(|sort| match sort {
                Sort::Relevance => json!({"_score": "desc"}),
                Sort::Field { path, descending } => match self.place(path) {
                    Some(Place::Integer(path) | Place::Instant(path) | Place::Days(path)) => {
                        by(mapping::field(mapping::Sort::Numbers, path), *descending, "long")
                    }
                    Some(Place::Whole { field, prefix }) if prefix.is_empty() => {
                        by(mapping::field(mapping::Sort::Values, field), *descending, "keyword")
                    }
                    // Words have no order, nor has a leaf among the values of its object: as where there is nothing.
                    _ => by("nowhere".into(), false, "keyword"),
                },
            })
            .collect();
        sort.extend(["id", "index"].map(|field| by(field.into(), false, "keyword")));
        sort
    }

    fn facet(&self, facet: &Facet) -> Result<Value, SearchError> {
        let counted = match &facet.kind {
            FacetKind::Terms { field, size } => self.terms(field, *size),
            FacetKind::Nested { field, inner, size } => self.terms(field, *size).map(|mut outer| {
                if let Some(inner) = self.terms(inner, *size) {
                    outer["aggs"] = json!({"inner": inner});
                }
                outer
            }),
            FacetKind::Years { field } => match self.place(field) {
                Some(Place::Days(path)) => Some(json!({"terms": {
                    "field": mapping::field(mapping::Sort::Years, path),
                    "size": values::MOST_YEARS,
                    "order": {"_key": "asc"},
                }})),
                _ => None,
            },
        };
        // What is not mapped has no values.
        let counted = counted.unwrap_or_else(|| json!({"terms": {"field": "nowhere"}}));
        if facet.among == Query::All {
            return Ok(counted);
        }
        Ok(json!({"filter": self.query(&facet.among)?, "aggs": {"among": counted}}))
    }

    fn terms(&self, path: &str, size: usize) -> Option<Value> {
        let Some(Place::Whole { field, prefix }) = self.place(path) else { return None };
        let mut terms = json!({
            "field": name(Column::Whole(field)),
            "size": size,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        });
        if !prefix.is_empty() {
            terms["include"] = json!(format!("{}.*", literal(&prefix)));
        }
        Some(json!({"terms": terms, "meta": {"prefix": prefix}}))
    }
}

/// The name of a facet's counts: facets may be called what OpenSearch would not take.
pub(super) fn facet_name(number: usize) -> String {
    format!("f{number}")
}
