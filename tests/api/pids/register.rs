//! Registries are told of DOIs, whatever happens on the way.

use cairn_model::queue::PIDS;
use serde_json::{Value, json};

use super::{
    LEASE, external, go_on, is_registered, is_tried_again, publish,
    registry::{Mood, PREFIX, Registry},
    shown, with_doi,
};
use crate::{
    drafts::path,
    support::{User, minimal},
};

async fn version(ada: &User, record: &Value) -> Value {
    let next = ada.post(path(record, "versions"), ()).await.expect(201).json();
    ada.put(path(&next, "self"), minimal()).await.expect(200);
    ada.post(path(&next, "publish"), ()).await.expect(202).json()
}

fn doi(of: &Value) -> String {
    format!("{PREFIX}/{}", of["id"].as_str().unwrap())
}

fn related(registry: &Registry, doi: &str) -> Vec<String> {
    let rows = registry.knows(doi).unwrap()["relatedIdentifiers"].as_array().cloned().unwrap_or_default();
    let row = |row: &Value| {
        format!("{} {}", row["relationType"].as_str().unwrap(), row["relatedIdentifier"].as_str().unwrap())
    };
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn what_is_published_is_registered_and_so_are_all_versions_together() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    let first = publish(&ada, &minimal()).await;
    assert_eq!(first["pids"]["doi"]["identifier"], doi(&first));
    assert_eq!(first["links"]["doi"], format!("https://doi.org/{}", doi(&first)));
    assert!(registry.asked().is_empty(), "nobody waits for it");
    site.settle().await;
    assert_eq!(registry.asked().len(), 2);
    let (own, together) = (doi(&first), doi(&first["parent"]));
    let known = registry.knows(&own).unwrap();
    assert_eq!(
        (&known["event"], &known["url"]),
        (&json!("publish"), &json!(format!("https://cairn.test/doi/{own}")))
    );
    assert_eq!(known["titles"], json!([{"title": "A minimal record"}]));
    assert_eq!(known["types"]["resourceTypeGeneral"], "JournalArticle");
    assert_eq!(related(&registry, &own), [format!("IsVersionOf {together}")]);
    assert_eq!(related(&registry, &together), [format!("HasVersion {own}")]);
    assert_eq!(registry.knows(&together).unwrap()["url"], format!("https://cairn.test/doi/{together}"));

    let second = version(&ada, &first).await;
    site.settle().await;
    assert_eq!(registry.asked().len(), 2, "nothing is new of the first version");
    let both = [format!("HasVersion {own}"), format!("HasVersion {}", doi(&second))];
    assert_eq!(related(&registry, &together), both);
    // What comes again changes nothing.
    let event = json!({"subscriber": "dois", "since": "2026-01-01T00:00:00+00:00"});
    site.admin().post("/api/events/replay", event).await.expect(200);
    site.settle().await;
    assert!(registry.asked().is_empty());
    let state = shown(&site, &first).await;
    assert_eq!((&state["doi"]["status"], &state["doi"]["attempts"]), (&json!("registered"), &json!(0)));
    assert_eq!(state["parent"]["doi"]["status"], "registered");
}

#[tokio::test]
async fn what_nobody_may_see_is_hidden_and_shown_again() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    let first = publish(&ada, &minimal()).await;
    let second = version(&ada, &first).await;
    site.settle().await;
    let (own, together) = (doi(&second), doi(&first["parent"]));
    let event = |doi: &str| registry.knows(doi).unwrap()["event"].clone();
    let bury = async |record: &Value| {
        let address = format!("{}/delete", path(record, "self"));
        site.admin().send("DELETE", address, json!({"removal_reason": {"id": "spam"}})).await.expect(204);
        site.settle().await;
    };
    bury(&second).await;
    assert_eq!((event(&own), event(&together)), (json!("hide"), json!("publish")));
    assert_eq!(related(&registry, &together), [format!("HasVersion {}", doi(&first))]);
    assert_eq!(shown(&site, &first).await["doi"]["status"], "registered");
    bury(&first).await;
    assert_eq!(event(&together), json!("hide"));
    registry.asked();
    site.admin().post(format!("{}/restore", path(&second, "self")), ()).await.expect(200);
    site.settle().await;
    assert_eq!((event(&own), event(&together)), (json!("publish"), json!("publish")));

    let mut body = minimal();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    body["metadata"]["title"] = json!("A secret title");
    registry.asked();
    ada.post(path(&second, "draft"), ()).await.expect(201);
    ada.put(path(&second, "draft"), body).await.expect(200);
    ada.post(format!("{}/actions/publish", path(&second, "draft")), ()).await.expect(202);
    site.settle().await;
    assert_eq!((event(&own), event(&together)), (json!("hide"), json!("hide")));
    assert!(!format!("{:?}", registry.asked()).contains("secret"));
    assert_eq!(shown(&site, &second).await["doi"]["status"], "hidden");
}

