//! The parameters of a search: checked against what the endpoint offers.
//!
//! InvenioRDM: search reference, parameters, facets, sort.

use cairn_model::{Error, FieldError, Identity, Query, Result};
use cairn_ports::search::{Facet, Search, Sort};
use serde_json::Value;

use super::{
    cursor,
    facets::FacetOption,
    places::{self, Places},
    values::{flags, whole},
};

/// The first hit of a page lies before this one; what lies behind needs another way of reading.
pub const WINDOW: usize = 10_000;

/// An order that an endpoint offers.
#[derive(Debug, Clone, Copy)]
pub struct SortOption {
    /// Its name in `sort` and `sortBy`.
    pub name: &'static str,
    /// What it orders by; `None` is relevance.
    pub path: Option<&'static str>,
    /// Highest first.
    pub descending: bool,
}

/// The order by relevance; without a query it is the default order.
pub const BEST_MATCH: SortOption = SortOption { name: "bestmatch", path: None, descending: true };
/// The newest first.
pub const NEWEST: SortOption = SortOption { name: "newest", path: Some("created"), descending: true };
/// The oldest first.
pub const OLDEST: SortOption = SortOption { name: "oldest", path: Some("created"), descending: false };

/// A parameter that narrows a search to one value of a field.
#[derive(Debug, Clone, Copy)]
pub struct Narrowing {
    /// Its name.
    pub name: &'static str,
    /// The field.
    pub field: &'static str,
    /// The values that it may have; others are ignored.
    pub values: &'static [&'static str],
}

impl Narrowing {
    /// What a value means, if it is one.
    fn query(&self, given: &str) -> Option<Query> {
        self.values.contains(&given).then(|| Query::term(self.field, given))
    }
}

/// What a search endpoint offers.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Its path, for links.
    pub path: &'static str,
    /// Orders, by name.
    pub sorts: &'static [SortOption],
    /// The order with a query.
    pub with_query: &'static str,
    /// The order without one.
    pub without_query: &'static str,
    /// Facets, in the order of the answer.
    pub facets: &'static [FacetOption],
    /// Parameters that are yes or no and stay in links.
    pub flags: &'static [&'static str],
    /// Parameters that are yes or no and are left out of links.
    pub silent_flags: &'static [&'static str],
    /// Parameters that narrow hits and counts alike and are left out of links.
    pub narrowing: &'static [Narrowing],
    /// Where hits are on the earth, for `bounds` and `near`, which narrow hits and counts alike.
    pub points: Option<&'static str>,
    /// `suggest` is offered.
    pub suggest: bool,
    /// Hits on a page.
    pub size: usize,
    /// The answer says which page it is.
    pub numbered: bool,
    /// `page` and `size` are ignored.
    pub fixed_page: bool,
}

impl Options {
    /// What endpoints need not say.
    pub const DEFAULT: Self = Self {
        path: "",
        sorts: &[BEST_MATCH, NEWEST, OLDEST],
        with_query: "bestmatch",
        without_query: "newest",
        facets: &[],
        flags: &[],
        silent_flags: &[],
        narrowing: &[],
        points: None,
        suggest: false,
        size: 25,
        numbered: true,
        fixed_page: false,
    };
}

/// Where a list that is read by cursor goes on.
#[derive(Debug, Clone)]
pub struct After {
    /// The cursor as given; blank: from the beginning.
    pub text: String,
    /// The place that it stands for.
    pub place: Option<Value>,
}

