//! What a ZIP file holds: its list, single members, and directories.

use cairn_core::{App, files::Mount};
use cairn_http::{Call, Content, Reply};
use cairn_model::{Result, files::media};
use http::{
    HeaderName, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde_json::{Value, json};

use cairn_formats::links::{Site, files::Owner};

use super::{content::put, mount::owner};

/// What the file holds, as it is told.
pub(super) async fn list(app: &App, call: &Call, mount: Mount, key: &str) -> Result<Value> {
    let listing = app.files.container(&call.identity, &call.pid()?, mount, key).await?;
    // `InvenioRDM` links to the record's form of the address, also from drafts; ours lead to where the file is.
    let container = format!("{}/container", owner(call, mount).file(key, Site::new(&call.site_url)));
    let link = |path: &str| json!({"content": format!("{container}/{}", Owner::path(path))});
    let entry = |member: cairn_core::files::container::Member| {
        json!({
            "key": member.key, "size": member.size, "compressed_size": member.compressed_size,
            "mimetype": media::guess(&member.key), "crc": member.crc, "links": link(&member.key),
        })
    };
    let directories: Vec<Value> = listing
        .directories
        .into_iter()
        .map(|one| {
            let entries = Some(one.entries).filter(|entries| !entries.is_empty());
            json!({"key": one.key, "links": link(&one.key), "entries": entries})
        })
        .collect();
    let entries: Vec<Value> = listing.entries.into_iter().map(entry).collect();
    Ok(json!({
        "entries": entries, "truncated": listing.truncated, "total": listing.total, "directories": directories,
    }))
}

/// Answers with one member, or with a directory as a ZIP file.
pub(super) async fn member(app: &App, call: &Call, mount: Mount, key: &str, path: &str) -> Result<Reply> {
    let member = app.files.member(&call.identity, &call.pid()?, mount, key, path).await?;
    let served = media::served(&member.name, call.flag("download")?);
    let reply = Reply::with(StatusCode::OK, Content::Bytes(member.bytes.to_vec()));
    let reply = put(reply, CONTENT_TYPE, served.media_type)?;
    let reply = put(reply, HeaderName::from_static("x-download-options"), "noopen")?;
    put(reply, CONTENT_DISPOSITION, &served.disposition)
}
