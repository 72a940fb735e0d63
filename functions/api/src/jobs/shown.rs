//! Jobs and runs as JSON. InvenioRDM: events reference, exchanges 750 to 756.

use std::collections::BTreeMap;

use cairn_core::{App, jobs::Latest};
use cairn_http::{Call, Shape};
use cairn_model::{
    Error, Result, UserId,
    jobs::{Job, Run},
};
use serde_json::{Map, Value, json};

/// A job.
pub const JOB: Shape = Shape {
    name: "Job",
    description: "What is done, with which arguments, and when.",
    schema: r#"{"type": "object", "required": ["title", "task"], "properties": {
        "id": {"type": "string", "format": "uuid"}, "title": {"type": "string", "minLength": 1, "maxLength": 250},
        "description": {"type": ["string", "null"]}, "active": {"type": "boolean"}, "task": {"type": "string"},
        "default_queue": {"enum": ["celery", "low"]}, "run_args": {"type": ["object", "null"]},
        "schedule": {"type": ["object", "null"]}, "notification_emails": {"type": ["array", "null"]},
        "notification_statuses": {"type": ["array", "null"]}, "last_run": {"type": "object"}, "links": {"type": "object"}
    }}"#,
    example: r#"{"title": "Index everything", "task": "reindex", "schedule": {"type": "crontab", "hour": "2", "minute": "0"}}"#,
};

/// A run.
pub const RUN: Shape = Shape {
    name: "Run",
    description: "A job being done once.",
    schema: r#"{"type": "object", "properties": {
        "id": {"type": "string", "format": "uuid"}, "job_id": {"type": "string", "format": "uuid"},
        "title": {"type": "string"}, "args": {"type": "object"}, "queue": {"enum": ["celery", "low"]},
        "status": {"enum": ["QUEUED", "RUNNING", "SUCCESS", "FAILED", "WARNING", "CANCELLING", "CANCELLED", "PARTIAL_SUCCESS"]},
        "message": {"type": ["string", "null"]}, "total_entries": {"type": "integer"},
        "errored_entries": {"type": "integer"}, "inserted_entries": {"type": "integer"},
        "updated_entries": {"type": "integer"}, "links": {"type": "object"}
    }}"#,
    example: r#"{"title": "Manual run", "args": {}}"#,
};

/// A job.
pub fn job(call: &Call, job: &Job) -> Value {
    let args = job.run_args.clone().unwrap_or_default();
    let address = format!("{}/api/jobs/{}", call.site_url, job.id);
    json!({
        "id": job.id,
        "created": job.created,
        "updated": job.updated,
        "title": job.title,
        "description": job.description,
        "active": job.active,
        "task": job.task,
        "default_queue": job.default_queue,
        "default_args": Value::Object(args).to_string(),
        "run_args": job.run_args,
        "schedule": job.schedule,
        "next_run": job.next_run,
        "notification_emails": job.notification_emails,
        "notification_statuses": job.notification_statuses,
        "links": {
            "self": address,
            "runs": format!("{address}/runs"),
            "self_admin_html": format!("{}/administration/jobs/{}", call.site_url, job.id),
        },
    })
}

/// A job with its last runs.
///
/// # Errors
/// Those of the store.
pub async fn job_with_runs(app: &App, call: &Call, shown: &Job) -> Result<Value> {
    let Latest { last, by_status } = app.jobs.latest(&shown.id).await?;
    let mut json = job(call, shown);
    let mut statuses = Map::new();
    for (status, last) in by_status {
        statuses.insert(status.to_lowercase(), run(app, call, &last).await?);
    }
    json["last_run"] = match last {
        Some(last) => run(app, call, &last).await?,
        None => json!({}),
    };
    json["last_runs"] = Value::Object(statuses);
    Ok(json)
}

/// A run.
///
/// # Errors
/// Those of the store.
pub async fn run(app: &App, call: &Call, run: &Run) -> Result<Value> {
    Ok(runs(app, call, std::slice::from_ref(run)).await?.remove(0))
}

/// Some runs; who started them is read once each.
///
/// # Errors
/// Those of the store.
pub async fn runs(app: &App, call: &Call, runs: &[Run]) -> Result<Vec<Value>> {
    let mut people = BTreeMap::new();
    for id in runs.iter().filter_map(|run| run.started_by.as_deref()) {
        if !people.contains_key(id) {
            people.insert(id, person(app, call, id).await?);
        }
    }
    let json = |run: &Run| {
        let person = run.started_by.as_deref().and_then(|id| people.get(id)).cloned();
        run_json(call, run, &person.unwrap_or_else(system))
    };
    Ok(runs.iter().map(json).collect())
}

fn run_json(call: &Call, run: &Run, started_by: &Value) -> Value {
    let address = format!("{}/api/jobs/{}/runs/{}", call.site_url, run.job_id, run.id);
    // Numbers where they are numbers: as InvenioRDM has them.
    let number =
        run.started_by.as_deref().map(|id| id.parse::<u64>().map_or_else(|_| json!(id), |id| json!(id)));
    let mut args = run.args.clone();
    args.entry("job_arg_schema").or_insert_with(|| json!("custom"));
    json!({
        "id": run.id,
        "job_id": run.job_id,
        "created": run.created,
        "updated": run.updated,
        "started_by_id": number,
        "started_by": started_by,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "status": run.status,
        "message": run.message,
        "task_id": run.id,
        "parent_run_id": null,
        "subtasks": [],
        "total_subtasks": 0,
        "completed_subtasks": 0,
        "failed_subtasks": 0,
        "errored_entries": run.counts.errored,
        "inserted_entries": run.counts.inserted,
        "updated_entries": run.counts.updated,
        "unchanged_entries": run.counts.unchanged,
        "total_entries": run.counts.total,
        "title": run.title,
        "args": args,
        "queue": run.queue,
        "links": {
            "self": address,
            "stop": format!("{address}/actions/stop"),
            "retry": format!("{address}/actions/retry"),
            "result": format!("{address}/result"),
            "logs": format!("{}/api/logs/jobs?q={}", call.site_url, run.id),
        },
    })
}

async fn person(app: &App, call: &Call, id: &str) -> Result<Value> {
    let user = match app.users.read(&call.identity, &UserId(id.to_owned())).await {
        Ok(user) => user.into_document(),
        Err(Error::NotFound(_)) => Map::new(),
        Err(error) => return Err(error),
    };
    let own = call.identity.id().is_some_and(|own| own.as_str() == id);
    let mut profile = user.get("profile").and_then(Value::as_object).cloned().unwrap_or_default();
    profile.shift_remove("roles");
    Ok(json!({
        "id": id,
        "links": {},
        "is_current_user": own,
        "identities": {},
        "username": user.get("username"),
        "profile": profile,
        "type": "user",
    }))
}

fn system() -> Value {
    json!({
        "id": "system", "links": {}, "is_current_user": false, "identities": {}, "username": "System",
        "profile": {"full_name": "System", "affiliations": ""}, "type": "user",
    })
}