/// A search that was asked for, checked.
#[derive(Debug, Clone)]
pub struct Request {
    /// What the endpoint offers.
    pub options: &'static Options,
    /// The search string.
    pub q: Option<String>,
    /// What to suggest for.
    pub suggest: Option<String>,
    /// The page, from 1.
    pub page: usize,
    /// Hits on it.
    pub size: usize,
    /// The list is read by cursor, which has no window.
    pub after: Option<After>,
    /// The order.
    pub sort: SortOption,
    /// The key of hits that nobody will look into; see [`cairn_ports::search::Search::verbatim`].
    pub verbatim: Option<&'static str>,
    /// The caller's languages, best first, in which counts are labelled.
    pub languages: Vec<String>,
    flags: Vec<(&'static str, bool)>,
    narrowed: Vec<Query>,
    places: Places,
    selected: Vec<(&'static str, String)>,
    counted: Vec<FacetOption>,
}

impl Request {
    /// Checks the query parameters of a request, in the order they came.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every parameter that is wrong; [`Error::BadRequest`] for combinations that are not
    /// offered and pages beyond the window.
    pub fn parse(pairs: &[(String, String)], options: &'static Options) -> Result<Self> {
        Self::counting(pairs, options, &[])
    }

    /// The same where the site counts more than the endpoint does by itself, if that counts at all.
    ///
    /// # Errors
    /// As [`Request::parse`].
    pub fn counting(
        pairs: &[(String, String)],
        options: &'static Options,
        more: &[FacetOption],
    ) -> Result<Self> {
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let text = |name: &str| value(name).map(ToOwned::to_owned);
        let mut problems = Vec::new();
        let mut number = |name: &'static str, default: usize| match value(name) {
            Some(given) if !options.fixed_page => whole(given).unwrap_or_else(|message| {
                problems.push(FieldError::new(name, message));
                default
            }),
            _ => default,
        };
        // A page ends where the window does, and its links say so.
        let (page, size) = (number("page", 1), number("size", options.size).min(WINDOW));
        let flags = flags(&value, options, &mut problems);
        let (q, suggest) = (text("q"), text("suggest"));
        let asked = [&q, &suggest].into_iter().flatten().any(|text| !text.trim().is_empty());
        let sort = order(options, value("sort"), asked).unwrap_or_else(|problem| {
            problems.push(problem);
            NEWEST
        });
        let after = value("after").filter(|_| !options.fixed_page).map(|text| after(text, &sort));
        let after = after.transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let places = places::read(&value, options.points, &mut problems);
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let beyond = (page - 1).checked_mul(size).is_none_or(|from| from >= WINDOW);
        if beyond || (after.is_some() && page > 1) || (suggest.is_some() && (q.is_some() || !options.suggest))
        {
            return Err(Error::BadRequest("Invalid querystring parameters.".into()));
        }
        let more = if options.facets.is_empty() { &[] } else { more };
        let counted = [options.facets, more].concat();
        let facet = |name: &str| Some(counted.iter().find(|facet| facet.name == name)?.name);
        let selected = pairs.iter().filter_map(|(name, value)| Some((facet(name)?, value.clone()))).collect();
        let narrowing = options.narrowing.iter();
        let narrowed = narrowing.filter_map(|narrowing| narrowing.query(value(narrowing.name)?)).collect();
        let request = Self {
            options,
            q,
            suggest,
            page,
            size,
            after,
            sort,
            verbatim: None,
            languages: Vec::new(),
            flags,
            narrowed,
            places,
            selected,
            counted,
        };
        request.counted.iter().try_for_each(|facet| facet.check(&request.values(facet)))?;
        Ok(request)
    }

    /// A yes or no that was given.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.flags.iter().find(|(known, _)| *known == name).map(|(_, yes)| *yes)
    }

    /// What hits and counts are narrowed to.
    pub fn narrowed(&self) -> impl Iterator<Item = Query> + '_ {
        self.narrowed.iter().cloned()
    }

    /// Where hits and counts are to be.
    pub fn located(&self) -> impl Iterator<Item = Query> + '_ {
        self.places.queries()
    }

    /// Hits to skip.
    pub fn from(&self) -> usize {
        (self.page - 1) * self.size
    }

    /// Hits to return: those of the page that lie in the window.
    pub fn take(&self) -> usize {
        self.size.min(WINDOW - self.from())
    }

    /// The order of hits.
    pub fn order(&self) -> Vec<Sort> {
        vec![match self.sort.path {
            None => Sort::Relevance,
            Some(path) => Sort::Field { path: path.to_owned(), descending: self.sort.descending },
        }]
    }

    /// The facets that are counted, in the order of the answer.
    pub fn counted(&self) -> &[FacetOption] {
        &self.counted
    }

    /// What to count.
    pub fn facets(&self) -> Vec<Facet> {
        self.counted.iter().map(FacetOption::facet).collect()
    }

    /// The values chosen of a facet, in the order given.
    pub fn values(&self, facet: &FacetOption) -> Vec<&str> {
        let chosen = self.selected.iter().filter(|(known, _)| *known == facet.name);
        chosen.map(|(_, value)| value.as_str()).collect()
    }

    /// What narrows hits but not counts: values of one facet are alternatives, facets add up.
    pub fn post_filter(&self) -> Query {
        Query::all_of(self.counted.iter().map(|facet| facet.filter(&self.values(facet))))
    }

    /// What the index is asked for: `query` in `indices`, with the page, the order, the facets and what is chosen of them.
    pub fn search(&self, who: &Identity, indices: Vec<&'static str>, query: Query) -> Search {
        Search {
            indices,
            query,
            post_filter: self.post_filter(),
            facets: self.facets(),
            sort: self.order(),
            from: self.from(),
            size: self.take(),
            after: self.after.as_ref().and_then(|after| after.place.clone()),
            reader: who.id().cloned(),
            verbatim: None,
        }
    }

    /// The parameters as links repeat them: by name, with those that took effect. `page` says which page is meant.
    pub fn arguments(&self, page: (&'static str, String)) -> Vec<(&str, String)> {
        let mut arguments: Vec<(&str, String)> =
            vec![page, ("size", self.size.to_string()), ("sort", self.sort.name.to_owned())];
        arguments.extend(self.q.clone().map(|q| ("q", q)));
        arguments.extend(self.suggest.clone().map(|suggest| ("suggest", suggest)));
        let kept = self.flags.iter().filter(|(name, _)| self.options.flags.contains(name));
        arguments.extend(kept.map(|(name, yes)| (*name, if *yes { "True" } else { "False" }.to_owned())));
        arguments.extend(self.selected.iter().map(|(facet, value)| (*facet, value.clone())));
        arguments.extend(self.places.arguments());
        arguments.sort_by_key(|(name, _)| *name);
        arguments
    }
}

