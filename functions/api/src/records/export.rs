//! `GET /records/{id}/export/{format}`

use cairn_core::{App, records::Found};
use cairn_formats::{
    exports::{self as forms, Write},
    links::{Site, page_header},
};
use cairn_http::{
    Call, Content, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, GONE, MISSING, MOVED},
};
use cairn_model::{Error, Result};
use http::{HeaderValue, StatusCode, header::CONTENT_DISPOSITION};

use crate::{exports, needs, present, shapes::EXPORT};

/// Gives a published record as a file in another form; with `preview=1` its draft, to those who may preview it. Which forms
/// there are is said in the documentation of exports.
pub const OPERATION: Operation = Operation {
    name: "records.export",
    summary: "Export a record as a file",
    route: get("/records/{id}/export/{format}"),
    params: &[
        Param::path("format", "The name of a form: `json`, `datacite-xml`, `bibtex`, …"),
        Param::query("preview", Kind::Boolean, "The draft is exported, not the record."),
    ],
    replies: &[(200, EXPORT), (302, MOVED), (403, DENIED), (404, MISSING), (410, GONE)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(export(app, call)),
    ..Operation::DEFAULT
};

async fn export(app: &App, call: &Call) -> Result<Reply> {
    let name = call.param("format");
    let unknown = || Error::NotFound(format!("There is no export called `{name}`."));
    let form = forms::named(name).ok_or_else(unknown)?;
    let pid = call.pid()?;
    let mut record = if call.flag("preview")? {
        app.drafts.read(&call.identity, &pid).await?
    } else {
        match app.records.read(&call.identity, &pid).await? {
            Found::Record(record) => *record,
            Found::MovedTo(id) => {
                return Reply::redirect(StatusCode::FOUND, &format!("/records/{id}/export/{name}"));
            }
        }
    };
    if form.reads_entries() {
        app.records.lend_entries(std::slice::from_mut(&mut record)).await?;
    }
    let link = page_header("describes", record.id(), Site::new(&call.site_url));
    let json = present::object(present::record(call, present::with_file_links(call, record)));
    let content = match exports::written(form, json, call)? {
        Content::Json(value) if matches!(form.write, Write::Plain) => indented(&forms::sorted(value)),
        Content::Json(value) => indented(&value),
        other => other,
    };
    let file = format!("attachment; filename={pid}.{}", form.extension);
    let file = HeaderValue::from_str(&file).map_err(|_| Error::Internal("a file name".into()))?;
    Reply::of(StatusCode::OK, form.media, content).header(CONTENT_DISPOSITION, file).link(&link)
}

fn indented(value: &serde_json::Value) -> Content {
    Content::Text(format!("{value:#}"))
}
