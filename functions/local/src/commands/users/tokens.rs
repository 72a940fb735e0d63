//! `cairn users tokens`: what programs sign in with.

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::commands::Ending;
use crate::commands::api::{Api, Call, Failure, Patience};
use crate::commands::console::Console;
use crate::commands::options::{Access, TokenOption};
use crate::commands::table::table;

const EXAMPLES: &str = "\
Examples:
  cairn users tokens list 3
  cairn users tokens create 3 laptop
  cairn users tokens revoke 3 12";

/// `cairn users tokens …`.
#[derive(Subcommand)]
#[command(after_help = EXAMPLES)]
pub(super) enum Tokens {
    /// Show a person's tokens (their names: the tokens themselves are not stored)
    List {
        #[command(flatten)]
        owner: Owner,
    },
    /// Make a token for a person and print it, this once
    Create {
        #[command(flatten)]
        owner: Owner,
        /// What to call it
        name: String,
    },
    /// Make a token worthless, at once
    Revoke {
        #[command(flatten)]
        owner: Owner,
        /// The token's id, as `list` shows it
        #[arg(value_parser = parse_id)]
        token_id: String,
    },
}

/// Whose tokens.
#[derive(Args)]
pub(super) struct Owner {
    /// The person's id, as `cairn users list` shows it
    #[arg(value_parser = parse_id)]
    user_id: String,
    #[command(flatten)]
    token: TokenOption,
}

#[derive(Deserialize)]
struct Made {
    token: String,
}

impl Tokens {
    pub(super) fn token_option(&self) -> TokenOption {
        match self {
            Self::List { owner } | Self::Create { owner, .. } | Self::Revoke { owner, .. } => {
                owner.token.clone()
            }
        }
    }

    pub(super) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        let api = Api::new(access, Patience::SHORT)?;
        match self {
            Self::List { owner } => list(&api, &owner.user_id, console).await?,
            Self::Create { owner, name } => {
                let token = make(&api, &owner.user_id, name).await?;
                let result = json!({ "id": owner.user_id, "name": name, "token": token });
                console.result(&result, || token.clone())?;
            }
            Self::Revoke { owner, token_id } => {
                let user_id = &owner.user_id;
                api.send(&Call::delete(format!("/api/users/{user_id}/tokens/{token_id}"))).await?;
                let result = json!({ "id": user_id, "revoked": token_id });
                console.result(&result, || format!("token {token_id} of user {user_id} is worthless now"))?;
            }
        }
        Ok(Ending::Done)
    }
}

/// Makes a token for a user. Not repeated when the answer is lost: the repository cannot show a token twice.
pub(super) async fn make(api: &Api, user_id: &str, name: &str) -> Result<String, Failure> {
    let call = Call::post(format!("/api/users/{user_id}/tokens")).json(&json!({ "name": name }));
    Ok(api.send(&call).await?.read::<Made>()?.token)
}

async fn list(api: &Api, user_id: &str, console: &mut Console) -> anyhow::Result<()> {
    let answer: Value = api.send(&Call::get(format!("/api/users/{user_id}/tokens"))).await?.read()?;
    let tokens = answer["hits"]["hits"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |token: &Value| vec![text(&token["id"]), text(&token["name"]), text(&token["created"])];
    console.result(&json!({ "tokens": tokens }), || {
        table(&["id", "name", "created"], &tokens.iter().map(row).collect::<Vec<_>>())
    })
}

/// An id that can stand in a path as it is.
fn parse_id(text: &str) -> Result<String, String> {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if plain { Ok(text.into()) } else { Err("ids are made of letters, digits, - and _".into()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fake::{Fake, Reply};

    #[test]
    fn tokens_are_listed_made_and_revoked() {
        let fake = Fake::start(|request| match request.method.as_str() {
            "GET" => Reply::json(
                200,
                &json!({"hits": {"hits": [{"id": "1", "name": "n", "created": "c"}], "total": 1}}),
            ),
            "POST" => Reply::json(201, &json!({"id": "2", "name": "m", "token": "t0k"})),
            _ => Reply { status: 204, ..Reply::json(204, &json!(null)) },
        });
        assert_eq!(
            fake.cairn(&["users", "tokens", "list", "3"]).out.text(),
            "id  name  created\n1   n     c\n"
        );
        assert_eq!(fake.cairn(&["users", "tokens", "create", "3", "m"]).out.text(), "t0k\n");
        let revoked = fake.cairn(&["--json", "users", "tokens", "revoke", "3", "1"]);
        assert_eq!(revoked.out.json(), json!({"id": "3", "revoked": "1"}));
        let last = fake.requests().pop().unwrap();
        assert_eq!((last.method.as_str(), last.path.as_str()), ("DELETE", "/api/users/3/tokens/1"));
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        for id in ["../1", "1/2", "1?x", "", "%2e"] {
            assert!(super::parse_id(id).is_err(), "{id}");
        }
    }
}
