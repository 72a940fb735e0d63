//! `GET /api/vocabularies/{type}/{id+}` and `/api/<vocabulary>/{id+}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, GONE, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::of_item;
use crate::{needs, present, shapes::ENTRY};

/// Reads an entry. Ids may hold slashes.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.read",
    summary: "Read a vocabulary entry",
    route: get("/api/vocabularies/{type}/{id+}"),
    replies: &[(200, ENTRY), (403, DENIED), (404, MISSING), (410, GONE)],
    needs: needs::READ_ENTRIES,
    runtime: Runtime::READ,
    media: present::ENTRY_FORMATS,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

/// The same for vocabularies with a path of their own.
pub const OWN: &[Operation] = &[
    Operation { name: "names.read", route: get("/api/names/{id+}"), ..OPERATION },
    Operation { name: "affiliations.read", route: get("/api/affiliations/{id+}"), ..OPERATION },
    Operation { name: "funders.read", route: get("/api/funders/{id+}"), ..OPERATION },
    Operation { name: "awards.read", route: get("/api/awards/{id+}"), ..OPERATION },
    Operation { name: "subjects.read", route: get("/api/subjects/{id+}"), ..OPERATION },
];

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let vocabulary = of_item(call)?;
    let entry = app.vocabularies.read(&call.identity, vocabulary, call.param("id")).await?;
    present::reply_entry(call, StatusCode::OK, vocabulary.id, entry)
}
