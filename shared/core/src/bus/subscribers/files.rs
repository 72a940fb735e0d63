//! Files: what a request could not do to them is done, and what nobody names any more is removed, the history of drafts
//! of which nothing is left too.

use std::time::Duration;

use cairn_model::{Event, Result, objects::Place, queue::FILES};
use futures::{FutureExt, future::join_all};
use serde::Deserialize;
use serde_json::Value;

use super::Subscriber;
use crate::app::App;

/// Acts on what happened to files of drafts.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "files",
    queue: &FILES,
    delay: Duration::ZERO,
    events: &[
        "object.created",
        "draft.file_committed",
        "draft.files_deleted",
        "draft.files_discarded",
        "draft.deleted",
        "record.deleted",
        "record.purged",
    ],
    handle: |app, events| act(app, events).boxed(),
};

async fn act(app: &App, events: &[Event]) -> Vec<Result<()>> {
    join_all(events.iter().map(|event| act_on(app, event))).await
}

async fn act_on(app: &App, event: &Event) -> Result<()> {
    match event.kind.as_str() {
        "draft.file_committed" => {
            let parts = Place::deserialize(&event.data["parts"]).ok();
            app.files.remove_objects(parts.into_iter().collect()).await?;
            app.files.complete(event).await
        }
        "object.created" => app.files.take_in(event).await,
        "draft.files_deleted" => app.files.remove_objects(list(&event.data["objects"])).await,
        "draft.deleted" => {
            app.drafts.forget(event.subject.rsplit('/').next().unwrap_or_default()).await?;
            app.files.remove_sets(event, list(&event.data["sets"])).await
        }
        _ => app.files.remove_sets(event, list(&event.data["sets"])).await,
    }
}

/// The members of a list that are what they should be.
fn list<T: serde::de::DeserializeOwned>(value: &Value) -> Vec<T> {
    let members = value.as_array().into_iter().flatten();
    members.filter_map(|member| T::deserialize(member).ok()).collect()
}
