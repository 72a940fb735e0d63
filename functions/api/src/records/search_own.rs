//! `GET /api/user/records`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;

use super::options::OWN;
use crate::{exports, needs, present, shapes::HITS};

/// Searches the caller's drafts and records: the draft of a record that has one.
pub const OPERATION: Operation = Operation {
    name: "records.search_own",
    summary: "Search one's own drafts and records",
    route: get("/api/user/records"),
    params: present::RECORD_SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED)],
    needs: needs::FIND_RECORDS,
    runtime: Runtime::SEARCH,
    media: exports::RECORD_LIST_FORMATS,
    handle: |app, call| Box::pin(search_own(app, call)),
    ..Operation::DEFAULT
};

async fn search_own(app: &App, call: &Call) -> Result<Reply> {
    let request = present::records_request(app, call, &OWN)?;
    let answer = app.records.search_own(&call.identity, request).await?;
    present::reply_records(app, call, answer, OWN.path).await
}
