//! `POST …/files`

use cairn_core::{App, files::Mount};
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Result, files::read_starts};
use http::StatusCode;

use super::{mount, shown};
use crate::{needs, present};

const STARTS: Shape = Shape {
    name: "FilesToStart",
    description: "1 to 100 files.",
    schema: r#"{"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "object", "required": ["key"], "properties": {
        "key": {"type": "string", "maxLength": 255}, "metadata": {"type": "object"},
        "access": {"type": "object", "properties": {"hidden": {"type": "boolean"}}},
        "size": {"type": "integer"}, "checksum": {"type": "string"},
        "transfer": {"type": "object", "properties": {
            "type": {"enum": ["L", "M", "F", "R"]}, "parts": {"type": "integer"}, "part_size": {"type": "integer"},
            "url": {"type": "string"}
        }}
    }}}"#,
    example: r#"[{"key": "data.csv"}, {"key": "film.mp4", "size": 20000000, "transfer": {"type": "M", "parts": 2, "part_size": 10485760}}]"#,
};

const COMMON: Operation = Operation {
    summary: "Start files",
    description: "Takes names and reserves quota, for all of the files or for none. Their content comes next, then their \
                  commit. A file in parts (`M`) is told where to send each; parts need 5 MiB, but the last, in files above 50 MB.",
    body: Body::Any { shape: Some(STARTS) },
    replies: &[(201, shown::FILES), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::START_FILES,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.start",
    route: post("/api/records/{id}/draft/files"),
    handle: |app, call| Box::pin(start(app, call, mount::DRAFT)),
    ..COMMON
};

/// Media files of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.start",
    route: post("/api/records/{id}/draft/media-files"),
    handle: |app, call| Box::pin(start(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

async fn start(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    let starts = read_starts(call.value(), mount.has_folders());
    let list = app.files.start(&call.identity, &call.pid()?, mount, starts).await?;
    call.reply(StatusCode::CREATED, shown::list(call, mount, list))
}