fn after(text: &str, sort: &SortOption) -> std::result::Result<After, FieldError> {
    let text = text.trim().to_owned();
    let place = cursor::read(sort.name, &text);
    if place.is_none() && !text.is_empty() {
        return Err(FieldError::new("after", "Not a valid cursor for this order."));
    }
    Ok(After { text, place })
}

fn order(
    options: &Options,
    wanted: Option<&str>,
    asked: bool,
) -> std::result::Result<SortOption, FieldError> {
    let default = if asked { options.with_query } else { options.without_query };
    let name = match wanted {
        None => default,
        Some("bestmatch") if !asked => default,
        Some(name) => name,
    };
    let unknown = || FieldError::new("_schema", format!("Invalid sort option '{name}'."));
    options.sorts.iter().find(|sort| sort.name == name).copied().ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::facets::{FacetOption, Kind, Labels};

    static OPTIONS: Options = Options {
        path: "/api/things",
        facets: &[FacetOption {
            name: "colour",
            label: "Colour",
            kind: Kind::Terms { field: "colour", size: 10 },
            labels: Labels::Key,
        }],
        flags: &["allversions"],
        ..Options::DEFAULT
    };

    fn parse(pairs: &[(&str, &str)]) -> Result<Request> {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Request::parse(&pairs, &OPTIONS)
    }

    fn problem(pairs: &[(&str, &str)]) -> String {
        match parse(pairs).unwrap_err() {
            Error::Invalid(problems) => format!("{}: {}", problems[0].field, problems[0].messages[0]),
            other => other.to_string(),
        }
    }

    #[test]
    fn wrong_parameters_are_named() {
        assert_eq!(problem(&[("page", "abc")]), "page: Not a valid integer.");
        assert_eq!(problem(&[("size", "1.5")]), "size: Not a valid integer.");
        assert_eq!(problem(&[("size", "")]), "size: Not a valid integer.");
        assert_eq!(problem(&[("page", "0")]), "page: Must be greater than or equal to 1.");
        assert_eq!(problem(&[("page", "-3")]), "page: Must be greater than or equal to 1.");
        assert_eq!(problem(&[("sort", "nosuch")]), "_schema: Invalid sort option 'nosuch'.");
        assert_eq!(problem(&[("allversions", "maybe")]), "allversions: Not a valid boolean.");
        for (page, size) in [("401", "25"), ("101", "100"), ("99999999999999999999", "25")] {
            assert_eq!(problem(&[("page", page), ("size", size)]), "Invalid querystring parameters.");
        }
        assert_eq!(problem(&[("after", "x")]), "after: Not a valid cursor for this order.");
        let oldest = cursor::write("oldest", &Value::Null);
        assert_eq!(problem(&[("after", &oldest)]), "after: Not a valid cursor for this order.");
        assert_eq!(problem(&[("after", ""), ("page", "2")]), "Invalid querystring parameters.");
        assert_eq!(problem(&[("suggest", "x")]), "Invalid querystring parameters.");
    }

    #[test]
    fn the_window_ends_at_ten_thousand() {
        for size in ["10001", "99999999999999999999"] {
            let largest = parse(&[("size", size)]).unwrap();
            assert_eq!((largest.from(), largest.take()), (0, 10_000));
            assert_eq!(
                largest.arguments(("page", "1".to_owned()))[1],
                ("size", "10000".to_owned()),
                "links name what took effect"
            );
            assert_eq!(problem(&[("size", size), ("page", "2")]), "Invalid querystring parameters.");
        }
        let last = parse(&[("size", "100"), ("page", "100")]).unwrap();
        assert_eq!((last.from(), last.take()), (9_900, 100));
    }

    #[test]
    fn best_match_needs_something_to_match() {
        assert_eq!(parse(&[("sort", "bestmatch")]).unwrap().sort.name, "newest");
        assert_eq!(parse(&[("q", " ")]).unwrap().sort.name, "newest");
        assert_eq!(parse(&[("q", "x")]).unwrap().sort.name, "bestmatch");
        assert_eq!(parse(&[("q", "x"), ("sort", "oldest")]).unwrap().sort.name, "oldest");
    }
}
