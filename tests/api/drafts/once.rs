//! `Idempotency-Key` on POST: the same request again gives the same entity.

use super::path;
use crate::support::{Site, minimal};
use serde_json::json;

#[tokio::test]
async fn a_repeated_request_gives_the_entity_as_it_is_now() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let again = ada.with("idempotency-key", "deposit-1");
    let first = again.post("/api/records", minimal()).await.expect(201).json();
    let mut changed = minimal();
    changed["metadata"]["title"] = json!("Changed since");
    ada.put(path(&first, "self"), changed.clone()).await.expect(200);
    let second = again.post("/api/records", minimal()).await.expect(201).json();
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["metadata"]["title"], "Changed since");
    again.post("/api/records", changed).await.expect(422);

    let publish = path(&first, "publish");
    let record = again.post(&publish, ()).await.expect(202).json();
    assert_eq!(again.post(&publish, ()).await.expect(202).json()["id"], record["id"]);
    let published = again.post("/api/records", minimal()).await.expect(201).json();
    assert_eq!((&published["id"], &published["is_draft"]), (&first["id"], &false.into()));
    site.settle().await;
    assert_eq!(site.nobody().get("/api/records").await.json()["hits"]["total"], 1);
}

#[tokio::test]
async fn keys_are_the_users_own_and_forgotten_after_a_week() {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let create = |user: &crate::support::User| {
        let user = user.with("idempotency-key", "k");
        async move { user.post("/api/records", minimal()).await.expect(201).json()["id"].clone() }
    };
    let first = create(&ada).await;
    assert_ne!(create(&eve).await, first);
    site.clock.advance(7 * 24 * 3600 - 60);
    assert_eq!(create(&ada).await, first);
    site.clock.advance(120);
    let later = create(&ada).await;
    assert_ne!(later, first);
    assert_eq!(create(&ada).await, later);
}

#[tokio::test]
async fn a_publication_repeated_after_a_week_finds_no_draft() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let once = ada.with("idempotency-key", "p");
    let publish = path(&draft, "publish");
    let first = once.post(&publish, ()).await.expect(202);
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = once.post(&publish, ()).await.expect(202);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((again.json(), again.header("etag")), (first.json(), first.header("etag")));
    site.clock.advance(7 * 24 * 3600);
    once.post(&publish, ()).await.expect(404);
}

#[tokio::test]
async fn a_key_is_used_up_only_by_what_was_done() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let once = ada.with("idempotency-key", "k");
    let mut unknown = minimal();
    unknown["metadata"]["languages"] = json!([{"id": "nosuch"}]);
    once.post("/api/records", unknown).await.expect(400);
    let draft = once.post("/api/records", minimal()).await.expect(201).json();
    // The key is the operation's own: publishing with it is another request.
    let mut empty = minimal();
    empty["metadata"] = json!({});
    ada.put(path(&draft, "self"), empty).await.expect(200);
    once.post(path(&draft, "publish"), ()).await.expect(400);
    ada.put(path(&draft, "self"), minimal()).await.expect(200);
    once.post(path(&draft, "publish"), ()).await.expect(202);
    // Another draft is another request under the same key.
    let other = ada.post("/api/records", minimal()).await.expect(201).json();
    once.post(path(&other, "publish"), ()).await.expect(422);
}

#[tokio::test]
async fn a_client_that_missed_the_answer_makes_no_duplicate() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with("idempotency-key", "lost");
    // The first answer gets lost on its way; the index has not heard of it, and the process is a new one.
    ada.post("/api/records", minimal()).await.expect(201);
    site.settle().await;
    site.clock.advance(3_600);
    let draft = ada.post("/api/records", minimal()).await.expect(201);
    assert_eq!(draft.header("idempotent-replayed"), "true");
    let publish = path(&draft.json(), "publish");
    ada.post(&publish, ()).await.expect(202);
    ada.post(&publish, ()).await.expect(202);
    site.settle().await;
    let own = ada.get("/api/user/records").await.expect(200).json();
    assert_eq!((&own["hits"]["total"], &own["hits"]["hits"][0]["is_published"]), (&1.into(), &true.into()));
}

#[tokio::test]
async fn what_was_discarded_is_not_made_again() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with("idempotency-key", "gone");
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    ada.delete(path(&draft, "self")).await.expect(204);
    ada.post("/api/records", minimal()).await.expect(404);
}
