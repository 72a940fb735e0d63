//! `PUT /api/deposit/depositions/{id}`

use cairn_core::{App, drafts::Faults};
use cairn_formats::deposits::is_fault;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{BODY_BYTES, IF_MATCH, put},
    shapes::{DENIED, MISSING, STALE},
};
use cairn_model::{Error, Pid, Result};
use http::StatusCode;

use super::{
    refused,
    shapes::{DEPOSITION, METADATA, REFUSED},
    shown,
};
use crate::needs;

/// How often the draft is read again, if somebody else has saved it in between.
const ATTEMPTS: usize = 8;

/// Replaces the metadata of a draft. With faults it stays as it was. What of a draft has no place in Zenodo's form stays, too.
pub const OPERATION: Operation = Operation {
    name: "deposits.update",
    summary: "Save a deposition",
    route: put("/api/deposit/depositions/{id}"),
    params: &[IF_MATCH],
    body: Body::Json { max_bytes: BODY_BYTES, shape: Some(METADATA) },
    replies: &[(200, DEPOSITION), (400, REFUSED), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::SAVE_DRAFTS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    for _ in 1..ATTEMPTS {
        match attempt(app, call, &pid).await {
            // What stays is what the draft says now.
            Err(Error::StaleRevision { .. }) if call.if_match.is_none() => {}
            done => return done,
        }
    }
    match attempt(app, call, &pid).await {
        Err(Error::StaleRevision { .. }) if call.if_match.is_none() => {
            Err(Error::Conflict("The deposition is being changed by others, please try again.".into()))
        }
        done => done,
    }
}

async fn attempt(app: &App, call: &Call, pid: &Pid) -> Result<Reply> {
    let draft = app.drafts.read(&call.identity, pid).await?;
    let body = match shown::body_of(app, call, &draft) {
        Ok(body) => body,
        Err(faults) => return Ok(refused::reply(&faults)),
    };
    let expected = call.if_match.or(Some(draft.revision().0));
    let saved = app.drafts.update_with(&call.identity, pid, expected, &body, Faults::Refused(is_fault)).await;
    let reply = match saved {
        Ok(draft) => {
            let revision = draft.revision();
            call.reply(StatusCode::OK, shown::deposition(app, call, draft)).map(|reply| reply.etag(revision))
        }
        Err(error) => Err(error),
    };
    refused::or_explained(reply, call.object(), &body)
}
