//! `GET /api/vocabularies/{type}` and `/api/<vocabulary>`

use cairn_core::{
    App,
    search::{
        Options, Request,
        facets::{FacetOption, Kind, Labels},
        params::{BEST_MATCH, NEWEST, OLDEST, SortOption},
    },
    vocabularies::Vocabulary,
};
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::of_list;
use crate::{needs, present, shapes::HITS};

/// Searches the entries of a vocabulary; `suggest` finds them while somebody types.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.search",
    summary: "Search a vocabulary",
    route: get("/api/vocabularies/{type}"),
    params: present::SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::FIND,
    runtime: Runtime::SEARCH,
    media: present::ENTRY_LIST_FORMATS,
    handle: |app, call| Box::pin(search(app, call)),
    ..Operation::DEFAULT
};

/// The same for vocabularies with a path of their own.
pub const OWN: &[Operation] = &[
    Operation { name: "names.search", route: get("/api/names"), ..OPERATION },
    Operation { name: "affiliations.search", route: get("/api/affiliations"), ..OPERATION },
    Operation { name: "funders.search", route: get("/api/funders"), ..OPERATION },
    Operation { name: "awards.search", route: get("/api/awards"), needs: needs::FIND_RECORDS, ..OPERATION },
    Operation { name: "subjects.search", route: get("/api/subjects"), ..OPERATION },
];

static GENERIC: Options = Options {
    path: "",
    sorts: &[
        BEST_MATCH,
        NEWEST,
        OLDEST,
        SortOption { name: "title", path: Some("title_sort"), descending: false },
        SortOption { name: "name", path: Some("name_sort"), descending: false },
        SortOption { name: "subject", path: Some("name_sort"), descending: false },
    ],
    without_query: "title",
    suggest: true,
    ..Options::DEFAULT
};
static NAMED: Options = Options { without_query: "name", ..GENERIC };
static SUBJECTS: Options = Options { without_query: "subject", ..GENERIC };
static AWARDS: Options = Options {
    without_query: "newest",
    facets: &[FacetOption {
        name: "funders",
        label: "Funders",
        kind: Kind::Terms { field: "funder.id", size: 10 },
        labels: Labels::Titles("funders"),
    }],
    ..GENERIC
};

fn options(vocabulary: &Vocabulary) -> &'static Options {
    match vocabulary.default_sort {
        "name" => &NAMED,
        "subject" => &SUBJECTS,
        "newest" => &AWARDS,
        _ => &GENERIC,
    }
}

async fn search(app: &App, call: &Call) -> Result<Reply> {
    let vocabulary = of_list(call)?;
    let request = Request::parse(call.query(), options(vocabulary))?;
    let tags: Vec<&str> =
        call.query().iter().filter(|(name, _)| name == "tags").map(|(_, tag)| tag.as_str()).collect();
    let answer = app.vocabularies.search(&call.identity, vocabulary, request, &tags).await?;
    let below = if vocabulary.own_fields { "" } else { "vocabularies/" };
    let address = format!("{}/api/{below}{}", call.site_url, vocabulary.id);
    call.reply(StatusCode::OK, answer.json(&address, |entry| present::entry(call, vocabulary.id, entry)))
}
