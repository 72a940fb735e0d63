//! Files move from one storage location to another.

use cairn_model::{
    Result,
    jobs::{Level, LogLine},
};
use futures::FutureExt;
use serde_json::json;

use super::{Done, Step, Task, UPKEEP, faulty};

/// For administrators.
pub(super) static TASK: Task = Task {
    name: "migrate_files",
    title: "Move files to another location",
    description: "Copy files from one storage location to another, compare them, and use them there; the old ones are \
                  removed later",
    parameters: r#"{"type": "object", "additionalProperties": false, "required": ["from", "to"], "properties": {
        "from": {"type": "string", "description": "The location that files are moved from"},
        "to": {"type": "string", "description": "The location that they are moved to"}
    }}"#,
    perform: |step| migrate(step).boxed(),
    ..UPKEEP
};

async fn migrate(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let location = |name: &str| run.args.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let migrated = app.files.migrate(location("from"), location("to"), run.cursor["after"].as_str()).await?;
    let mut done = Done { next: migrated.next.map(|after| json!({"after": after})), ..Done::default() };
    done.counts.updated = migrated.moved;
    done.counts.errored = migrated.faults.len() as u64;
    done.counts.total = done.counts.updated + done.counts.errored;
    done.log = faulty(migrated.faults);
    let said = format!("{} files moved, {} bytes", migrated.moved, migrated.bytes);
    done.log.push(LogLine::new(Level::Info, said));
    if migrated.left > 0 {
        let said = format!("{} files are still being sent or changed: move them later", migrated.left);
        done.log.push(LogLine::new(Level::Warning, said));
    }
    Ok(done)
}
