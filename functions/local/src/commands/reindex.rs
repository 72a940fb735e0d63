//! `cairn reindex`: the search index is made anew by a job of the repository, which goes on meanwhile.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{
    Ending,
    api::{Api, Patience},
    console::Console,
    jobs,
    options::{Access, TokenOption},
};

const EXAMPLES: &str = "\
Examples:
  cairn reindex                     all collections; waits, and shows how far it came
  cairn reindex records users       only these
  cairn reindex --no-wait           later: cairn jobs show RUN, cairn jobs cancel RUN

A repository that is stopped or killed meanwhile goes on where it was. Searches see the old index until the new one is
complete and equal to what is stored.";

/// `cairn reindex`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Reindex {
    #[command(flatten)]
    collections: Collections,
    /// Do not wait until it ends
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    pub(crate) token: TokenOption,
}

/// Collections that a task looks at.
#[derive(Args)]
pub(crate) struct Collections {
    /// Which collections: records, users, vocabularies. Default: all
    #[arg(value_name = "COLLECTION")]
    collections: Vec<String>,
}

impl Collections {
    /// As arguments of the task.
    pub(crate) fn args(&self) -> Map<String, Value> {
        let named = (!self.collections.is_empty()).then(|| ("collections".into(), json!(self.collections)));
        named.into_iter().collect()
    }
}

impl Reindex {
    /// Starts the job, and waits for its end.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        access.require_token()?;
        let api = Api::new(access, Patience::LONG)?;
        let call = jobs::message("reindex", &self.collections.args(), None, None);
        let run: Value = api.send(&call).await?.read()?;
        jobs::end(&api, run, !self.no_wait, console).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fake::{Asked, Fake, Reply};

    #[test]
    fn the_job_is_started_and_followed() {
        let run = |status: &str| json!({"id": "r", "job_id": "j", "status": status, "message": "7/7 entries done."});
        let fake = Fake::start(move |asked: &Asked| {
            let is_new = asked.method == "POST";
            Reply::json(200, &run(if is_new { "QUEUED" } else { "SUCCESS" }))
        });
        let done = fake.cairn(&["reindex", "records", "users", "--token", "t"]);
        assert_eq!(done.out.text(), "run r: SUCCESS: 7/7 entries done.\n");
        let asked = fake.requests();
        assert_eq!(asked[0].json()["args"], json!({"collections": ["records", "users"]}));
        assert_eq!(asked[1].path, "/api/jobs/j/runs/r");
        let started = fake.cairn(&["reindex", "--no-wait", "--token", "t"]);
        assert_eq!(started.out.text(), "run r: QUEUED: 7/7 entries done.\n");
        assert_eq!(fake.requests().last().unwrap().json()["args"], json!({}));
    }
}
