//! `GET /records/{id}/files/{key}`, `GET /records/{id}/media-files/{key}`

use cairn_core::{App, files::Mount};
use cairn_formats::links::{Site, page_header};
use cairn_http::{
    Call, Kind, Operation, Param, Reply,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::{HeaderValue, header::CACHE_CONTROL};

use super::{
    container, content,
    mount::{self, Target},
    read,
};

const COMMON: Operation = Operation {
    summary: "Download a file",
    description: "The content of a published file, or the way to it, as at the same path below `/api` with `/content` after \
                  it: here lead links for readers and crawlers. `…/{key}/container/{path}` is one of the files that a ZIP \
                  file holds.",
    params: &[
        Param::path("key", "The file's name; it may have slashes."),
        Param::query("download", Kind::Boolean, "It is to be saved, whatever its type."),
    ],
    replies: &[
        (200, content::BYTES),
        (206, content::BYTES),
        (302, content::ELSEWHERE),
        (304, content::SAME),
        (403, DENIED),
        (404, MISSING),
        (416, content::BEYOND),
    ],
    ..read::RECORD
};

/// Of a record.
pub(super) const RECORD: Operation = Operation {
    name: "record_files.download",
    route: get("/records/{id}/files/{key+}"),
    handle: |app, call| Box::pin(download(app, call, mount::RECORD)),
    ..COMMON
};

/// A media file of a record.
pub(super) const RECORD_MEDIA: Operation = Operation {
    name: "record_media_files.download",
    route: get("/records/{id}/media-files/{key+}"),
    handle: |app, call| Box::pin(download(app, call, mount::RECORD_MEDIA)),
    ..COMMON
};

/// Here a name may end as it likes: what is asked for is content.
async fn download(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    if let Target::Container(key, Some(path)) = Target::of(call, mount) {
        return container::member(app, call, mount, key, path).await;
    }
    let link = page_header("collection", call.param("id"), Site::new(&call.site_url));
    let mut reply = content::reply(app, call, mount, call.param("key")).await?.link(&link)?;
    // What is shown without a name or a link's key, caches may show everybody, once they have asked whether it is still so.
    if !call.identity.is_known() && call.identity.key().is_none() {
        for (_, value) in reply.headers.iter_mut().filter(|(name, _)| *name == CACHE_CONTROL) {
            *value = HeaderValue::from_static("public, no-cache");
        }
    }
    Ok(reply)
}
