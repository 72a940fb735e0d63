//! `GET /api/records/{id}/draft`: "drafts.read"

use cairn_model::kinds::ACCOUNTS;
use cairn_ports::{Expect, Key};
use serde_json::{Value, json};

use super::{path, with_draft};
use crate::support::Answer;

#[tokio::test]
async fn a_draft_is_for_its_owner_and_administrators() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    let seen = ada.get(&this).await.expect(200);
    assert_eq!(seen.header("etag"), "\"1\"");
    assert_eq!(seen.json(), draft);
    site.admin().get(&this).await.expect(200);
    for stranger in [site.nobody(), site.user("eve").await] {
        assert_eq!(stranger.get(&this).await.expect(403).json()["message"], "Permission denied.");
    }
    assert!(ada.head(&this).await.expect(200).body.is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let (_, ada, _) = with_draft().await;
    for id in ["zzzzz-zzzzz", "nonsense", "zege4-jwk51"] {
        let answer = ada.get(format!("/api/records/{id}/draft")).await.expect(404);
        assert_eq!(answer.json()["message"], "The persistent identifier does not exist.");
    }
}

#[tokio::test]
async fn expanding_shows_the_owner() {
    let (_, ada, draft) = with_draft().await;
    let seen = ada.get(format!("{}?expand=1", path(&draft, "self"))).await.expect(200).json();
    let owner = &seen["expanded"]["parent"]["access"]["owned_by"];
    assert_eq!(owner["id"], draft["parent"]["access"]["owned_by"]["user"]);
    assert_eq!(owner["is_current_user"], true);
    ada.get(format!("{}?expand=perhaps", path(&draft, "self"))).await.expect(400);
}

#[tokio::test]
async fn administrators_are_told_whether_the_owner_is_verified() {
    let (site, ada, draft) = with_draft().await;
    let (this, record) = (path(&draft, "self"), path(&draft, "record"));
    let parent = |answer: Answer| answer.expect(200).json()["parent"].clone();
    let told = |parent: Value| {
        parent.as_object().unwrap().iter().next_back().map(|(key, value)| (key.clone(), value.clone()))
    };
    let verified = |is: bool| Some(("is_verified".to_owned(), json!(is)));
    assert_eq!(told(parent(site.admin().get(&this).await)), verified(true));
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    assert_eq!(told(parent(site.admin().get(&record).await)), verified(true));
    for other in [ada.clone(), site.nobody(), site.user("eve").await] {
        assert!(parent(other.get(&record).await).get("is_verified").is_none());
    }
    let store = &site.system.shared.ports.store;
    let mut user = store.get(&Key::new(ACCOUNTS, format!("user#{}", ada.id), "user")).await.unwrap().unwrap();
    let before = user.revision;
    user.body["verified_at"] = Value::Null;
    user.revision = before.next();
    let mut work = site.system.shared.work();
    work.put(user, Expect::At(before));
    store.commit(&work).await.unwrap();
    assert_eq!(told(parent(site.admin().get(&record).await)), verified(false));
}
