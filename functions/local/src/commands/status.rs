//! `cairn status`: how the repository is doing. What it reports shows up by itself.

use serde_json::Value;

use super::Ending;
use super::api::{Api, Call, Patience};
use super::console::Console;
use super::options::Access;
use super::table::outline;

/// Runs `cairn status`.
pub(crate) async fn run(access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
    let api = Api::new(access, Patience::SHORT)?;
    let status: Value = api.send(&Call::get("/api/status")).await?.read()?;
    console.result(&status, || outline(&status))?;
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fake::{Fake, Reply};

    #[test]
    fn the_status_is_shown_for_people_and_for_programs() {
        let status = json!({"version": "0.1.0", "outbox": {"waiting": 0, "oldest": null}});
        let shown = status.clone();
        let fake = Fake::start(move |_| Reply::json(200, &shown));
        let text = fake.cairn(&["status"]).out.text();
        assert_eq!(text, "version         0.1.0\noutbox.waiting  0\noutbox.oldest   -\n");
        assert_eq!(fake.cairn(&["status", "--json"]).out.json(), status);
    }

    #[test]
    fn a_repository_that_is_not_there_is_told_at_once() {
        let failure = Fake::nowhere().cairn(&["status"]).failure();
        assert!(
            failure.contains("cannot reach http://127.0.0.1:") && failure.contains("cairn serve"),
            "{failure}"
        );
    }

    #[test]
    fn another_kind_of_server_is_recognised() {
        let fake = Fake::start(|_| Reply { body: "<html>".into(), ..Reply::json(200, &json!(null)) });
        assert!(fake.cairn(&["status"]).failure().contains("is this a Cairn repository?"));
    }
}
