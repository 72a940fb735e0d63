//! `GET /api/vocabularies/`

use cairn_core::App;
use cairn_http::{Call, Kind, Operation, Param, Reply, Runtime, operation::get};
use cairn_model::Result;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{needs, present, shapes::HITS};

/// Lists the vocabularies with the number of their entries.
pub const OPERATION: Operation = Operation {
    name: "vocabularies.types",
    summary: "List the vocabularies",
    route: get("/api/vocabularies"),
    trailing_slash: true,
    params: &[Param::query("q", Kind::Text, "Part of a vocabulary's id.")],
    replies: &[(200, HITS)],
    needs: needs::FIND,
    runtime: Runtime::SEARCH,
    media: present::EITHER,
    handle: |app, call| Box::pin(types(app, call)),
    ..Operation::DEFAULT
};

async fn types(app: &App, call: &Call) -> Result<Reply> {
    let types = app.vocabularies.types(call.query_value("q").unwrap_or_default()).await?;
    let hits: Vec<Value> = types
        .iter()
        .map(|(vocabulary, count)| {
            json!({
                "id": vocabulary.id,
                "pid_type": vocabulary.pid_type,
                "count": count,
                "is_custom_vocabulary": vocabulary.own_fields,
                "links": {},
            })
        })
        .collect();
    let this = format!("{}/api/vocabularies/", call.site_url);
    call.reply(StatusCode::OK, json!({"hits": {"hits": hits, "total": hits.len()}, "links": {"self": this}}))
}