#[tokio::test]
async fn a_registry_that_is_not_well_is_told_later() {
    for mood in [
        Mood::Failing(500),
        Mood::Failing(422),
        Mood::Failing(401),
        Mood::Tired(90),
        Mood::Garbled,
        Mood::Silent,
        Mood::Mute,
    ] {
        let (site, registry) = Registry::site().await;
        let ada = site.user("ada").await;
        registry.is(mood);
        let record = publish(&ada, &minimal()).await;
        go_on(&site, 3).await;
        is_tried_again(&site, &record, mood, ("datacite: ", "glaze")).await;
        registry.is(Mood::Well);
        go_on(&site, 3).await;
        is_registered(&site, &record, mood).await;
        assert_eq!(registry.knows(&doi(&record)).unwrap()["event"], "publish");
        site.settle().await;
    }
}

#[tokio::test]
async fn a_registry_that_wants_to_be_left_alone_is() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    registry.is(Mood::Tired(300));
    publish(&ada, &with_doi(&external("10.4321/a"))).await;
    publish(&ada, &minimal()).await;
    site.act().await;
    assert!(!registry.asked().is_empty());
    registry.is(Mood::Well);
    let other = publish(&ada, &minimal()).await;
    for _ in 0..5 {
        site.act().await;
        site.clock.advance(50);
    }
    assert!(registry.asked().is_empty(), "for five minutes");
    site.clock.advance(60);
    go_on(&site, 3).await;
    assert!(registry.knows(&doi(&other)).is_some());
    site.settle().await;
}

#[tokio::test]
async fn who_gives_up_at_last_can_be_made_to_try_again() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    registry.is(Mood::Failing(500));
    let record = publish(&ada, &minimal()).await;
    go_on(&site, PIDS.receives as usize + 1).await;
    let letters = site.admin().get("/api/deadletters?queue=pids").await.expect(200).json();
    assert_eq!(letters["hits"]["total"], 1);
    let error = letters["hits"]["hits"][0]["error"].as_str().unwrap();
    assert_eq!(error, "datacite: it answers 500: It is not well.");
    registry.asked();
    go_on(&site, 1).await;
    assert!(registry.asked().is_empty());
    registry.is(Mood::Well);
    site.admin().post("/api/deadletters/replay", json!({"queue": "pids"})).await.expect(200);
    site.settle().await;
    assert_eq!(shown(&site, &record).await["doi"]["status"], "registered");
}

#[tokio::test]
async fn who_dies_between_question_and_answer_leaves_nothing_undone() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    registry.is(Mood::Hanging);
    let record = publish(&ada, &minimal()).await;
    site.system.relay().await.unwrap();
    tokio::select! {
        _ = site.poll(&PIDS) => panic!("the registry answers"),
        () = registry.was_asked(2) => {}
    }
    assert_eq!(registry.asked().len(), 2, "both were asked for");
    registry.is(Mood::Well);
    // Who comes too early waits: nobody knows yet that the other has died.
    ada.post(path(&record, "draft"), ()).await.expect(201);
    let mut body = minimal();
    body["metadata"]["title"] = json!("A better title");
    ada.put(path(&record, "draft"), body).await.expect(200);
    ada.post(format!("{}/actions/publish", path(&record, "draft")), ()).await.expect(202);
    site.act().await;
    assert!(registry.asked().is_empty());
    site.clock.advance(LEASE);
    go_on(&site, 3).await;
    assert_eq!(registry.knows(&doi(&record)).unwrap()["titles"], json!([{"title": "A better title"}]));
    site.settle().await;
    assert_eq!(shown(&site, &record).await["doi"]["status"], "registered");
}

#[tokio::test]
async fn what_was_deleted_before_anybody_heard_of_it_is_not_told() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    let record = publish(&ada, &minimal()).await;
    let address = format!("{}/delete", path(&record, "self"));
    site.admin().send("DELETE", address, json!({"removal_reason": {"id": "spam"}})).await.expect(204);
    site.settle().await;
    assert!(registry.asked().is_empty());
    assert_eq!(shown(&site, &record).await["doi"]["status"], "pending");
}

#[tokio::test]
async fn what_others_made_and_what_stays_here_is_told_to_nobody() {
    let (site, registry) = Registry::site().await;
    let ada = site.user("ada").await;
    let record = publish(&ada, &with_doi(&external("10.4321/a"))).await;
    site.settle().await;
    assert!(registry.asked().is_empty());
    assert_eq!(shown(&site, &record).await["doi"]["status"], "external");
    let (site, ada) = super::site().await;
    let record = publish(&ada, &minimal()).await;
    site.settle().await;
    let state = shown(&site, &record).await;
    assert_eq!(
        (&state["doi"]["status"], &state["parent"]["doi"]["status"]),
        (&json!("local"), &json!("local"))
    );
}
