//! Facets: what an endpoint counts, how values are chosen, and how counts are shown.

use cairn_model::{
    Error, Query, Result,
    metadata::{custom::CustomFacet, date_bounds},
    query::Edge,
};
use cairn_ports::search::{Bucket, Facet, FacetKind, Found};
use serde_json::{Map, Value, json};

use super::params::Request;

/// A facet that an endpoint offers.
#[derive(Debug, Clone, Copy)]
pub struct FacetOption {
    /// Its name: the parameter, and the key in `aggregations`.
    pub name: &'static str,
    /// What people read above it.
    pub label: &'static str,
    /// What is counted.
    pub kind: Kind,
    /// What people read beside each count.
    pub labels: Labels,
}

/// Values of a facet over a field of the site's own.
const CUSTOM_SIZE: usize = 10;

/// What a facet counts.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Values of a field.
    Terms {
        /// Dotted path.
        field: &'static str,
        /// Most buckets.
        size: usize,
    },
    /// Two levels; a value of the inner one is chosen as `outer::inner`.
    Nested {
        /// Dotted path of the outer level.
        field: &'static str,
        /// Dotted path of the inner level.
        inner: &'static str,
        /// Most buckets per level.
        size: usize,
    },
    /// Years that a date range touches; chosen by dates and ranges of dates.
    Years {
        /// Dotted path.
        field: &'static str,
    },
}

/// Where a facet's values get their labels from.
#[derive(Debug, Clone, Copy)]
pub enum Labels {
    /// The value itself.
    Key,
    /// The value in capitals.
    Capitals,
    /// A table.
    Table(&'static [(&'static str, &'static str)]),
    /// Values are numbers from 1, with these labels in turn.
    Numbers(&'static [&'static str]),
    /// Titles or names of a vocabulary's entries.
    Titles(&'static str),
}

impl FacetOption {
    /// Counts a field of the site's own.
    pub const fn custom(facet: &CustomFacet) -> Self {
        let labels = match facet.vocabulary {
            Some(vocabulary) => Labels::Titles(vocabulary),
            None => Labels::Key,
        };
        Self {
            name: facet.name,
            label: facet.label,
            kind: Kind::Terms { field: facet.path, size: CUSTOM_SIZE },
            labels,
        }
    }

    /// What the index is asked to count.
    pub fn facet(&self) -> Facet {
        let kind = match self.kind {
            Kind::Terms { field, size } => FacetKind::Terms { field: field.into(), size },
            Kind::Nested { field, inner, size } => {
                FacetKind::Nested { field: field.into(), inner: inner.into(), size }
            }
            Kind::Years { field } => FacetKind::Years { field: field.into() },
        };
        Facet { name: self.name.into(), kind, among: Query::All }
    }

    /// The chosen values make sense.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a range of dates that ends before it begins.
    pub fn check(&self, values: &[&str]) -> Result<()> {
        if matches!(self.kind, Kind::Years { .. })
            && values.iter().filter_map(|value| Span::parse(value)).any(|span| span.is_reversed())
        {
            return Err(Error::BadRequest("Invalid querystring parameters.".into()));
        }
        Ok(())
    }

    /// What the chosen values narrow hits to.
    pub fn filter(&self, values: &[&str]) -> Query {
        if values.is_empty() {
            return Query::All;
        }
        match self.kind {
            Kind::Terms { field, .. } => {
                Query::Terms { field: field.into(), values: values.iter().map(ToString::to_string).collect() }
            }
            Kind::Nested { field, inner, .. } => Query::any_of(
                values
                    .iter()
                    .filter(|value| !has_child(values, value))
                    .map(|value| nested(field, inner, value)),
            ),
            Kind::Years { field } => {
                let spans: Vec<Query> = values
                    .iter()
                    .filter_map(|value| Span::parse(value))
                    .map(|span| span.query(field))
                    .collect();
                // Values that are no dates are ignored: without any left, everything is found.
                if spans.is_empty() { Query::All } else { Query::any_of(spans) }
            }
        }
    }

