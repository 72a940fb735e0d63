//! `GET …/files-archive`

use cairn_core::{App, files::Mount};
use cairn_http::{
    Call, Class, Content, Kind, Operation, Param, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::{Result, files::media};
use http::{
    StatusCode,
    header::{ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ETAG},
};

use super::{
    content::{self, put},
    mount,
    range::{self, Asked},
};
use crate::needs;

const COMMON: Operation = Operation {
    summary: "Download all files, or a folder of them, as one ZIP file",
    description: "Files are stored in it as they are: its length is known beforehand, and it can be resumed by `Range`.",
    params: &[Param::query("prefix", Kind::Text, "Only files whose names begin so.")],
    replies: &[
        (200, Shape::nothing("A ZIP file.")),
        (206, content::BYTES),
        (302, content::ELSEWHERE),
        (304, content::SAME),
        (403, DENIED),
        (404, MISSING),
        (416, content::BEYOND),
    ],
    runtime: Runtime { memory_mb: 1_024, timeout_s: 30, class: Class::File },
    needs: needs::READ_ARCHIVE,
    media: &[],
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.archive",
    route: get("/api/records/{id}/draft/files-archive"),
    handle: |app, call| Box::pin(archive(app, call, mount::DRAFT)),
    ..COMMON
};

/// Media files of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.archive",
    route: get("/api/records/{id}/draft/media-files-archive"),
    handle: |app, call| Box::pin(archive(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

/// Of a record.
pub(super) const RECORD: Operation = Operation {
    name: "record_files.archive",
    route: get("/api/records/{id}/files-archive"),
    handle: |app, call| Box::pin(archive(app, call, mount::RECORD)),
    needs: needs::READ_COUNTED_ARCHIVE,
    ..COMMON
};

/// Media files of a record.
pub(super) const RECORD_MEDIA: Operation = Operation {
    name: "record_media_files.archive",
    route: get("/api/records/{id}/media-files-archive"),
    handle: |app, call| Box::pin(archive(app, call, mount::RECORD_MEDIA)),
    needs: needs::READ_COUNTED_ARCHIVE,
    ..COMMON
};

async fn archive(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    let prefix = call.query_value("prefix").unwrap_or_default();
    let archive = app.files.archive(&call.identity, &call.pid()?, mount, prefix).await?;
    let tag = format!("\"{}\"", archive.tag);
    let size = archive.plan.size;
    let (status, range) = match range::of(call, size, &tag, None) {
        Asked::Same => return put(Reply::empty(StatusCode::NOT_MODIFIED), ETAG, &tag),
        Asked::Beyond => {
            let reply =
                cairn_http::errors::plain(StatusCode::RANGE_NOT_SATISFIABLE, "There are no such bytes.");
            return put(reply, CONTENT_RANGE, &format!("bytes */{size}"));
        }
        Asked::All => (StatusCode::OK, 0..size),
        Asked::Some(range) => (StatusCode::PARTIAL_CONTENT, range),
    };
    if range.start == 0 && !call.is_head {
        app.stats.archive_downloaded(call.visitor(), &archive).await;
    }
    let reply = if call.is_head {
        put(Reply::empty(StatusCode::OK), http::header::CONTENT_LENGTH, &size.to_string())?
    } else if range.end - range.start <= content::DIRECT {
        let bytes = app.files.archived(&archive, range.clone()).await?;
        Reply::with(status, Content::Bytes(bytes))
    } else if app.shared.settings.composes && archive.lies_in(&app.shared.ports.objects.built_in) {
        let pieces = app.files.archive_pieces(&archive, range.clone()).await?;
        Reply::with(status, Content::Pieces(pieces))
    } else {
        let address = app.files.archive_address(&archive, call.param("id")).await?;
        return Reply::redirect(StatusCode::FOUND, &address);
    };
    let reply = match status {
        StatusCode::PARTIAL_CONTENT => {
            put(reply, CONTENT_RANGE, &format!("bytes {}-{}/{size}", range.start, range.end - 1))?
        }
        _ => reply,
    };
    let reply = put(reply, CONTENT_TYPE, "application/zip")?;
    let reply = put(reply, ETAG, &tag)?;
    let reply = put(reply, ACCEPT_RANGES, "bytes")?;
    put(reply, CONTENT_DISPOSITION, &media::attachment(&format!("{}.zip", call.param("id"))))
}
