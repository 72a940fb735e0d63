//! Logs of runs. InvenioRDM: events reference, log entry.

pub mod jobs;

use cairn_core::{App, jobs::LogPage};
use cairn_http::{Call, Kind, Operation, Param, Reply};
use cairn_model::Result;
use http::StatusCode;
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[jobs::OPERATION];

/// Where to go on reading a log.
pub const AFTER: Param = Param::query(
    "search_after",
    Kind::Text,
    "The values of `hits.sort` of the answer before, one parameter each.",
);

/// Lines given at once.
const MOST: usize = 2_000;

/// Answers with the log of a run, after the place that the caller names.
///
/// # Errors
/// As reading the run.
pub(crate) async fn reply(app: &App, call: &Call, job: &str, run: &str) -> Result<Reply> {
    let after =
        call.query().iter().rfind(|(name, _)| name == "search_after").map(|(_, after)| after.as_str());
    let LogPage { run, entries, more } = app.jobs.logs(&call.identity, job, run, after).await?;
    let context = json!({
        "job_id": run.job_id, "run_id": run.id, "identity_id": run.started_by, "task_id": run.id,
        "parent_task_id": null,
    });
    let hits: Vec<Value> = entries
        .iter()
        .map(|entry| {
            json!({
                "timestamp": entry.at, "level": entry.line.level, "message": entry.line.message,
                "module": run.task, "function": run.task, "line": 0, "context": context,
                "sort": [entry.at, entry.place],
            })
        })
        .collect();
    let sort = hits.last().map_or_else(|| json!([]), |last| last["sort"].clone());
    let mut answer = json!({"hits": {"total": hits.len(), "hits": hits, "sort": sort}});
    if more {
        answer["warnings"] = json!([{
            "message": format!("Only the first {MOST} lines are shown: go on with `search_after`."),
            "type": "truncated_results", "total_available": null, "max_results": MOST,
        }]);
    }
    call.reply(StatusCode::OK, answer)
}
