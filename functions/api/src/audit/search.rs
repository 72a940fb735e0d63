//! `GET /api/audit-logs/`

use cairn_core::{
    App,
    search::{
        Options, Request,
        facets::{FacetOption, Kind, Labels},
    },
};
use cairn_http::{
    Call, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use super::{PATH, shown};
use crate::{needs, present, shapes::HITS};

/// Searches the audit log. For administrators.
pub const OPERATION: Operation = Operation {
    name: "audit.search",
    summary: "Search the audit log",
    route: get("/api/audit-logs"),
    trailing_slash: true,
    params: PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED)],
    needs: needs::FIND,
    runtime: Runtime::SEARCH,
    media: present::EITHER,
    handle: |app, call| Box::pin(search(app, call)),
    ..Operation::DEFAULT
};

const ACTION: &str = "action";

const PARAMS: &[Param] = &{
    let [q, sort, page, size, after] = *present::SEARCH_PARAMS else { panic!("five parameters") };
    [q, sort, page, size, after, Param::query(ACTION, cairn_http::Kind::Text, "Only what is called so.")]
};

static OPTIONS: Options = Options {
    path: PATH,
    with_query: "newest",
    facets: &[
        FacetOption {
            name: "resource",
            label: "Resource",
            kind: Kind::Terms { field: "resource.type", size: 10 },
            labels: Labels::Table(&[("record", "Record"), ("draft", "Draft"), ("parent", "Parent")]),
        },
        FacetOption {
            name: "action_name",
            label: "Action",
            kind: Kind::Terms { field: "action", size: 30 },
            labels: Labels::Key,
        },
    ],
    size: 20,
    numbered: false,
    ..Options::DEFAULT
};

async fn search(app: &App, call: &Call) -> Result<Reply> {
    let request = Request::parse(call.query(), &OPTIONS)?;
    let action = call.query().iter().find(|(name, _)| name == ACTION).map(|(_, action)| action.as_str());
    let answer = app.audit.search(&call.identity, request, action).await?;
    let address = format!("{}{PATH}", call.site_url);
    call.reply(StatusCode::OK, answer.json(&address, |entry| shown(call, entry)))
}
