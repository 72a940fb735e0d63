//! `DELETE …/files/{key}`

use cairn_core::{App, files::Mount};
use cairn_http::{
    Call, Operation, Param, Reply, Runtime, Shape,
    operation::delete,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;

use super::mount::{self, Target};
use crate::{needs, present};

const COMMON: Operation = Operation {
    summary: "Delete a file",
    description: "Takes a file out of the draft, and gives up its upload.",
    params: &[Param::path("key", "The file's name; it may have slashes.")],
    replies: &[(204, Shape::nothing("It is gone.")), (403, DENIED), (404, MISSING)],
    needs: needs::DELETE_FILES,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.delete",
    route: delete("/api/records/{id}/draft/files/{key+}"),
    handle: |app, call| Box::pin(remove(app, call, mount::DRAFT)),
    ..COMMON
};

/// A media file of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.delete",
    route: delete("/api/records/{id}/draft/media-files/{key+}"),
    handle: |app, call| Box::pin(remove(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

async fn remove(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    let target = Target::of(call, mount);
    let Target::File(key) = target else { return Ok(mount::no_method(&target, mount)) };
    app.files.delete(&call.identity, &call.pid()?, mount, key).await?;
    Ok(Reply::no_content())
}
