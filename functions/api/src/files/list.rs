//! `GET …/files`

use cairn_core::{
    App,
    files::{Mount, Wanted},
};
use cairn_http::{
    Call, Kind, Operation, Param, Reply,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Error, Result};
use http::StatusCode;

use super::{mount, shown};
use crate::{needs, present};

const COMMON: Operation = Operation {
    summary: "List files",
    description: "Lists files: all in the order in which they were started, or, where there are more than 100, by name in pages. `prefix` and `delimiter=/` show a folder.",
    params: &[
        Param::query("size", Kind::Integer, "Files on a page: 1 to 1,000."),
        Param::query("after", Kind::Text, "Only files whose names come after this one."),
        Param::query("prefix", Kind::Text, "Only files whose names begin so."),
        Param::query(
            "delimiter",
            Kind::Text,
            "What folders end with; what lies in one is told by its name in `folders`.",
        ),
    ],
    replies: &[(200, shown::FILES), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::READ_FILES,
    media: present::BOTH_NAMES,
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.list",
    needs: needs::READ_DRAFT_FILES,
    route: get("/api/records/{id}/draft/files"),
    handle: |app, call| Box::pin(list(app, call, mount::DRAFT)),
    ..COMMON
};

/// Media files of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.list",
    needs: needs::READ_DRAFT_FILES,
    route: get("/api/records/{id}/draft/media-files"),
    handle: |app, call| Box::pin(list(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

/// Of a record.
pub(super) const RECORD: Operation = Operation {
    name: "record_files.list",
    route: get("/api/records/{id}/files"),
    handle: |app, call| Box::pin(list(app, call, mount::RECORD)),
    ..COMMON
};

/// Media files of a record.
pub(super) const RECORD_MEDIA: Operation = Operation {
    name: "record_media_files.list",
    route: get("/api/records/{id}/media-files"),
    handle: |app, call| Box::pin(list(app, call, mount::RECORD_MEDIA)),
    ..COMMON
};

async fn list(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    let size = match call.integer("size")? {
        None => None,
        Some(size @ 1..=1_000) => usize::try_from(size).ok(),
        Some(_) => return Err(Error::field("size", "Must be between 1 and 1000.")),
    };
    let text = |name: &str| call.query_value(name).map(str::to_owned);
    let wanted = Wanted {
        after: text("after"),
        size,
        prefix: text("prefix").unwrap_or_default(),
        delimiter: text("delimiter").filter(|delimiter| !delimiter.is_empty()),
    };
    let list = app.files.list(&call.identity, &call.pid()?, mount, &wanted).await?;
    call.reply(StatusCode::OK, shown::list(call, mount, list))
}
