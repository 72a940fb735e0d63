//! `DELETE …/files`

use cairn_core::{App, files::Mount};
use cairn_http::{
    Call, Operation, Reply, Runtime, Shape,
    operation::delete,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;

use super::mount;
use crate::{needs, present};

const COMMON: Operation = Operation {
    summary: "Delete all files",
    description: "Takes all files out of the draft; the content of many is removed in the background.",
    replies: &[(204, Shape::nothing("They are gone.")), (403, DENIED), (404, MISSING)],
    needs: needs::DELETE_FILES,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.delete_all",
    route: delete("/api/records/{id}/draft/files"),
    handle: |app, call| Box::pin(remove(app, call, mount::DRAFT)),
    ..COMMON
};

/// Media files of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.delete_all",
    route: delete("/api/records/{id}/draft/media-files"),
    handle: |app, call| Box::pin(remove(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

async fn remove(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    app.files.delete_all(&call.identity, &call.pid()?, mount).await?;
    Ok(Reply::no_content())
}
