//! `POST …/files/{key}/commit`

use cairn_core::{App, files::Mount};
use cairn_http::{
    Call, Operation, Param, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::{
    mount::{self, Target},
    shown,
};
use crate::{needs, present};

const COMMON: Operation = Operation {
    summary: "Commit a file",
    description: "What has arrived becomes the file, and will not change. Doing it again answers the same.",
    params: &[Param::path("key", "The file's name, and `/commit`.")],
    replies: &[(200, shown::FILE), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::COMMIT_FILES,
    runtime: Runtime { timeout_s: 30, ..Runtime::WRITE },
    media: present::BOTH_NAMES,
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.commit",
    route: post("/api/records/{id}/draft/files/{key+}"),
    handle: |app, call| Box::pin(commit(app, call, mount::DRAFT)),
    ..COMMON
};

/// A media file of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.commit",
    route: post("/api/records/{id}/draft/media-files/{key+}"),
    handle: |app, call| Box::pin(commit(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

async fn commit(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    let target = Target::of(call, mount);
    let Target::Commit(key) = target else { return Ok(mount::no_method(&target, mount)) };
    let file = app.files.commit(&call.identity, &call.pid()?, mount, key).await?;
    call.reply(StatusCode::OK, shown::file(call, mount, file))
}
