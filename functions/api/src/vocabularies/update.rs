//! `PUT /api/vocabularies/{type}/{id+}` and `/api/<vocabulary>/{id+}`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{IF_MATCH, put},
    shapes::{DENIED, INVALID, MISSING, STALE},
};
use cairn_model::Result;
use http::StatusCode;

use super::of_item;
use crate::{needs, present, shapes::ENTRY};

/// Replaces an entry; its id stays. For administrators.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.update",
    summary: "Replace a vocabulary entry",
    route: put("/api/vocabularies/{type}/{id+}"),
    params: &[IF_MATCH],
    body: Body::json(ENTRY),
    replies: &[(200, ENTRY), (400, INVALID), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::WRITE_ENTRIES,
    runtime: Runtime::WRITE,
    media: present::ENTRY_FORMATS,
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

/// The same for vocabularies with a path of their own.
pub const OWN: &[Operation] = &[
    Operation { name: "names.update", route: put("/api/names/{id+}"), ..OPERATION },
    Operation { name: "affiliations.update", route: put("/api/affiliations/{id+}"), ..OPERATION },
    Operation { name: "funders.update", route: put("/api/funders/{id+}"), ..OPERATION },
    Operation { name: "awards.update", route: put("/api/awards/{id+}"), ..OPERATION },
    Operation { name: "subjects.update", route: put("/api/subjects/{id+}"), ..OPERATION },
];

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let (vocabulary, id) = (of_item(call)?, call.param("id"));
    let entry = app.vocabularies.update(&call.identity, vocabulary, id, call.if_match, call.object()).await?;
    present::reply_entry(call, StatusCode::OK, vocabulary.id, entry)
}
