//! `cairn events`: what has happened, again.

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Ending;
use super::api::{Api, Call, Patience};
use super::console::Console;
use super::options::{Access, TokenOption};

const EXAMPLES: &str = "\
Examples:
  cairn events replay --subscriber index --since 2026-11-01
  cairn events replay --subscriber index --since 2026-11-01T12:00:00Z

What a subscriber made of the events is made anew: a subscriber acts on what is stored now, so that twice is once.";

/// `cairn events …`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Events {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Send archived events to one subscriber again
    Replay {
        /// Who is to hear of them
        #[arg(long)]
        subscriber: String,
        /// From which day or instant on
        #[arg(long, value_name = "TIME", value_parser = instant)]
        since: String,
        #[command(flatten)]
        token: TokenOption,
    },
}

#[derive(Deserialize)]
struct Step {
    events: u64,
    next: Value,
}

impl Events {
    /// The token to authenticate with, if it stands behind the command.
    pub(crate) fn token_option(&self) -> &TokenOption {
        let Command::Replay { token, .. } = &self.command;
        token
    }

    /// Runs the command.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        access.require_token()?;
        let api = Api::new(access, Patience::LONG)?;
        let Command::Replay { subscriber, since, .. } = &self.command;
        let bar = console.progress(None);
        let (mut sent, mut next) = (0, Value::Null);
        loop {
            let which = json!({ "subscriber": subscriber, "since": since, "cursor": next });
            let step: Step = api.send(&Call::post("/api/events/replay").json(&which)).await?.read()?;
            sent += step.events;
            bar.set_message(format!("{sent} events sent"));
            next = step.next;
            if next.is_null() {
                break;
            }
        }
        bar.finish_and_clear();
        let result = json!({ "subscriber": subscriber, "events": sent });
        console.result(&result, || format!("sent {sent} events to {subscriber}"))?;
        Ok(Ending::Done)
    }
}

/// A day is its first instant.
fn instant(text: &str) -> Result<String, String> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    match chrono::DateTime::parse_from_rfc3339(&whole) {
        Ok(instant) => Ok(instant.to_rfc3339()),
        Err(error) => Err(format!("{error}: write 2026-11-01 or 2026-11-01T12:00:00Z")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::instant;
    use crate::commands::fake::{Fake, Reply};

    #[test]
    fn a_replay_goes_on_until_there_is_no_more() {
        let fake = Fake::start(|request| {
            let sent: Value = serde_json::from_slice(&request.body).unwrap();
            let next = if sent["cursor"].is_null() { json!("2026-11-01@x") } else { json!(null) };
            Reply::json(200, &json!({"events": 99, "next": next}))
        });
        let replay = ["events", "replay", "--subscriber", "index", "--since", "2026-11-01", "--token", "t"];
        assert_eq!(fake.cairn(&replay).out.text(), "sent 198 events to index\n");
    }

    #[test]
    fn a_day_is_its_first_instant_and_nonsense_is_told() {
        assert_eq!(instant("2026-11-01").unwrap(), "2026-11-01T00:00:00+00:00");
        assert_eq!(instant("2026-11-01T12:00:00+01:00").unwrap(), "2026-11-01T12:00:00+01:00");
        for nonsense in ["", "yesterday", "2026-13-01", "2026-11-01 12"] {
            assert!(instant(nonsense).unwrap_err().contains("2026-11-01T12:00:00Z"), "{nonsense}");
        }
    }
}
