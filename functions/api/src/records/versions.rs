//! `GET /api/records/{id}/versions`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{
    Result,
    kinds::{ACCOUNTS, FILES, RECORDS, STATS, VOCABULARIES},
};
use cairn_ports::Need::{CustomFields, Read, Search};

use super::options::VERSIONS;
use crate::{exports, present, shapes::HITS};

/// Lists the published versions of a record's family, the latest first.
pub const OPERATION: Operation = Operation {
    name: "records.versions",
    summary: "List versions",
    route: get("/api/records/{id}/versions"),
    params: present::RECORD_SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: &[
        Read(ACCOUNTS),
        Read(RECORDS),
        Read(FILES),
        Read(STATS),
        Read(VOCABULARIES),
        CustomFields,
        Search,
    ],
    runtime: Runtime::SEARCH,
    media: exports::RECORD_LIST_FORMATS,
    handle: |app, call| Box::pin(versions(app, call)),
    ..Operation::DEFAULT
};

async fn versions(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    let request = present::records_request(app, call, &VERSIONS)?;
    let answer = app.records.versions(&call.identity, &pid, request).await?;
    present::reply_records(app, call, answer, &format!("/api/records/{pid}/versions")).await
}
