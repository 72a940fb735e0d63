//! `GET /api/groups`

use cairn_core::{
    App,
    search::{
        Options, Request,
        params::{BEST_MATCH, SortOption},
    },
};
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::HITS};

/// Finds groups that the caller may know of: for administrators, the roles of the site.
pub const OPERATION: Operation = Operation {
    name: "groups.search",
    summary: "Search groups",
    route: get("/api/groups"),
    params: present::SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(async { search(app, call) }),
    ..Operation::DEFAULT
};

const fn by_name(name: &'static str, descending: bool) -> SortOption {
    SortOption { name, path: Some("name"), descending }
}

static OPTIONS: Options = Options {
    path: "/api/groups",
    sorts: &[
        BEST_MATCH,
        by_name("name", false),
        by_name("name_desc", true),
        by_name("managed", false),
        by_name("unmanaged", false),
    ],
    without_query: "name",
    suggest: true,
    size: 20,
    numbered: false,
    ..Options::DEFAULT
};

fn search(app: &App, call: &Call) -> Result<Reply> {
    let request = Request::parse(call.query(), &OPTIONS)?;
    let answer = app.users.groups(&call.identity, request)?;
    let address = format!("{}{}", call.site_url, OPTIONS.path);
    call.reply(StatusCode::OK, answer.json(&address, |name| super::shown(call, name)))
}
