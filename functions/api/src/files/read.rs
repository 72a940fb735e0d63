//! `GET …/files/{key}`, `…/content`, `…/container`

use cairn_core::{App, files::Mount};
use cairn_http::{
    Call, Class, Content, Kind, Operation, Param, Reply, Runtime, accept,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Error, Result};
use http::{StatusCode, header::ACCEPT};
use serde_json::Value;

use super::{
    container, content,
    mount::{self, Target},
    shown,
};
use crate::{needs, present};

const COMMON: Operation = Operation {
    summary: "Read a file, its content, or what it contains",
    description: "`…/{key}` tells of the file; of one that comes in parts also which have arrived, and where the others are to \
                  be sent. `…/{key}/content` is its content, or the way to it, with `Range`. `…/{key}/container` lists what \
                  a ZIP file holds, and `…/container/{path}` is one of these, or a folder of these as a ZIP file.",
    params: &[
        Param::path("key", "The file's name; it may have slashes."),
        Param::query(
            "parts_from",
            Kind::Integer,
            "The first part whose address is told; 1,000 are told at once.",
        ),
        Param::query("download", Kind::Boolean, "Content is to be saved, whatever its type."),
    ],
    replies: &[
        (200, shown::FILE),
        (206, content::BYTES),
        (302, content::ELSEWHERE),
        (304, content::SAME),
        (400, INVALID),
        (403, DENIED),
        (404, MISSING),
        (416, content::BEYOND),
    ],
    needs: needs::READ_CONTENT,
    runtime: Runtime { memory_mb: 512, timeout_s: 20, class: Class::File },
    media: &[],
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.read",
    route: get("/api/records/{id}/draft/files/{key+}"),
    needs: needs::READ_DRAFT_CONTENT,
    handle: |app, call| Box::pin(read(app, call, mount::DRAFT)),
    ..COMMON
};

/// A media file of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.read",
    route: get("/api/records/{id}/draft/media-files/{key+}"),
    needs: needs::READ_DRAFT_CONTENT,
    handle: |app, call| Box::pin(read(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

/// Of a record.
pub(super) const RECORD: Operation = Operation {
    name: "record_files.read",
    route: get("/api/records/{id}/files/{key+}"),
    handle: |app, call| Box::pin(read(app, call, mount::RECORD)),
    ..COMMON
};

/// A media file of a record.
pub(super) const RECORD_MEDIA: Operation = Operation {
    name: "record_media_files.read",
    route: get("/api/records/{id}/media-files/{key+}"),
    handle: |app, call| Box::pin(read(app, call, mount::RECORD_MEDIA)),
    ..COMMON
};

async fn read(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    match Target::of(call, mount) {
        Target::Content(key) => content::reply(app, call, mount, key).await,
        Target::Container(key, Some(path)) => container::member(app, call, mount, key, path).await,
        Target::Container(key, None) => json(call, container::list(app, call, mount, key)).await,
        Target::File(key) => json(call, file(app, call, mount, key)).await,
        target @ (Target::Commit(_) | Target::Part(..)) => Ok(mount::no_method(&target, mount)),
    }
}

/// Content is of any type; the rest is JSON, under the name that the caller knows.
async fn json(call: &Call, told: impl Future<Output = Result<Value>>) -> Result<Reply> {
    match accept::format(present::BOTH_NAMES, call.header(&ACCEPT)) {
        Ok(format) => Ok(Reply::of(StatusCode::OK, format.media, Content::Json(told.await?))),
        Err(refused) => Ok(*refused),
    }
}

async fn file(app: &App, call: &Call, mount: Mount, key: &str) -> Result<Value> {
    let from = u32::try_from(call.integer("parts_from")?.unwrap_or(1).max(1))
        .map_err(|_| Error::field("parts_from", "Must be at most 10000."))?;
    let file = app.files.read(&call.identity, &call.pid()?, mount, key, from).await?;
    Ok(shown::file(call, mount, file))
}
