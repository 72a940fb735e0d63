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
async fn sixteen_at_once_make_one() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with("idempotency-key", "all-at-once");
    let answers = futures::future::join_all((0..16).map(|_| ada.post("/api/records", minimal()))).await;
    let mut ids: Vec<String> =
        answers.into_iter().map(|answer| answer.expect(201).json()["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
}
