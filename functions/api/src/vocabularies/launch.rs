//! `POST /api/vocabularies/tasks`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID, NO_CONTENT},
};
use cairn_model::Result;
use http::StatusCode;

use crate::needs;

/// Starts an import of an upload ([PUT /api/uploads/{upload}/parts/{part}]) into a vocabulary, as a run of the job
/// `import_vocabulary`. For administrators.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.launch",
    summary: "Import entries of a vocabulary",
    route: post("/api/vocabularies/tasks"),
    body: Body::json(STREAM),
    replies: &[(202, NO_CONTENT), (400, INVALID), (403, DENIED)],
    needs: needs::START_RUNS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(launch(app, call)),
    ..Operation::DEFAULT
};

const STREAM: Shape = Shape {
    name: "VocabularyImport",
    description: "Where entries come from, what is made of them, and where they go.",
    schema: r#"{"type": "object", "required": ["readers", "writers"], "properties": {
        "readers": {"type": "array", "items": {"type": "object"}, "description": "`args.origin` names an upload."},
        "transformers": {"type": "array", "items": {"type": "object"}},
        "writers": {"type": "array", "items": {"type": "object"}}
    }}"#,
    example: r#"{"readers": [{"type": "json", "args": {"origin": "ror"}}], "transformers": [{"type": "ror-affiliations"}],
        "writers": [{"type": "affiliations-service", "args": {"update": true}}]}"#,
};

async fn launch(app: &App, call: &Call) -> Result<Reply> {
    app.launch(&call.identity, call.object()).await?;
    Ok(Reply::empty(StatusCode::ACCEPTED))
}
