//! Waiting for the end of a run.

use std::time::Duration;

use serde_json::Value;

use super::{path, text};
use crate::commands::{
    Ending,
    api::{Api, Call},
    console::Console,
};

/// How often a run is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// Counts of a run that are of entries that it has dealt with.
const DONE: [&str; 4] = ["inserted_entries", "updated_entries", "unchanged_entries", "errored_entries"];

/// Tells what became of a run; first waits for its end, if asked to.
pub(in crate::commands) async fn end(
    api: &Api,
    run: Value,
    wait: bool,
    console: &mut Console,
) -> anyhow::Result<Ending> {
    let run = if wait { wait_for(api, run, console).await? } else { run };
    let said = run["message"].as_str().map(|message| format!(": {message}")).unwrap_or_default();
    console.result(&run, || format!("run {}: {}{said}", text(&run, "id"), text(&run, "status")))?;
    let failed = ["FAILED", "PARTIAL_SUCCESS", "CANCELLED"].contains(&text(&run, "status"));
    Ok(if wait && failed { Ending::SomeFailed } else { Ending::Done })
}

/// Waits for the end of a run, and shows how far it came; the run as it is then.
pub(in crate::commands) async fn wait_for(
    api: &Api,
    mut run: Value,
    console: &mut Console,
) -> anyhow::Result<Value> {
    let address = path(&run);
    let bar = console.progress(Some(0));
    while ["QUEUED", "RUNNING", "CANCELLING"].contains(&text(&run, "status")) {
        let count = |key: &str| run[key].as_u64().unwrap_or(0);
        bar.set_length(count("total_entries"));
        bar.set_position(DONE.iter().map(|key| count(key)).sum());
        bar.set_message(run["message"].as_str().unwrap_or("waiting").to_owned());
        tokio::time::sleep(PAUSE).await;
        run = api.send(&Call::get(&*address)).await?.read()?;
    }
    bar.finish_and_clear();
    Ok(run)
}