    fn is_selected(&self, values: &[&str], key: &str) -> bool {
        match self.kind {
            Kind::Years { .. } => {
                values.iter().filter_map(|value| Span::parse(value)).any(|span| span.touches_year(key))
            }
            _ => values.contains(&key),
        }
    }
}

/// Choosing a value of the outer level and one below it narrows to the one below.
fn has_child(values: &[&str], value: &str) -> bool {
    values.iter().any(|other| other.strip_prefix(value).is_some_and(|rest| rest.starts_with("::")))
}

fn nested(field: &str, inner: &str, value: &str) -> Query {
    match value.split_once("::") {
        Some((outer, below)) => Query::all_of([Query::term(field, outer), Query::term(inner, below)]),
        None => Query::any_of([Query::term(field, value), Query::term(inner, value)]),
    }
}

/// A chosen span of days; `None` is open.
#[derive(Debug, Clone, PartialEq)]
struct Span {
    from: Option<(String, bool)>,
    to: Option<(String, bool)>,
}

impl Span {
    /// `2020`, `2020-05`, `2019..2021`, `..2020`, `2014..`, in brackets `[ ]` (inclusive) or `( )` (exclusive).
    fn parse(text: &str) -> Option<Self> {
        let (from_open, text) = match text.strip_prefix(['[', '(']) {
            Some(rest) => (text.starts_with('('), rest),
            None => (false, text),
        };
        let (to_open, text) = match text.strip_suffix([']', ')']) {
            Some(rest) => (text.ends_with(')'), rest),
            None => (false, text),
        };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let day = |text: &str, exclusive: bool, is_from: bool| {
            let (lower, upper) = date_bounds(text)?;
            Some(Some((if is_from == exclusive { upper } else { lower }.to_string(), exclusive)))
        };
        let from = if first.is_empty() { None } else { day(first, from_open, true)? };
        let to =
            if last.is_empty() { None } else { day(last, !to_open, true)?.map(|(day, _)| (day, to_open)) };
        (from.is_some() || to.is_some()).then_some(Self { from, to })
    }

    fn is_reversed(&self) -> bool {
        matches!((&self.from, &self.to), (Some((from, _)), Some((to, _))) if from > to)
    }

    fn query(self, field: &str) -> Query {
        let edge = |end: Option<(String, bool)>| match end {
            None => Edge::Open,
            Some((day, true)) => Edge::Excluded(day),
            Some((day, false)) => Edge::Included(day),
        };
        Query::Range { field: field.into(), from: edge(self.from), to: edge(self.to) }
    }

