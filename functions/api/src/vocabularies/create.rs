//! `POST /api/vocabularies/{type}` and `/api/<vocabulary>`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use super::of_list;
use crate::{needs, present, shapes::ENTRY};

/// Creates an entry. For administrators.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.create",
    summary: "Create a vocabulary entry",
    route: post("/api/vocabularies/{type}"),
    body: Body::json(ENTRY),
    replies: &[(201, ENTRY), (400, INVALID), (403, DENIED)],
    needs: needs::CREATE_ENTRIES,
    runtime: Runtime::WRITE,
    media: present::ENTRY_FORMATS,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

/// The same for vocabularies with a path of their own.
pub const OWN: &[Operation] = &[
    Operation { name: "names.create", route: post("/api/names"), ..REFERRING },
    Operation { name: "affiliations.create", route: post("/api/affiliations"), ..OPERATION },
    Operation { name: "funders.create", route: post("/api/funders"), ..OPERATION },
    Operation { name: "awards.create", route: post("/api/awards"), ..REFERRING },
    Operation { name: "subjects.create", route: post("/api/subjects"), ..OPERATION },
];

/// The same for entries that refer to others.
const REFERRING: Operation = Operation { needs: needs::CREATE_REFERRING_ENTRIES, ..OPERATION };

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let vocabulary = of_list(call)?;
    let entry = app.vocabularies.create(&call.identity, vocabulary, call.object()).await?;
    present::reply_entry(call, StatusCode::CREATED, vocabulary.id, entry)
}
