//! `DELETE /api/vocabularies/{type}/{id+}` and `/api/<vocabulary>/{id+}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{IF_MATCH, delete},
    shapes::{DENIED, MISSING, NO_CONTENT, STALE},
};
use cairn_model::Result;

use super::of_item;
use crate::needs;

/// Deletes an entry; its id is never given again. For administrators.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.delete",
    summary: "Delete a vocabulary entry",
    route: delete("/api/vocabularies/{type}/{id+}"),
    params: &[IF_MATCH],
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::WRITE_ENTRIES,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

/// The same for vocabularies with a path of their own.
pub const OWN: &[Operation] = &[
    Operation { name: "names.delete", route: delete("/api/names/{id+}"), ..OPERATION },
    Operation { name: "affiliations.delete", route: delete("/api/affiliations/{id+}"), ..OPERATION },
    Operation { name: "funders.delete", route: delete("/api/funders/{id+}"), ..OPERATION },
    Operation { name: "awards.delete", route: delete("/api/awards/{id+}"), ..OPERATION },
    Operation { name: "subjects.delete", route: delete("/api/subjects/{id+}"), ..OPERATION },
];

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.vocabularies.delete(&call.identity, of_item(call)?, call.param("id"), call.if_match).await?;
    Ok(Reply::no_content())
}