    fn touches_year(self, year: &str) -> bool {
        let after = self.from.is_none_or(|(from, exclusive)| {
            let last = format!("{year}-12-31");
            if exclusive { from < last } else { from <= last }
        });
        let before = self.to.is_none_or(|(to, exclusive)| {
            let first = format!("{year}-01-01");
            if exclusive { to > first } else { to >= first }
        });
        after && before
    }
}

/// Every vocabulary entry whose title labels a bucket: the vocabulary, and the entry's id.
pub fn labelled(request: &Request, found: &Found) -> Vec<(&'static str, String)> {
    let mut wanted = Vec::new();
    for facet in request.counted() {
        let Labels::Titles(vocabulary) = facet.labels else { continue };
        for bucket in found.facets.get(facet.name).into_iter().flatten() {
            wanted.push((vocabulary, bucket.key.clone()));
            wanted.extend(bucket.inner.iter().map(|inner| (vocabulary, inner.key.clone())));
        }
    }
    wanted
}

/// `aggregations`, in the order of the endpoint. `title` gives the label of a vocabulary's entry.
pub fn aggregations(
    request: &Request,
    found: &Found,
    title: &dyn Fn(&'static str, &str) -> Option<String>,
) -> Value {
    let mut aggregations = Map::new();
    for facet in request.counted() {
        let values = request.values(facet);
        let buckets = found.facets.get(facet.name).map(Vec::as_slice).unwrap_or_default();
        let shown: Vec<Value> =
            buckets.iter().map(|bucket| shown(facet, &values, bucket, None, title)).collect();
        aggregations.insert(facet.name.into(), json!({"buckets": shown, "label": facet.label}));
    }
    Value::Object(aggregations)
}

fn shown(
    facet: &FacetOption,
    values: &[&str],
    bucket: &Bucket,
    outer: Option<&str>,
    title: &dyn Fn(&'static str, &str) -> Option<String>,
) -> Value {
    let key = &bucket.key;
    let label = match facet.labels {
        Labels::Key => None,
        Labels::Capitals => Some(key.to_uppercase()),
        Labels::Table(table) => {
            table.iter().find(|(known, _)| known == key).map(|(_, label)| (*label).to_owned())
        }
        Labels::Numbers(labels) => {
            let at = key.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            at.and_then(|at| labels.get(at)).map(|label| (*label).to_owned())
        }
        Labels::Titles(vocabulary) => title(vocabulary, key),
    };
    let number = key.parse::<u64>().ok().filter(|_| matches!(facet.labels, Labels::Numbers(_)));
    let whole = outer.map(|outer| format!("{outer}::{key}"));
    let selected =
        facet.is_selected(values, key) || whole.is_some_and(|whole| facet.is_selected(values, &whole));
    let mut json = json!({
        "key": number.map_or_else(|| json!(key), |number| json!(number)),
        "doc_count": bucket.count,
        "label": label.unwrap_or_else(|| key.clone()),
        "is_selected": selected,
    });
    if matches!(facet.kind, Kind::Nested { .. }) && outer.is_none() {
        let inner: Vec<Value> =
            bucket.inner.iter().map(|inner| shown(facet, values, inner, Some(key), title)).collect();
        json["inner"] = json!({"buckets": inner});
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: FacetOption = FacetOption {
        name: "type",
        label: "Types",
        kind: Kind::Nested { field: "outer", inner: "inner", size: 10 },
        labels: Labels::Key,
    };
    const DATES: FacetOption = FacetOption {
        name: "date",
        label: "Dates",
        kind: Kind::Years { field: "range" },
        labels: Labels::Key,
    };

    #[test]
    fn a_child_narrows_its_parent() {
        let child = Query::all_of([Query::term("outer", "a"), Query::term("inner", "b")]);
        assert_eq!(TYPES.filter(&["a", "a::b"]), child);
        assert_eq!(TYPES.filter(&["a::b"]), child);
        let either = Query::any_of([Query::term("outer", "a"), Query::term("inner", "a")]);
        assert_eq!(TYPES.filter(&["a"]), either);
    }

    fn range(text: &str) -> (Edge, Edge) {
        match DATES.filter(&[text]) {
            Query::Range { from, to, .. } => (from, to),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn dates_are_chosen_by_span() {
        let (day, not) = (|day: &str| Edge::Included(day.into()), |day: &str| Edge::Excluded(day.into()));
        assert_eq!(range("2020"), (day("2020-01-01"), day("2020-12-31")));
        assert_eq!(range("2020-02"), (day("2020-02-01"), day("2020-02-29")));
        assert_eq!(range("2019..2021"), (day("2019-01-01"), day("2021-12-31")));
        assert_eq!(range("..2020"), (Edge::Open, day("2020-12-31")));
        assert_eq!(range("[2014..]"), (day("2014-01-01"), Edge::Open));
        assert_eq!(range("(2019..2021)"), (not("2019-12-31"), not("2021-01-01")));
        assert_eq!(DATES.filter(&["junk"]), Query::All);
        assert!(DATES.check(&["2021..2019"]).is_err());
        assert!(DATES.check(&["junk", "2019..2021"]).is_ok());
    }

    #[test]
    fn years_inside_a_span_are_selected() {
        for (year, selected) in [("2018", false), ("2019", true), ("2021", true), ("2022", false)] {
            assert_eq!(DATES.is_selected(&["2019..2021"], year), selected, "{year}");
        }
        assert!(!DATES.is_selected(&["(2019..2021)"], "2019"));
    }
}
