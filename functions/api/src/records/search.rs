//! `GET /api/records`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, operation::get, shapes::INVALID};
use cairn_model::Result;

use super::options::RECORDS;
use crate::{exports, needs, present, shapes::HITS};

/// Searches published records: latest versions, unless `allversions` is set.
pub const OPERATION: Operation = Operation {
    name: "records.search",
    summary: "Search published records",
    route: get("/api/records"),
    params: present::RECORD_SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID)],
    needs: needs::FIND_RECORDS,
    runtime: Runtime::SEARCH,
    media: exports::RECORD_LIST_FORMATS,
    handle: |app, call| Box::pin(search(app, call)),
    ..Operation::DEFAULT
};

async fn search(app: &App, call: &Call) -> Result<Reply> {
    let request = present::records_request(app, call, &RECORDS)?;
    let answer = app.records.search(&call.identity, request).await?;
    present::reply_records(app, call, answer, RECORDS.path).await
}
