//! `PUT /api/files/{id}/{key}`

use cairn_core::{
    App,
    files::{Received, Shown},
};
use cairn_formats::{deposits, links::Site};
use cairn_http::{
    Body, Call, Class, Operation, Reply, Runtime, Shape,
    call::ASK_AGAIN,
    operation::{ANYTHING, put},
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Error, Result, files::read_starts};
use http::{HeaderValue, StatusCode, header::LOCATION};
use serde_json::{Value, json};

use super::KEY;
use crate::{
    files::{content::ELSEWHERE, mount::DRAFT},
    needs,
};

const OBJECT: Shape = Shape {
    name: "BucketFile",
    description: "The file.",
    schema: r#"{"type": "object", "required": ["key", "size", "checksum", "links"], "properties": {
        "key": {"type": "string"}, "mimetype": {"type": "string"}, "checksum": {"type": ["string", "null"]},
        "version_id": {"type": "string"}, "size": {"type": "integer"}, "created": {"type": "string"},
        "updated": {"type": "string"}, "links": {"type": "object"}, "is_head": {"type": "boolean"},
        "delete_marker": {"type": "boolean"}
    }}"#,
    example: "",
};

/// Takes a whole file of a draft, in place of one of the same name. Of any type: what a file is, its name says.
pub const OPERATION: Operation = Operation {
    name: "buckets.put",
    summary: "Send a file of a deposition",
    route: put("/api/files/{id}/{key+}"),
    params: &[KEY],
    body: Body::Bytes,
    consumes: &[ANYTHING],
    replies: &[(201, OBJECT), (307, ELSEWHERE), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::PLACE_FILES,
    runtime: Runtime { memory_mb: 512, timeout_s: 30, class: Class::File },
    handle: |app, call| Box::pin(place(app, call)),
    ..Operation::DEFAULT
};

async fn place(app: &App, call: &Call) -> Result<Reply> {
    let (who, pid, key) = (&call.identity, call.pid()?, call.param("key"));
    if call.has_arrived() {
        let file = app.files.commit(who, &pid, DRAFT, key).await?;
        return call.reply(StatusCode::CREATED, shown(call, &file));
    }
    let received = match call.held_back() {
        Some(size) => Received::ToCome(size),
        None => Received::Whole(call.raw().clone()),
    };
    let start = read_starts(&json!([{"key": key}]), DRAFT.has_folders())?.into_iter().next();
    let start = start.ok_or_else(|| Error::Internal("a file that is not started".into()))?;
    let (file, address) = app.files.place(who, &pid, DRAFT, start, received).await?;
    let Some(address) = address else { return call.reply(StatusCode::CREATED, shown(call, &file)) };
    let location = HeaderValue::from_str(&address)
        .map_err(|_| Error::Internal("an address that no header can hold".into()))?;
    let reply = call.reply(StatusCode::TEMPORARY_REDIRECT, shown(call, &file))?;
    Ok(reply.header(LOCATION, location).header(ASK_AGAIN, HeaderValue::from_static("1")))
}

fn shown(call: &Call, file: &Shown) -> Value {
    deposits::bucket_file(call.param("id"), &file.key, &file.json, Site::new(&call.site_url))
}
