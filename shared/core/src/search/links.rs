//! Links of a page of hits: to itself and its neighbours, with the parameters that took effect.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    cursor,
    params::{Request, WINDOW},
};

/// What InvenioRDM leaves as it is in the query of a link.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b':')
    .remove(b',')
    .remove(b'/')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b' ');

/// `prev`, `self` and `next` of a page, as far as there are such pages. `address` is the list's address without
/// parameters, `next` the place behind the page, for lists that are read by cursor.
pub fn links(address: &str, request: &Request, total: u64, next: Option<&Value>) -> Value {
    if let Some(after) = &request.after {
        let mut links = Map::new();
        let mut link = |name: &str, after: String| {
            links.insert(name.into(), json!(url(address, request, ("after", after))));
        };
        link("self", after.text.clone());
        if let Some(place) = next {
            link("next", cursor::write(request.sort.name, place));
        }
        return Value::Object(links);
    }
    let page = request.page;
    let reachable = total.min(WINDOW as u64);
    let mut links = Map::new();
    let mut link = |name: &str, page: usize| {
        links.insert(name.into(), json!(url(address, request, ("page", page.to_string()))))
    };
    // As in InvenioRDM, a page far behind the last hit has no neighbour before it.
    let is_reached = |page: usize| (((page - 1) * request.size) as u64) < reachable;
    if page > 1 && !request.options.fixed_page && is_reached(page - 1) {
        link("prev", page - 1);
    }
    link("self", page);
    if !request.options.fixed_page && is_reached(page + 1) {
        link("next", page + 1);
    }
    Value::Object(links)
}

fn url(address: &str, request: &Request, page: (&'static str, String)) -> String {
    let pairs: Vec<String> = request
        .arguments(page)
        .into_iter()
        .map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(&value, ESCAPED).to_string().replace(' ', "+"))
        })
        .collect();
    format!("{address}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::params::Options;

    static OPTIONS: Options = Options { path: "/api/things", ..Options::DEFAULT };

    fn of(pairs: &[(&str, &str)], total: u64) -> Value {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        links("http://x/api/things", &Request::parse(&pairs, &OPTIONS).unwrap(), total, Some(&json!(7)))
    }

    #[test]
    fn links_repeat_what_took_effect() {
        assert_eq!(
            of(&[("q", "doi:10.1234/a (b) \"c\" [d]"), ("foo", "bar")], 1),
            json!({"self": "http://x/api/things?page=1&q=doi:10.1234/a+(b)+%22c%22+%5Bd%5D&size=25&sort=bestmatch"})
        );
    }

    #[test]
    fn cursors_lead_on_from_the_place_behind_the_page() {
        let next = cursor::write("newest", &json!(7));
        assert_eq!(
            of(&[("after", ""), ("size", "3")], 7),
            json!({"self": "http://x/api/things?after=&size=3&sort=newest",
                "next": format!("http://x/api/things?after={next}&size=3&sort=newest")})
        );
    }

    #[test]
    fn neighbours_are_linked_where_there_are_any() {
        let names = |links: Value| links.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(names(of(&[("size", "3")], 7)), "self next");
        assert_eq!(names(of(&[("size", "3"), ("page", "2")], 7)), "prev self next");
        assert_eq!(names(of(&[("size", "3"), ("page", "3")], 7)), "prev self");
        assert_eq!(names(of(&[("size", "100"), ("page", "100")], 20_000)), "prev self");
        assert_eq!(names(of(&[("page", "2")], 7)), "prev self");
        assert_eq!(names(of(&[("page", "9")], 7)), "self");
    }
}
