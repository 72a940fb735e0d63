//! `GET /api/records/{id}`: "records.read"

use super::{publish, site};
use crate::drafts::path;

#[tokio::test]
async fn a_public_record_is_for_everybody_without_what_is_the_managers() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Open to all", false).await;
    let this = path(&record, "self");
    let seen = site.nobody().get(&this).await.expect(200);
    assert_eq!(seen.header("etag"), format!("\"{}\"", record["revision_id"]));
    assert!(seen.header("link").contains("rel=\"linkset\""));
    let json = seen.json();
    assert!(json["parent"]["access"].get("grants").is_none());
    assert!(json["versions"].get("is_latest_draft").is_none());
    let own = ada.get(&this).await.expect(200).json();
    assert!(own["parent"]["access"]["grants"].is_array());
    assert!(site.nobody().head(&this).await.expect(200).body.is_empty());
}

#[tokio::test]
async fn a_restricted_record_is_for_those_who_may_view_it() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Mine alone", true).await;
    assert_eq!(record["access"]["status"], "restricted");
    let this = path(&record, "self");
    site.nobody().get(&this).await.expect(403);
    site.user("eve").await.get(&this).await.expect(403);
    ada.get(&this).await.expect(200);
    site.admin().get(&this).await.expect(200);
}

#[tokio::test]
async fn the_parent_leads_to_the_latest_version_and_a_draft_to_nothing() {
    let (site, ada) = site().await;
    let record = publish(&ada, "A version", false).await;
    let moved = site.nobody().get(path(&record, "parent")).await.expect(302);
    assert_eq!(moved.header("location"), format!("/api/records/{}", record["id"].as_str().unwrap()));
    let draft = ada.post("/api/records", crate::support::minimal()).await.expect(201).json();
    let answer = ada.get(path(&draft, "record")).await.expect(404);
    assert_eq!(answer.json()["message"], "The persistent identifier is not registered.");
    site.nobody().get("/api/records/zege4-jwk51").await.expect(404);
}

#[tokio::test]
async fn the_representation_for_user_interfaces_has_texts() {
    let (site, ada) = site().await;
    let record = publish(&ada, "With texts", false).await;
    let ui = site.nobody().with("accept", "application/vnd.inveniordm.v1+json");
    let seen = ui.get(path(&record, "self")).await.expect(200).json();
    assert_eq!(seen["ui"]["access_status"]["id"], "metadata-only");
    insta::assert_json_snapshot!("user_interface", seen["ui"]);
    site.nobody().with("accept", "image/png").get(path(&record, "self")).await.expect(406);
}
