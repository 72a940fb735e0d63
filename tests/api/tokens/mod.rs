//! Operations on personal access tokens.

mod create;
mod delete;
mod list;

use crate::support::User;

/// The path of a user's tokens.
async fn tokens(user: &User) -> String {
    let me = user.get("/api/me").await.expect(200).json();
    format!("/api/users/{}/tokens", me["id"].as_str().unwrap())
}
