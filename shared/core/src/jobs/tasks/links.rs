//! Looks whether links in place of files still lead somewhere.

use cairn_model::Result;
use futures::FutureExt;

use super::{Done, Step, Task, UPKEEP, looked_at};

/// For administrators and for the clock. Each link is looked at once in so many days, those that failed every day.
pub(super) static TASK: Task = Task {
    name: "check_links",
    title: "Check links",
    description: "Look whether links in place of files still lead to them, each once in so many days",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "days": {"type": "integer", "minimum": 0, "description": "Days after which a link is due again; 7 if not said"}
    }}"#,
    perform: |step| check(step).boxed(),
    ..UPKEEP
};

async fn check(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let days = step.days(7);
    let audited = app.files.check_links(run.cursor["after"].as_str(), days).await?;
    Ok(looked_at("links", audited))
}
