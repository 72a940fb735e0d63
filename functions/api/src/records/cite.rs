//! `POST /api/records/{id}/citation`

use cairn_core::{App, records::Found};
use cairn_http::{
    Body, Call, Content, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, GONE, INVALID, MISSING, MOVED},
};
use cairn_model::{Error, Result};
use http::StatusCode;
use serde_json::Value;

use crate::{citations::Wanted, exports, needs, present};

/// Cites a published record in any style: one of the CSL project's, by name, or any other, as CSL 1.0.2 XML.
pub const OPERATION: Operation = Operation {
    name: "records.cite",
    summary: "Cite a record in a style of your own",
    route: post("/api/records/{id}/citation"),
    body: Body::json(WANTED),
    replies: &[(200, CITATION), (307, MOVED), (400, INVALID), (403, DENIED), (404, MISSING), (410, GONE)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(cite(app, call)),
    ..Operation::DEFAULT
};

const WANTED: Shape = Shape {
    name: "WantedCitation",
    description: "A style, by name or as XML of at most 1 MB, and a language; InvenioRDM's usual ones where they are missing.",
    schema: r#"{"type": "object", "properties": {"style": {"type": "string"}, "locale": {"type": "string"}}}"#,
    example: r#"{"style": "ieee", "locale": "de-DE"}"#,
};

const CITATION: Shape = Shape::nothing("The citation, as plain text.");

async fn cite(app: &App, call: &Call) -> Result<Reply> {
    let text = |name: &str| match call.object().get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Error::field(name, "Not a valid string.")),
    };
    let (style, locale) = (text("style")?, text("locale")?);
    let mut record = match app.records.read(&call.identity, &call.pid()?).await? {
        Found::Record(record) => *record,
        Found::MovedTo(id) => {
            let address = format!("/api/records/{id}/citation");
            return Reply::redirect(StatusCode::TEMPORARY_REDIRECT, &address);
        }
    };
    app.records.lend_entries(std::slice::from_mut(&mut record)).await?;
    let record = present::object(present::record(call, record));
    let citation = Wanted::new(style, locale)?.cite(exports::source(&record, call))?;
    Ok(Reply::of(StatusCode::OK, "text/plain", Content::Text(citation)))
}
