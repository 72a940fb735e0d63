//! Content of files: small ones as they are, large ones by an address in the object storage.

use cairn_core::{
    App,
    files::{Body, Content as Stored, Mount},
};
use cairn_http::{Call, Content, Reply, Shape, errors};
use cairn_model::{Result, files::media};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
        LAST_MODIFIED,
    },
};

use super::range::{self, Asked};

/// Largest content that a function answers itself, in bytes (design §5: never above 4 MB).
pub(super) const DIRECT: u64 = 4 * 1024 * 1024;

/// Some of the content.
pub(crate) const BYTES: Shape = Shape::nothing("The bytes that were asked for.");
/// The content is at an address of the object storage.
pub(crate) const ELSEWHERE: Shape = Shape::nothing("It is at another address, for 15 minutes.");
/// The caller has it.
pub(crate) const SAME: Shape = Shape::nothing("It has not changed.");
/// There are no such bytes.
pub(crate) const BEYOND: Shape = Shape::nothing("The range lies beyond the end.");

/// Answers with the content of a file.
pub(crate) async fn reply(app: &App, call: &Call, mount: Mount, key: &str) -> Result<Reply> {
    let content = app.files.content(&call.identity, &call.pid()?, mount, key).await?;
    let download = call.flag("download")?;
    if let Body::Remote(url) = &content.body {
        app.stats.downloaded(call.visitor(), &content).await;
        return Reply::redirect(StatusCode::FOUND, url);
    }
    let tag = format!("\"{}\"", content.tag);
    let asked = range::of(call, content.size, &tag, Some(content.modified));
    let begins = match &asked {
        Asked::All => true,
        Asked::Some(range) => range.start == 0,
        Asked::Beyond | Asked::Same => false,
    };
    if begins && !call.is_head {
        app.stats.downloaded(call.visitor(), &content).await;
    }
    let reply = match asked {
        Asked::Same => Reply::empty(StatusCode::NOT_MODIFIED),
        Asked::Beyond => {
            let reply = errors::plain(StatusCode::RANGE_NOT_SATISFIABLE, "There are no such bytes.");
            return put(reply, CONTENT_RANGE, &format!("bytes */{}", content.size));
        }
        _ if call.is_head => put(Reply::empty(StatusCode::OK), CONTENT_LENGTH, &content.size.to_string())?,
        // The storage serves the range.
        _ if content.size > DIRECT => {
            let address = app.files.address(&content, download).await?;
            let redirected = Reply::redirect(StatusCode::FOUND, &address)?;
            return described(redirected, &content, &tag, download, false);
        }
        Asked::All => bytes(StatusCode::OK, app.files.bytes(&content, 0..content.size).await?.to_vec()),
        Asked::Some(range) => {
            let shown = format!("bytes {}-{}/{}", range.start, range.end - 1, content.size);
            let part = app.files.bytes(&content, range).await?.to_vec();
            put(bytes(StatusCode::PARTIAL_CONTENT, part), CONTENT_RANGE, &shown)?
        }
    };
    described(reply, &content, &tag, download, true)
}

fn bytes(status: StatusCode, bytes: Vec<u8>) -> Reply {
    Reply::with(status, Content::Bytes(bytes))
}

/// The headers of content. `typed`: the answer is the content itself.
fn described(reply: Reply, content: &Stored, tag: &str, download: bool, typed: bool) -> Result<Reply> {
    let served = media::served(&content.key, download);
    let mut reply = put(reply, ETAG, tag)?;
    if typed {
        reply = put(reply, CONTENT_TYPE, served.media_type)?;
    }
    if let Some(md5) = &content.md5 {
        reply = put(reply, HeaderName::from_static("content-md5"), md5)?;
    }
    let reply = put(reply, CONTENT_DISPOSITION, &served.disposition)?;
    let reply = put(reply, LAST_MODIFIED, &content.modified.http_date())?;
    let reply = put(reply, CACHE_CONTROL, "no-cache")?;
    let reply = put(reply, ACCEPT_RANGES, "bytes")?;
    let reply = put(reply, HeaderName::from_static("x-download-options"), "noopen")?;
    put(reply, HeaderName::from_static("x-permitted-cross-domain-policies"), "none")
}

/// Adds a header.
pub(super) fn put(reply: Reply, name: HeaderName, value: &str) -> Result<Reply> {
    let value = HeaderValue::from_str(value)
        .map_err(|_| cairn_model::Error::Internal(format!("the header {name} cannot hold its value")))?;
    Ok(reply.header(name, value))
}
