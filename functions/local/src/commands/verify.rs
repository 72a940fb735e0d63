//! `cairn verify`: the search index beside what is stored, compared by a job of the repository.

use clap::Args;
use serde_json::{Value, json};

use super::{
    Ending,
    api::{Api, Call, Patience},
    console::Console,
    jobs,
    options::{Access, TokenOption},
    reindex::Collections,
};

const EXAMPLES: &str = "\
Examples:
  cairn verify            compare all; exit status 1 if something differs
  cairn verify --mend     and put it right
  cairn verify records    only records

missing: stored and not found; stale: found as it was before; ghosts: found and not stored; ahead: found as it never was,
which only cairn reindex puts right.";

/// `cairn verify`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    #[command(flatten)]
    collections: Collections,
    /// Put right what differs
    #[arg(long)]
    mend: bool,
    #[command(flatten)]
    pub(crate) token: TokenOption,
}

impl Verify {
    /// Has the index compared, and tells what differs.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        access.require_token()?;
        let api = Api::new(access, Patience::LONG)?;
        let mut args = self.collections.args();
        args.insert("mend".into(), json!(self.mend));
        let run: Value = api.send(&jobs::message("verify_index", &args, None, None)).await?.read()?;
        let run = jobs::wait_for(&api, run, console).await?;
        let result = format!("{}/result", jobs::path(&run));
        let kept: Value = api.send(&Call::get(result)).await?.read()?;
        let Some(found) = kept["results"].get(0) else {
            return jobs::end(&api, run, true, console).await;
        };
        console.result(found, || said(found))?;
        let count = |key: &str| found[key].as_u64().unwrap_or(0);
        let differing: u64 = KINDS.iter().map(|kind| count(kind)).sum();
        Ok(if differing > count("mended") { Ending::SomeFailed } else { Ending::Done })
    }
}

/// How a document may differ.
const KINDS: [&str; 4] = ["missing", "stale", "ghosts", "ahead"];

fn said(found: &Value) -> String {
    let counts = KINDS.map(|kind| format!("{kind} {}", found[kind]));
    let first = found["first"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let lines = first.map(|difference| format!("  {difference}"));
    let summary = format!(
        "{} documents of {} entities compared: {}; mended {}",
        found["documents"],
        found["entities"],
        counts.join(", "),
        found["mended"]
    );
    std::iter::once(summary).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fake::{Asked, Fake, Reply};

    /// A repository where so many of two differences were mended.
    fn fake(mended: u64) -> Fake {
        Fake::start(move |asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/api/jobs/j/runs/r/result") => Reply::json(
                200,
                &json!({"results": [{"entities": 5, "documents": 6, "missing": 1, "stale": 0, "ghosts": 1,
                    "ahead": 0, "mended": mended, "first": ["missing records/a", "ghost drafts/b"]}]}),
            ),
            ("POST", _) => Reply::json(202, &json!({"id": "r", "job_id": "j", "status": "QUEUED"})),
            _ => Reply::json(200, &json!({"id": "r", "job_id": "j", "status": "PARTIAL_SUCCESS"})),
        })
    }

    #[test]
    fn what_differs_is_told_and_fails_unless_it_was_mended() {
        let left = fake(0);
        let told = left.cairn(&["verify", "records", "--token", "t"]);
        assert_eq!(
            told.out.text(),
            "6 documents of 5 entities compared: missing 1, stale 0, ghosts 1, ahead 0; mended 0\n  \
             missing records/a\n  ghost drafts/b\n"
        );
        assert_eq!(told.ending.unwrap(), Ending::SomeFailed);
        let sent = left.requests()[0].json();
        assert_eq!(sent["task"], "verify_index");
        assert_eq!(sent["args"], json!({"collections": ["records"], "mend": false}));
        let mended = fake(2);
        assert_eq!(mended.cairn(&["verify", "--mend", "--token", "t"]).ending.unwrap(), Ending::Done);
        assert_eq!(mended.requests()[0].json()["args"], json!({"mend": true}));
    }
}
