//! `cairn deadletters`: messages that nobody could act on.

use anyhow::bail;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Ending;
use super::api::{Api, Call, Patience};
use super::console::Console;
use super::options::{Access, TokenOption};
use super::table::{outline, table};

const EXAMPLES: &str = "\
Examples:
  cairn deadletters list
  cairn deadletters show index 17
  cairn deadletters replay index 17 18    once the fault is mended
  cairn deadletters replay index --all";

/// `cairn deadletters …`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DeadLetters {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show which there are, and why
    List {
        /// Only those of this queue
        queue: Option<String>,
        #[command(flatten)]
        token: TokenOption,
    },
    /// Show one with all it holds
    Show {
        /// Its queue
        queue: String,
        /// Its id, as `list` shows it
        id: String,
        #[command(flatten)]
        token: TokenOption,
    },
    /// Send some again
    Replay {
        /// Their queue
        queue: String,
        /// Their ids, as `list` shows them
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<String>,
        /// All of the queue
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        token: TokenOption,
    },
}

#[derive(Deserialize)]
struct Found {
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Letter>,
}

#[derive(Deserialize, Serialize)]
struct Letter {
    queue: String,
    id: String,
    error: String,
    died: String,
    message: Value,
}

#[derive(Deserialize)]
struct Replayed {
    replayed: usize,
}

impl DeadLetters {
    /// The token to authenticate with, if it stands behind the command.
    pub(crate) fn token_option(&self) -> &TokenOption {
        match &self.command {
            Command::List { token, .. } | Command::Show { token, .. } | Command::Replay { token, .. } => {
                token
            }
        }
    }

    /// Runs the command.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        access.require_token()?;
        let api = Api::new(access, Patience::SHORT)?;
        match &self.command {
            Command::List { queue, .. } => {
                let letters = letters(&api, queue.as_deref()).await?;
                let heading = ["queue", "id", "died", "event", "error"];
                let rows: Vec<_> = letters.iter().map(row).collect();
                console.result(&json!({ "letters": letters }), || table(&heading, &rows))?;
            }
            Command::Show { queue, id, .. } => {
                let letters = letters(&api, Some(queue)).await?;
                let Some(letter) = letters.iter().find(|letter| letter.id == *id) else {
                    bail!("there is no dead letter {id} on {queue} (any more): see cairn deadletters list");
                };
                let letter = serde_json::to_value(letter)?;
                console.result(&letter, || outline(&letter))?;
            }
            Command::Replay { queue, ids, all, .. } => {
                let which =
                    if *all { json!({ "queue": queue }) } else { json!({ "queue": queue, "ids": ids }) };
                let Replayed { replayed } =
                    api.send(&Call::post("/api/deadletters/replay").json(&which)).await?.read()?;
                console.result(&json!({ "replayed": replayed }), || format!("sent {replayed} again"))?;
                if !all && replayed < ids.len() {
                    return Ok(Ending::SomeFailed);
                }
            }
        }
        Ok(Ending::Done)
    }
}

async fn letters(api: &Api, queue: Option<&str>) -> anyhow::Result<Vec<Letter>> {
    let path = queue.map_or_else(
        || "/api/deadletters".to_owned(),
        |queue| {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("queue", queue).finish();
            format!("/api/deadletters?{query}")
        },
    );
    let found: Found = api.send(&Call::get(path)).await?.read()?;
    Ok(found.hits.hits)
}

fn row(letter: &Letter) -> Vec<String> {
    let event = &letter.message["event"];
    let text = |key: &str| event[key].as_str().unwrap_or("-");
    let event = format!("{} {}", text("type"), text("subject"));
    vec![letter.queue.clone(), letter.id.clone(), letter.died.clone(), event, letter.error.clone()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fake::{Fake, Reply};

    fn fake() -> Fake {
        Fake::start(|request| {
            if request.path.starts_with("/api/deadletters/replay") {
                return Reply::json(200, &json!({"replayed": 1}));
            }
            let event = json!({"type": "record.published", "subject": "records/a"});
            let message = json!({"subscriber": "index", "event": event});
            let letter = json!({"queue": "index", "id": "17", "error": "no", "died": "2026-01-01", "message": message});
            Reply::json(200, &json!({"hits": {"total": 1, "hits": [letter]}}))
        })
    }

    #[test]
    fn dead_letters_are_a_table_and_one_is_shown_whole() {
        let fake = fake();
        let listed = fake.cairn(&["deadletters", "list", "--token", "t"]).out.text();
        let row = "index  17  2026-01-01  record.published records/a  no";
        assert_eq!(listed.lines().nth(1), Some(row), "{listed}");
        let shown = fake.cairn(&["deadletters", "show", "index", "17", "--token", "t"]).out.text();
        assert!(shown.contains("message.event.subject") && shown.contains("records/a"), "{shown}");
        let failure = fake.cairn(&["deadletters", "show", "index", "18", "--token", "t"]).failure();
        assert!(failure.contains("there is no dead letter 18"), "{failure}");
    }

    #[test]
    fn a_replay_says_how_many_and_fails_if_some_are_gone() {
        let fake = fake();
        let one = fake.cairn(&["deadletters", "replay", "index", "17", "--token", "t"]);
        assert_eq!(one.out.text(), "sent 1 again\n");
        let two = fake.cairn(&["deadletters", "replay", "index", "17", "18", "--token", "t", "--json"]);
        assert_eq!(two.out.json(), json!({"replayed": 1}));
    }
}
