//! A deployment makes the site ready: the custom resource of the template, once for each version.

use cairn_core::{App, setup::FIXTURES, users::Secret};
use cairn_model::{Identity, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What `CloudFormation` asks of a custom resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Asked {
    request_type: String,
    /// Where it waits for the answer.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
}

impl Asked {
    /// Whether there is something to do: not when the stack is removed, whose data stay.
    pub fn wants_set_up(&self) -> bool {
        self.request_type != "Delete"
    }

    /// The answer: that it was done, or why not.
    pub fn answer(&self, done: &std::result::Result<(), String>) -> Value {
        let (status, reason) = match done {
            Ok(()) => ("SUCCESS", ""),
            Err(error) => ("FAILED", error.as_str()),
        };
        json!({
            "Status": status,
            "Reason": reason,
            "PhysicalResourceId": "set-up",
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_resource_id,
        })
    }
}

/// Makes a site ready; again is the same as once. `unfilled`: some index was made just now, or for another version.
/// `keep` puts the token of the first administrator, who has this `email`, where they find it.
///
/// # Errors
/// Those of store and index, and of `keep`.
pub async fn set_up(
    app: &App,
    unfilled: bool,
    email: &str,
    keep: impl AsyncFnOnce(&Secret) -> Result<()>,
) -> Result<()> {
    if unfilled {
        fill(app).await?;
    }
    app.load_vocabularies(FIXTURES, |_, _| true).await?;
    app.jobs.define_defaults().await?;
    app.create_administrator(email, keep).await?;
    Ok(())
}

/// A new site has next to nothing to index. Where there is something, a job does it, and searches go on meanwhile.
async fn fill(app: &App) -> Result<()> {
    if app.is_new().await? {
        return app.rebuild_index().await.map(|_| ());
    }
    let system = Identity::system();
    let job = Map::from_iter([
        ("title".to_owned(), json!("Make the search index anew for this version")),
        ("task".to_owned(), json!("reindex")),
    ]);
    let job = app.jobs.create(&system, &job).await?;
    app.jobs.start(&system, &job.id, &Map::new()).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_is_told_what_became_of_it() {
        let event = json!({
            "RequestType": "Create", "ResponseURL": "https://example.org/answer", "StackId": "stack", "RequestId": "1",
            "LogicalResourceId": "Site", "ResourceType": "Custom::CairnSite", "ServiceToken": "arn", "ResourceProperties": {},
        });
        let asked: Asked = serde_json::from_value(event.clone()).unwrap();
        assert!(asked.wants_set_up());
        let failed = asked.answer(&Err("no index".into()));
        assert_eq!((&failed["Status"], &failed["Reason"]), (&json!("FAILED"), &json!("no index")));
        assert_eq!(asked.answer(&Ok(()))["Status"], "SUCCESS");
        let removed = Value::Object(
            event
                .as_object()
                .unwrap()
                .clone()
                .into_iter()
                .map(|(key, value)| if key == "RequestType" { (key, json!("Delete")) } else { (key, value) })
                .collect(),
        );
        assert!(!serde_json::from_value::<Asked>(removed).unwrap().wants_set_up());
    }
}
