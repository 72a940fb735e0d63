//! `GET /api/users/all`

use cairn_core::{
    App,
    search::{
        Options, Request,
        facets::{FacetOption, Kind, Labels},
        params::{BEST_MATCH, NEWEST, OLDEST, SortOption},
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

/// Searches all users. For administrators.
pub const OPERATION: Operation = Operation {
    name: "users.search_all",
    summary: "Search all users",
    route: get("/api/users/all"),
    params: present::SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED)],
    needs: needs::FIND,
    runtime: Runtime::SEARCH,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(search_all(app, call)),
    ..Operation::DEFAULT
};

const fn facet(
    name: &'static str,
    label: &'static str,
    field: &'static str,
    labels: &'static [(&'static str, &'static str)],
) -> FacetOption {
    FacetOption { name, label, kind: Kind::Terms { field, size: 10 }, labels: Labels::Table(labels) }
}

static OPTIONS: Options = Options {
    path: "/api/users/all",
    sorts: &[
        BEST_MATCH,
        NEWEST,
        OLDEST,
        SortOption { name: "username", path: Some("username.keyword"), descending: false },
        SortOption { name: "email", path: Some("email.keyword"), descending: false },
        SortOption { name: "domain", path: Some("domain"), descending: false },
        SortOption { name: "updated", path: Some("updated"), descending: true },
    ],
    without_query: "username",
    facets: &[
        facet(
            "status",
            "Account status",
            "status",
            &[
                ("new", "New"),
                ("confirmed", "Confirmed"),
                ("verified", "Verified"),
                ("blocked", "Blocked"),
                ("inactive", "Inactive"),
            ],
        ),
        facet(
            "visibility",
            "Profile visibility",
            "visibility",
            &[("full", "Full"), ("profile", "Profile"), ("hidden", "Hidden")],
        ),
        FacetOption {
            labels: Labels::Numbers(&["New", "Moderated", "Verified", "Blocked"]),
            ..facet("domain_status", "Domain status", "domaininfo.status", &[])
        },
        facet("domain", "Domain", "domain", &[]),
        facet("affiliations", "Affiliations", "profile.affiliations.keyword", &[]),
        facet("roles", "Roles", "role", &[]),
    ],
    silent_flags: &["is_blocked", "is_verified", "is_active"],
    suggest: true,
    size: 20,
    numbered: false,
    ..Options::DEFAULT
};

async fn search_all(app: &App, call: &Call) -> Result<Reply> {
    let request = Request::parse(call.query(), &OPTIONS)?;
    let answer = app.users.search_all(&call.identity, request).await?;
    let address = format!("{}{}", call.site_url, OPTIONS.path);
    call.reply(StatusCode::OK, answer.json(&address, |user| present::user(call, user)))
}
