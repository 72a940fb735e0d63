//! `cairn users list`: everybody, for administrators.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::commands::Ending;
use crate::commands::api::{Api, Call, Failure, Patience};
use crate::commands::console::Console;
use crate::commands::options::{Access, TokenOption};
use crate::commands::table::table;

const PAGE_SIZE: usize = 100;
/// The repository lets nobody page further than this (InvenioRDM: result window).
const WINDOW: usize = 10_000;

/// `cairn users list`.
#[derive(Args)]
#[command(after_help = "Examples:\n  cairn users list\n  cairn users list --query ada\n  \
    cairn --json users list | jq -r '.users[].email'")]
pub(super) struct List {
    /// Only those that match, e.g. `ada` or `email:ada@example.org`
    #[arg(long, short)]
    query: Option<String>,
    #[command(flatten)]
    pub(super) token: TokenOption,
}

#[derive(Deserialize)]
struct Found {
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Value>,
    total: usize,
}

#[derive(Serialize)]
struct Everybody {
    total: usize,
    users: Vec<Value>,
}

impl List {
    pub(super) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        let api = Api::new(access, Patience::SHORT)?;
        let found = self.everybody(&api).await?;
        if found.users.len() < found.total {
            let shown = found.users.len();
            console.remark(&serde_json::json!({ "total": found.total, "shown": shown }), || {
                format!("showing {shown} of {}: narrow the list with --query", found.total)
            });
        }
        console.result(&found, || {
            table(&["id", "e-mail", "name", "roles"], &found.users.iter().map(row).collect::<Vec<_>>())
        })?;
        Ok(Ending::Done)
    }

    async fn everybody(&self, api: &Api) -> Result<Everybody, Failure> {
        let mut users = Vec::new();
        for page in 1..=WINDOW / PAGE_SIZE {
            let found: Found = api.send(&Call::get(self.path(page))).await?.read()?;
            let last = found.hits.hits.len() < PAGE_SIZE;
            users.extend(found.hits.hits);
            if last || users.len() >= found.hits.total {
                return Ok(Everybody { total: found.hits.total.max(users.len()), users });
            }
        }
        Ok(Everybody { total: users.len() + 1, users })
    }

    fn path(&self, page: usize) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("page", &page.to_string()).append_pair("size", &PAGE_SIZE.to_string());
        // In the order of arrival no page moves while people are added.
        query.append_pair("sort", "oldest");
        if let Some(text) = &self.query {
            query.append_pair("q", text);
        }
        format!("/api/users/all?{}", query.finish())
    }
}

fn row(user: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let shown = |value: &Value| if value.is_null() { String::new() } else { text(value) };
    vec![
        shown(&user["id"]),
        shown(&user["email"]),
        shown(&user["profile"]["full_name"]),
        shown(&user["roles"]),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::commands::fake::{Fake, Reply};

    #[test]
    fn all_pages_are_read() {
        let fake = Fake::start(|request| {
            let count = if request.path.contains("page=3") { 50 } else { 100 };
            let hits: Vec<Value> = (0..count).map(|n| json!({"id": n.to_string(), "email": null})).collect();
            Reply::json(200, &json!({"hits": {"hits": hits, "total": 250}}))
        });
        let found = fake.cairn(&["--json", "users", "list", "--query", "a&b=c"]).out.json();
        assert_eq!((found["total"].as_u64(), found["users"].as_array().unwrap().len()), (Some(250), 250));
        let paths: Vec<_> = fake.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths.len(), 3);
        assert_eq!(paths[2], "/api/users/all?page=3&size=100&sort=oldest&q=a%26b%3Dc");
    }

    #[test]
    fn people_see_a_table() {
        let user = json!({"id": "1", "email": "a@b.org", "profile": {"full_name": "A B"}, "roles": "admin"});
        let fake = Fake::start(move |_| Reply::json(200, &json!({"hits": {"hits": [user], "total": 1}})));
        let text = fake.cairn(&["users", "list"]).out.text();
        assert_eq!(text, "id  e-mail   name  roles\n1   a@b.org  A B   admin\n");
    }
}
