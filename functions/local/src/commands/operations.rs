//! `cairn operations`: what the HTTP API offers.

use serde::Deserialize;
use serde_json::Value;

use super::Ending;
use super::api::{Api, Call, Patience};
use super::console::Console;
use super::options::Access;
use super::table::table;

#[derive(Deserialize)]
struct Operations {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    name: String,
    method: String,
    path: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    needs: Vec<String>,
}

/// Runs `cairn operations`.
pub(crate) async fn run(access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
    let api = Api::new(access, Patience::SHORT)?;
    let answer = api.send(&Call::get("/api/operations")).await?;
    let listed: Operations = answer.read()?;
    let row = |operation: Operation| {
        let Operation { name, method, path, summary, needs } = operation;
        vec![method, path, name, summary, needs.join(", ")]
    };
    let rows: Vec<_> = listed.operations.into_iter().map(row).collect();
    let heading = ["method", "path", "operation", "summary", "needs"];
    console.result(&answer.read::<Value>()?, || table(&heading, &rows))?;
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fake::{Fake, Reply};

    #[test]
    fn operations_are_a_table_for_people_and_unchanged_for_programs() {
        let listed = json!({"operations": [{"name": "drafts.create", "method": "POST", "path": "/api/records",
            "summary": "Create a draft", "needs": ["write:records", "write:outbox"], "later": 1}]});
        let shown = listed.clone();
        let fake = Fake::start(move |_| Reply::json(200, &shown));
        let text = fake.cairn(&["operations"]).out.text();
        let row = "POST    /api/records  drafts.create  Create a draft  write:records, write:outbox";
        assert_eq!(text.lines().nth(1), Some(row));
        assert_eq!(fake.cairn(&["--json", "operations"]).out.json(), listed);
    }
}
