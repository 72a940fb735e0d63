//! Operations on grants: all of a record's, those to users, and those to groups.

mod create;
mod delete;
mod list;
mod read;
mod replace;
mod update;

use serde_json::{Value, json};

use crate::support::{Answer, Site, User};

/// A site, an owner, somebody who lets themselves be found, and the path of a restricted record with a file.
async fn shared() -> (Site, User, User, String) {
    let (site, ada, _, record) = crate::links::secret().await;
    let bob = findable(&site, "bob").await;
    (site, ada, bob, record)
}

/// A new person with a public profile, and with these roles.
pub(crate) async fn findable(site: &Site, name: &str) -> User {
    let body = json!({
        "email": format!("{name}@cairn.test"), "username": name, "preferences": {"visibility": "public"},
    });
    let user = site.admin().post("/api/users", body).await.expect(201).json();
    let id = user["id"].as_str().unwrap();
    let token = site.admin().post(format!("/api/users/{id}/tokens"), json!({"name": "test"})).await;
    site.nobody().with_token(id, token.expect(201).json()["token"].as_str().unwrap())
}

/// Asks for a grant.
async fn ask(owner: &User, record: &str, permission: &str, subject: (&str, &str)) -> Answer {
    let (kind, id) = subject;
    let grant = json!({"permission": permission, "subject": {"id": id, "type": kind}});
    owner.post(format!("{record}/access/grants"), json!({"grants": [grant]})).await
}

/// Grants something to a user.
pub(crate) async fn grant(owner: &User, record: &str, permission: &str, user: &User) -> Value {
    ask(owner, record, permission, ("user", &user.id)).await.expect(201).json()
}
