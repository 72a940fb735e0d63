//! The `links` of every resource, in the order InvenioRDM emits them.

pub(crate) mod encode;
pub mod files;
mod records;
mod template;

use serde_json::{Map, Value};

use encode::{path, segment};
pub use records::{draft, record};

/// Where links lead.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The site's own URL, without a slash at the end: `https://data.example.org`. Never taken from a request.
    pub url: &'a str,
    /// The prefix of DOIs that only the test system of `DataCite` resolves; empty where there is none.
    pub test_prefix: &'a str,
}

impl<'a> Site<'a> {
    /// A site whose DOIs are resolved by `https://doi.org`.
    pub fn new(url: &'a str) -> Self {
        Self { url: url.trim_end_matches('/'), test_prefix: "" }
    }

    /// The same site, where DOIs of this prefix were made to try things.
    #[must_use]
    pub fn testing(self, test_prefix: &'a str) -> Self {
        Self { test_prefix, ..self }
    }

    /// What resolves a DOI, without a slash at the end.
    fn resolver(self, doi: &str) -> &'static str {
        let is_test = !self.test_prefix.is_empty()
            && doi.strip_prefix(self.test_prefix).is_some_and(|rest| rest.starts_with('/'));
        if is_test { "https://handle.test.datacite.org" } else { "https://doi.org" }
    }
}

/// Vocabularies with a path of their own; the others are below `/api/vocabularies`.
const OWN_PATH: [&str; 5] = ["affiliations", "awards", "funders", "names", "subjects"];

/// The links of an entry of `vocabulary`. The id stands as it is, slashes included.
pub fn vocabulary_entry(vocabulary: &str, id: &str, site: Site<'_>) -> Map<String, Value> {
    let below = if OWN_PATH.contains(&vocabulary) { "" } else { "vocabularies/" };
    let this = format!("{}/api/{below}{}/{}", site.url, path(vocabulary), path(id));
    Map::from_iter([("self".to_owned(), this.into())])
}

/// What the reader of a user is to that user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserReader {
    /// Anybody who may read the user, the user included.
    Anybody,
    /// Someone who manages users.
    Manager,
    /// A manager of users, looking at themselves: the own groups are not theirs to change.
    ManagerOwn,
}

const USER: [(&str, &str); 3] = [
    ("self", "{site}/api/users/{id}"),
    ("avatar", "{site}/api/users/{id}/avatar.svg"),
    ("records_html", "{site}/search?q=parent.access.owned_by.user:{id}"),
];
const MANAGED_USER: [(&str, &str); 4] = [
    ("admin_records_html", "{site}/administration/records?f=allversions&q=parent.access.owned_by.user:{id}"),
    ("admin_drafts_html", "{site}/administration/drafts?f=allversions&q=parent.access.owned_by.user:{id}"),
    ("admin_moderation_html", "{site}/administration/moderation?q=topic.user:{id}"),
    ("groups", "{site}/api/users/{id}/groups"),
];

/// The links of a user.
pub fn user(id: &str, reader: UserReader, site: Site<'_>) -> Map<String, Value> {
    let managed = match reader {
        UserReader::Anybody => &MANAGED_USER[..0],
        UserReader::Manager => &MANAGED_USER[..],
        UserReader::ManagerOwn => &MANAGED_USER[..3],
    };
    let id = segment(id);
    let url = |text| template::fill(text, &[("site", site.url), ("id", &id)]);
    USER.iter().chain(managed).map(|(name, text)| ((*name).to_owned(), url(text).into())).collect()
}

/// The `Link` header of a record's JSON: where its linkset is.
pub fn linkset_header(id: &str, site: Site<'_>) -> String {
    format!(r#"<{}/api/records/{}> ; rel="linkset" ; type="application/linkset+json""#, site.url, segment(id))
}

/// The `Link` header of what belongs to a record, as `relation` says: where the record's page is, and its linkset. An
/// export `describes` the record, and a file is in this `collection`.
pub fn page_header(relation: &str, id: &str, site: Site<'_>) -> String {
    let page = format!(r#"<{}/records/{}> ; rel="{relation}" ; type="text/html""#, site.url, segment(id));
    format!("{page} , {}", linkset_header(id, site))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site<'static> = Site { url: "http://127.0.0.1:8080", test_prefix: "" };

    fn this(links: &Map<String, Value>) -> &str {
        links["self"].as_str().unwrap()
    }

    #[test]
    fn vocabulary_entries_live_where_their_vocabulary_does() {
        for (vocabulary, id, expected) in [
            ("languages", "eng", "/api/vocabularies/languages/eng"),
            ("code:programmingLanguages", "c#", "/api/vocabularies/code:programmingLanguages/c%23"),
            ("code:programmingLanguages", "c++", "/api/vocabularies/code:programmingLanguages/c++"),
            ("awards", "00rbzpz17::ANR-24", "/api/awards/00rbzpz17::ANR-24"),
            ("subjects", "https://example.org/fos/1?x", "/api/subjects/https://example.org/fos/1%3Fx"),
            ("affiliations", "01ggx4157", "/api/affiliations/01ggx4157"),
        ] {
            assert_eq!(this(&vocabulary_entry(vocabulary, id, SITE)), format!("{}{expected}", SITE.url));
        }
    }

    #[test]
    fn only_managers_see_the_links_of_managers() {
        let names = |reader| user("3", reader, SITE).keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(names(UserReader::Anybody), "self avatar records_html");
        let managed = "self avatar records_html admin_records_html admin_drafts_html admin_moderation_html";
        assert_eq!(names(UserReader::ManagerOwn), managed);
        assert_eq!(names(UserReader::Manager), format!("{managed} groups"));
        let links = user("3", UserReader::Anybody, SITE);
        assert_eq!(links["records_html"], "http://127.0.0.1:8080/search?q=parent.access.owned_by.user:3");
    }

    #[test]
    fn a_slash_at_the_end_of_the_site_is_not_doubled() {
        let expected =
            r#"<https://x.org/api/records/abcde-fgh12> ; rel="linkset" ; type="application/linkset+json""#;
        assert_eq!(linkset_header("abcde-fgh12", Site::new("https://x.org/")), expected);
    }
}
