//! `GET /api/deposit/depositions`

use cairn_core::{
    App,
    search::{
        Options, Request,
        params::{BEST_MATCH, Narrowing, SortOption},
    },
};
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::{Error, Result};
use http::StatusCode;
use serde_json::Value;

use super::{shapes::DEPOSITIONS, shown};
use crate::needs;

/// Most depositions on a page, as on Zenodo.
const MOST: usize = 100;
/// What Zenodo calls drafts and published records, and what the index does.
const STATUS: [(&str, &str); 2] = [("draft", "true"), ("published", "false")];

static OPTIONS: Options = Options {
    path: "/api/deposit/depositions",
    sorts: &[
        BEST_MATCH,
        SortOption { name: "mostrecent", path: Some("updated"), descending: true },
        SortOption { name: "-mostrecent", path: Some("updated"), descending: false },
    ],
    without_query: "mostrecent",
    flags: &["allversions", "shared_with_me"],
    narrowing: &[Narrowing { name: "is_draft", field: "is_draft", values: &["true", "false"] }],
    size: 10,
    ..Options::DEFAULT
};

/// Lists the caller's own drafts and records, the draft of a record that has one, as an array.
pub const OPERATION: Operation = Operation {
    name: "deposits.list",
    summary: "List one's own depositions",
    route: get("/api/deposit/depositions"),
    trailing_slash: true,
    params: &[
        Param::query(
            "q",
            Kind::Text,
            "What to look for, in Lucene's syntax; fields have the names that records have.",
        ),
        Param::query(
            "status",
            Kind::OneOf(&["draft", "published"]),
            "Drafts, or what is published and not edited.",
        ),
        Param::query("sort", Kind::OneOf(&["bestmatch", "mostrecent", "-mostrecent"]), "The order."),
        Param::query("page", Kind::Integer, "The page, from 1."),
        Param::query("size", Kind::Integer, "Depositions on a page: 10 if not said, at most 100."),
        Param::query("all_versions", Kind::Boolean, "All versions, and not the newest alone."),
    ],
    replies: &[(200, DEPOSITIONS), (400, INVALID), (403, DENIED)],
    needs: needs::FIND_DEPOSITIONS,
    runtime: Runtime::SEARCH,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let request = Request::parse(&asked(call), &OPTIONS)?;
    if request.size > MOST {
        return Err(Error::field("size", format!("Must be at most {MOST}.")));
    }
    let answer = app.records.search_own(&call.identity, request).await?;
    let shown = answer.hits.into_iter().map(|hit| shown::deposition(app, call, hit));
    call.reply(StatusCode::OK, Value::Array(shown.collect()))
}

/// What is asked for, in the words of other searches: what is the caller's own, not what others share with them.
fn asked(call: &Call) -> Vec<(String, String)> {
    let each = call.query().iter().filter_map(|(name, value)| match name.as_str() {
        "status" => {
            let (_, is_draft) = STATUS.iter().find(|(status, _)| status == value)?;
            Some(("is_draft".to_owned(), (*is_draft).to_owned()))
        }
        "all_versions" => Some(("allversions".to_owned(), value.clone())),
        "q" | "sort" | "page" | "size" => Some((name.clone(), value.clone())),
        _ => None,
    });
    each.chain([("shared_with_me".to_owned(), "false".to_owned())]).collect()
}
