//! Files of depositions, by the ids that files have there.

pub mod delete;
pub mod list;
pub mod read;

use cairn_core::{
    App,
    files::{Mount, Shown, Wanted},
};
use cairn_formats::{deposits, links::Site};
use cairn_http::{Call, Operation, Param, Shape};
use cairn_model::{Error, Result};
use serde_json::Value;

use crate::{
    deposits::shown::or_published,
    files::mount::{DRAFT, RECORD},
};

/// Their list.
pub const OPERATIONS: &[Operation] = &[list::OPERATION, read::OPERATION, delete::OPERATION];

/// Files that are read at once.
const PAGE: usize = 1_000;

/// Which file.
const FILE_ID: Param = Param::path("file", "The file's `id`.");

/// A file.
const FILE: Shape = Shape {
    name: "DepositionFile",
    description: "A file of a deposition.",
    schema: r#"{"type": "object", "required": ["id", "filename", "filesize", "checksum", "links"], "properties": {
        "id": {"type": "string"}, "filename": {"type": "string"}, "filesize": {"type": "integer"},
        "checksum": {"type": ["string", "null"], "description": "MD5, in hexadecimal."}, "links": {"type": "object"}
    }}"#,
    example: "",
};

/// Files.
const FILES: Shape = Shape {
    name: "DepositionFiles",
    description: "The files of a deposition.",
    schema: r#"{"type": "array", "items": {"type": "object"}}"#,
    example: "",
};

/// All files that have arrived: of the draft, or else of the published record.
async fn all(app: &App, call: &Call) -> Result<(Mount, Vec<Shown>)> {
    or_published(all_at(app, call, DRAFT).await, all_at(app, call, RECORD)).await
}

async fn all_at(app: &App, call: &Call, mount: Mount) -> Result<(Mount, Vec<Shown>)> {
    let (pid, mut wanted) = (call.pid()?, Wanted { size: Some(PAGE), ..Wanted::default() });
    let mut all = Vec::new();
    loop {
        let list = app.files.list(&call.identity, &pid, mount, &wanted).await?;
        all.extend(list.entries.into_iter().filter(|file| file.json["status"] == "completed"));
        match list.next {
            Some(next) => wanted.after = Some(next),
            None => return Ok((mount, all)),
        }
    }
}

/// The file of the id in the path.
async fn one(app: &App, call: &Call) -> Result<(Mount, Shown)> {
    let (mount, files) = all(app, call).await?;
    let found =
        files.into_iter().find(|file| file.json.get("file_id").is_some_and(|id| id == call.param("file")));
    Ok((mount, found.ok_or_else(|| Error::NotFound("There is no such file.".into()))?))
}

/// A file as depositions show it.
fn shown(call: &Call, mount: Mount, file: &Shown) -> Value {
    let (id, entry) = (call.param("id"), Value::Object(file.json.clone()));
    deposits::file(id, mount == DRAFT, &file.key, &entry["file_id"], &entry, Site::new(&call.site_url))
}
