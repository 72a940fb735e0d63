//! `docs/jobs.md`, made from the table of tasks.

use std::fmt::Write;

use cairn_core::jobs::{MESSAGE_SCHEMA, TASKS};
use serde_json::{Value, json};

const HEAD: &str = "\
# Jobs

Long work is done by jobs, step by step, in the background. People start them with `cairn jobs run`, administrators define
them at `/api/jobs` with a schedule, and other machines ask for them by a message on the queue `jobs`. This page is made
from the table of tasks (`shared/core/src/jobs/tasks`) by `make snapshots`; why jobs are as they are is in
[ADR 0006](adr/0006-jobs-are-steps.md).

## A message on the queue `jobs`

On AWS, any principal that may send to the queue can ask for a job; an administrator says whom it stands for:

```sh
curl -X PUT -H \"Authorization: Bearer $CAIRN_TOKEN\" -H 'Content-Type: application/json' \\
  -d '{\"user\": \"3\"}' \"$CAIRN_URL/api/senders/AIDAEXAMPLEPRINCIPAL\"
aws sqs send-message --queue-url \"$JOBS_QUEUE\" --message-body '{\"version\": \"1\", \"id\": \"nightly-2026-11-21\",
  \"task\": \"import\", \"args\": {\"upload\": \"spring\", \"publish\": true}}'
```

`POST /api/jobs/messages` takes the same message over HTTP, in the name of whoever sends it. `id` is an idempotency key:
the same message again is the same run, for 30 days. A message that cannot be accepted is a dead letter that says why
(`cairn deadletters list`). Its schema, also at `/schemas/jobs/message-v1.0.0.json`:
";

const UPLOADS: &str = "\
## Records in parts

`PUT /api/uploads/{upload}/parts/{part}` keeps a part of an upload for 30 days: `{\"records\": […]}`, at most 4 MB.
Whoever brings it chooses the name; parts count from 1, and the same part again replaces it. `cairn jobs
run import --records FILE` does all of it.

## A schedule

`schedule` of a job is an interval, `{\"type\": \"interval\", \"hours\": 12}` (weeks, days, hours, minutes, seconds), counted from
the last time; or a crontab, `{\"type\": \"crontab\", \"minute\": \"30\", \"hour\": \"2\", \"timezone\": \"Europe/Zurich\"}`, whose fields
are `minute`, `hour`, `day_of_month`, `month_of_year` and `day_of_week`, each `*` where it is not there. A day has to fit
both its fields. Without `timezone` the clock is UTC. Times that were missed count as one.

## Following a run

`GET /api/jobs/{job}/runs/{run}` says how far it came, `…/logs` what it said, `…/result` what it made. `…/actions/stop` stops
it after the step that is under way, `…/actions/retry` starts it again where it was; one that came to its end with errors
begins anew, one that succeeded is not started again. What a run made is what it was for: the records of an export.
A step that cannot be done now is tried five times, later and later; then its run has failed.

## Tasks
";

fn pretty(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    format!("```json\n{value:#}\n```\n")
}

fn page() -> String {
    let mut page = format!("{HEAD}\n{}\n{UPLOADS}", pretty(MESSAGE_SCHEMA));
    for task in TASKS {
        let asked = match task.name {
            "migrate_files" => " Administrators start it.",
            _ if task.by_message => "",
            _ => " Cairn starts it by itself.",
        };
        write!(page, "\n### `{}`\n\n{}.{asked}\n\n{}", task.name, task.description, pretty(task.parameters))
            .unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`make snapshots` asks by the environment for new snapshots")]
fn the_page_of_jobs_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/jobs.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(file, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), page(), "`make snapshots` writes docs/jobs.md anew");
}

#[test]
fn every_task_is_well_described() {
    for task in TASKS {
        let schema: Value = serde_json::from_str(task.parameters).unwrap();
        jsonschema::validator_for(&schema).unwrap();
        assert_eq!(schema["additionalProperties"], json!(false), "{}", task.name);
        for (name, argument) in schema["properties"].as_object().unwrap() {
            assert!(argument["description"].is_string(), "{}: {name}", task.name);
        }
        assert!(["celery", "low"].contains(&task.queue), "{}", task.name);
        assert!(!task.description.ends_with('.') && !task.title.is_empty(), "{}", task.name);
    }
}
