//! `POST /api/deposit/depositions`

use cairn_core::{App, drafts::Faults};
use cairn_formats::deposits::is_fault;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{IDEMPOTENCY_KEY, post},
    shapes::{DENIED, KEY_REUSED},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::{Map, Value};

use super::{
    refused,
    shapes::{DEPOSITION, METADATA, REFUSED},
    shown,
};
use crate::{drafts::once, needs};

/// Creates a draft with files, from `{}` or from metadata in Zenodo's form. With faults nothing is created; what is missing may
/// come before it is published.
pub const OPERATION: Operation = Operation {
    name: "deposits.create",
    summary: "Create a deposition",
    route: post("/api/deposit/depositions"),
    trailing_slash: true,
    params: &[IDEMPOTENCY_KEY],
    body: Body::Json { max_bytes: cairn_http::operation::BODY_BYTES, shape: Some(METADATA) },
    replies: &[(201, DEPOSITION), (400, REFUSED), (403, DENIED), (422, KEY_REUSED)],
    needs: needs::CREATE_DRAFTS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    match shown::new_body(app, call) {
        Ok(body) => refused::or_explained(created(app, call, &body).await, call.object(), &body),
        Err(faults) => Ok(refused::reply(&faults)),
    }
}

async fn created(app: &App, call: &Call, body: &Map<String, Value>) -> Result<Reply> {
    let once = once(call);
    let draft =
        app.drafts.create_with(&call.identity, body, once.as_ref(), Faults::Refused(is_fault)).await?;
    call.reply(StatusCode::CREATED, shown::deposition(app, call, draft))
}
