//! `cairn users create`: adds a person, and a token for them if asked.

use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tokens;
use crate::commands::Ending;
use crate::commands::api::{Api, Call, Patience};
use crate::commands::console::Console;
use crate::commands::options::{Access, Secret};

const EXAMPLES: &str = "\
Examples:
  cairn users create ada@example.org
  cairn users create ada@example.org --full-name 'Ada Lovelace' --password 'a long one'
  cairn users create robot@example.org --role admin --token nightly
  cairn --json users create ada@example.org --token cli | jq -r .token

The new token is shown this once. Here --token names it; to authenticate with a token of your own,
put it before the command (cairn --token TOKEN users create …) or into CAIRN_TOKEN.
With --json: {\"id\", \"email\", \"token\"}; the token is null if none was asked for.";

/// `cairn users create`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Create {
    /// Their e-mail address
    email: String,
    /// Password to sign in with; without one they use tokens, or set a password later
    #[arg(long)]
    password: Option<Secret>,
    /// A role they get; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Their name, as shown to others
    #[arg(long, value_name = "NAME")]
    full_name: Option<String>,
    /// Also make a token of this name for them, and print it
    #[arg(long = "token", value_name = "NAME")]
    token_name: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

impl Create {
    pub(super) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        let api = Api::new(access, Patience::SHORT)?;
        let created = api.send(&Call::post("/api/users").json(&self.body())).await?;
        let id = created.read::<Created>()?.id;
        let token = match &self.token_name {
            None => None,
            Some(name) => Some(tokens::make(&api, &id, name).await.with_context(|| {
                format!(
                    "user {id} is there, but has no token; `cairn users tokens create {id} {name}` makes one"
                )
            })?),
        };
        let result = json!({ "id": id, "email": self.email, "token": token });
        console.result(&result, || match &token {
            Some(token) => format!("created user {id} ({}) with the token\n{token}", self.email),
            None => format!("created user {id} ({})", self.email),
        })?;
        Ok(Ending::Done)
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "email": self.email,
            "preferences": { "visibility": "public", "email_visibility": "public" },
        });
        if let Some(password) = &self.password {
            body["password"] = password.reveal().into();
        }
        if !self.roles.is_empty() {
            body["roles"] = self.roles.clone().into();
        }
        if let Some(name) = &self.full_name {
            body["profile"] = json!({ "full_name": name });
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fake::{Fake, Reply};

    #[test]
    fn a_person_and_a_token_are_made() {
        let fake = Fake::start(|request| match request.path.as_str() {
            "/api/users" => Reply::json(201, &json!({"id": "7", "email": "a@b.org"})),
            _ => Reply::json(201, &json!({"id": "1", "name": "cli", "token": "t0k"})),
        });
        let run = fake.cairn(&[
            "--json",
            "users",
            "create",
            "a@b.org",
            "--role",
            "admin",
            "--role",
            "x",
            "--password",
            "p w",
            "--full-name",
            "A B",
            "--token",
            "cli",
        ]);
        assert_eq!(run.out.json(), json!({"id": "7", "email": "a@b.org", "token": "t0k"}));
        let requests = fake.requests();
        assert_eq!(
            requests[0].json(),
            json!({"email": "a@b.org", "password": "p w", "roles": ["admin", "x"],
            "profile": {"full_name": "A B"},
            "preferences": {"visibility": "public", "email_visibility": "public"}})
        );
        assert_eq!(requests[0].header("authorization"), "Bearer secret");
        assert_eq!(
            (requests[1].path.as_str(), requests[1].json()),
            ("/api/users/7/tokens", json!({"name": "cli"}))
        );
    }

    #[test]
    fn without_a_token_name_the_token_is_null() {
        let fake = Fake::start(|_| Reply::json(201, &json!({"id": "7"})));
        let run = fake.cairn(&["--json", "users", "create", "a@b.org"]);
        assert_eq!(run.out.json(), json!({"id": "7", "email": "a@b.org", "token": null}));
        assert_eq!(fake.requests().len(), 1);
    }

    #[test]
    fn a_taken_address_is_told_with_its_field() {
        let fake = Fake::start(|_| {
            Reply::json(
                400,
                &json!({"status": 400, "message": "A validation error occurred.",
            "errors": [{"field": "email", "messages": ["Email already used."]}]}),
            )
        });
        let run = fake.cairn(&["users", "create", "a@b.org"]);
        assert_eq!(run.failure(), "400 A validation error occurred.; email: Email already used.");
    }

    #[test]
    fn a_person_without_the_asked_token_is_reported_as_such() {
        let fake = Fake::start(|request| match request.path.as_str() {
            "/api/users" => Reply::json(201, &json!({"id": "7"})),
            _ => Reply::json(500, &json!({"message": "x"})),
        });
        let failure = fake.cairn(&["users", "create", "a@b.org", "--token", "cli"]).failure();
        assert!(failure.contains("cairn users tokens create 7 cli"), "{failure}");
        assert_eq!(fake.requests().len(), 2, "a token is not asked for twice: the first may have been made");
    }
}
