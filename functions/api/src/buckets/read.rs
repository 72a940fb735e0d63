//! `GET /api/files/{id}/{key}`

use cairn_core::App;
use cairn_http::{
    Call, Class, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;

use super::KEY;
use crate::{
    deposits::shown::or_published,
    files::{
        content,
        mount::{DRAFT, RECORD},
    },
    needs,
};

/// The content of a file of a draft, or the way to it; or of a published record, where no draft of it is open.
pub const OPERATION: Operation = Operation {
    name: "buckets.read",
    summary: "Download a file of a deposition",
    route: get("/api/files/{id}/{key+}"),
    params: &[KEY, Param::query("download", Kind::Boolean, "It is to be saved, whatever its type.")],
    replies: &[
        (200, content::BYTES),
        (206, content::BYTES),
        (302, content::ELSEWHERE),
        (304, content::SAME),
        (403, DENIED),
        (404, MISSING),
        (416, content::BEYOND),
    ],
    needs: needs::READ_CONTENT,
    runtime: Runtime { memory_mb: 512, timeout_s: 20, class: Class::File },
    media: &[],
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let key = call.param("key");
    or_published(content::reply(app, call, DRAFT, key).await, content::reply(app, call, RECORD, key)).await
}
