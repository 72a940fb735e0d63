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
    Operation {
        name: "awards.search",
        route: get("/api/awards"),
        needs: needs::FIND_REFERRING_ENTRIES,
        ..OPERATION
    },
    Operation { name: "subjects.search", route: get("/api/subjects"), ..OPERATION },
];

const fn by(name: &'static str, path: &'static str) -> SortOption {
    SortOption { name, path: Some(path), descending: false }
}

const OPTIONS: Options = Options { path: "", suggest: true, ..Options::DEFAULT };
static TITLED: Options = Options {
    sorts: &[BEST_MATCH, by("title", "title_sort"), NEWEST, OLDEST],
    without_query: "title",
    ..OPTIONS
};
static NAMED: Options = Options {
    sorts: &[BEST_MATCH, by("name", "name_sort"), NEWEST, OLDEST],
    without_query: "name",
    ..OPTIONS
};
static SUBJECTS: Options = Options {
    sorts: &[BEST_MATCH, by("subject", "name_sort"), NEWEST, OLDEST],
    without_query: "subject",
    ..OPTIONS
};
static AWARDS: Options = Options {
    facets: &[FacetOption {
        name: "funders",
        label: "Funders",
        kind: Kind::Terms { field: "funder.id", size: 10 },
        labels: Labels::Titles("funders"),
    }],
    ..OPTIONS
};

fn options(vocabulary: &Vocabulary) -> &'static Options {
    match vocabulary.default_sort {
        "name" => &NAMED,
        "subject" => &SUBJECTS,
        "newest" => &AWARDS,
        _ => &TITLED,
    }
}

async fn search(app: &App, call: &Call) -> Result<Reply> {
    let vocabulary = of_list(call)?;
    let mut request = Request::parse(call.query(), options(vocabulary))?;
    request.languages.clone_from(&call.languages);
    let tags = call.query().iter().filter(|(name, _)| name == "tags" && !vocabulary.own_fields);
    let tags: Vec<&str> = tags.map(|(_, tag)| tag.as_str()).collect();
    let answer = app.vocabularies.search(&call.identity, vocabulary, request, &tags).await?;
    let below = if vocabulary.own_fields { "" } else { "vocabularies/" };
    let address = format!("{}/api/{below}{}", call.site_url, vocabulary.id);
    call.reply(StatusCode::OK, answer.json(&address, |entry| present::entry(call, vocabulary.id, entry)))
}
