//! `GET /api/names/{scheme}/{identifier}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::of_item;
use crate::{needs, present, shapes::ENTRY};

/// Finds a person by an identifier such as an ORCID iD.
pub const OPERATION: Operation = Operation {
    name: "names.resolve",
    summary: "Find a person by identifier",
    route: get("/api/names/{scheme}/{identifier}"),
    replies: &[(200, ENTRY), (403, DENIED), (404, MISSING)],
    needs: needs::READ_ENTRIES,
    runtime: Runtime::READ,
    media: present::ENTRY_FORMATS,
    handle: |app, call| Box::pin(resolve(app, call)),
    ..Operation::DEFAULT
};

async fn resolve(app: &App, call: &Call) -> Result<Reply> {
    let (vocabulary, scheme, identifier) = (of_item(call)?, call.param("scheme"), call.param("identifier"));
    let entry = app.vocabularies.resolve(&call.identity, vocabulary, scheme, identifier).await?;
    present::reply_entry(call, StatusCode::OK, vocabulary.id, entry)
}
