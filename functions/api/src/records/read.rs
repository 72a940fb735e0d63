//! `GET /api/records/{id}`

use cairn_core::{App, records::Found};
use cairn_formats::links::{Site, linkset_header};
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime,
    operation::{EXPAND, get},
    shapes::{DENIED, GONE, MISSING, MOVED},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{
    citations::{LOCALE, STYLE},
    exports, needs, present,
    shapes::RECORD,
};

/// Reads a published record. The id of a parent leads to its latest version.
pub const OPERATION: Operation = Operation {
    name: "records.read",
    summary: "Read a published record",
    route: get("/api/records/{id}"),
    params: &[
        EXPAND,
        Param::query("include_deleted", Kind::Boolean, "Shows administrators what is deleted."),
        STYLE,
        LOCALE,
    ],
    replies: &[(200, RECORD), (302, MOVED), (403, DENIED), (404, MISSING), (410, GONE)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let deleted = call.flag("include_deleted")?;
    let record = match app.records.read_with(&call.identity, &call.pid()?, deleted).await? {
        Found::Record(record) => *record,
        Found::MovedTo(id) => return Reply::redirect(StatusCode::FOUND, &format!("/api/records/{id}")),
    };
    let link = linkset_header(record.id(), Site::new(&call.site_url));
    let record = present::with_file_links(call, present::expanded(app, call, record, expand).await?);
    present::reply_record(call, StatusCode::OK, record)?.link(&link)
}
