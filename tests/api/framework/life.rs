//! The life of a specimen, from its deposit to the catalogue.

use serde_json::{Value, json};

use super::{CURATOR, museum, people};
use crate::support::User;

fn bone() -> Value {
    json!({
        "label": "Thigh bone", "accession": "M-1", "notes": "found behind the stove", "script": {"id": "dan"},
        "condition": {"state": "damaged", "grams": 2_500},
    })
}

fn draft(specimen: &Value) -> String {
    format!("/api/specimens/{}/draft", specimen["id"].as_str().unwrap())
}

async fn deposit(user: &User, body: Value) -> Value {
    user.post("/api/specimens", body).await.expect(201).json()
}

async fn publish(user: &User, specimen: &Value) -> crate::support::Answer {
    user.post(format!("{}/actions/publish", draft(specimen)), ()).await
}

#[tokio::test]
async fn it_goes_through_every_layer_and_each_sees_what_they_may() {
    let (site, ada, cora) = people().await;
    let specimen = deposit(&ada, bone()).await;
    assert_eq!(specimen["condition"]["label"], "damaged, 2500 g");
    assert_eq!(specimen["condition"]["fragile"], true, "completed before it was stored");
    assert_eq!(specimen["script"], json!({"id": "dan", "title": {"en": "Danish"}}));
    assert!(specimen.get("notes").is_none(), "its keeper is no curator");
    assert_eq!(cora.get(draft(&specimen)).await.json()["notes"], "found behind the stove");
    site.nobody().get(draft(&specimen)).await.expect(403);

    publish(&site.nobody(), &specimen).await.expect(403);
    assert_eq!(publish(&ada, &specimen).await.expect(202).json()["label"], "Thigh bone");
    site.settle().await;
    for (caller, grams, notes) in
        [(site.nobody(), false, false), (ada.clone(), true, false), (cora.clone(), true, true)]
    {
        let this = format!("/api/specimens/{}", specimen["id"].as_str().unwrap());
        let read = caller.get(&this).await.expect(200).json();
        let found = caller.get("/api/specimens?q=danish").await.expect(200).json();
        for seen in [read, found["hits"]["hits"][0].clone()] {
            assert_eq!(seen["condition"].get("grams").is_some(), grams);
            assert_eq!(seen.get("notes").is_some(), notes);
            assert!(seen.get("kilograms").is_none() && seen["script"].get("props").is_none(), "index only");
        }
    }
}

#[tokio::test]
async fn what_is_only_searched_can_be_searched() {
    let (site, ada, _) = people().await;
    publish(&ada, &deposit(&ada, bone()).await).await.expect(202);
    site.settle().await;
    for (query, total) in
        [("kilograms:2", 1), ("kilograms:3", 0), ("accession:M-1", 1), ("notes:stove", 0), ("bone", 1)]
    {
        let found = site.nobody().get(format!("/api/specimens?q={query}")).await.expect(200).json();
        assert_eq!(found["hits"]["total"], total, "{query}");
    }
    let records = site.nobody().get("/api/records?q=bone").await.expect(200).json();
    assert_eq!(records["hits"]["total"], 0, "one kind is not found among another");
}

#[tokio::test]
async fn rules_follow_the_state() {
    let (site, ada, cora) = people().await;
    let mut body = bone();
    body["condition"]["state"] = json!("sealed");
    let specimen = deposit(&ada, body.clone()).await;
    assert_eq!(publish(&ada, &specimen).await.expect(403).json()["message"], "Permission denied.");
    ada.put(draft(&specimen), bone()).await.expect(403);
    cora.put(draft(&specimen), body).await.expect(200);
    publish(&cora, &specimen).await.expect(202);
    site.settle().await;
    let this = format!("/api/specimens/{}", specimen["id"].as_str().unwrap());
    let eve = site.user("eve").await;
    for (caller, status, total) in [(site.nobody(), 403, 0), (eve, 403, 0), (ada, 200, 1), (cora, 200, 1)] {
        caller.get(&this).await.expect(status);
        assert_eq!(caller.get("/api/specimens?q=bone").await.json()["hits"]["total"], total);
    }
}

#[tokio::test]
async fn problems_are_reported_at_the_save_and_refused_at_the_publication() {
    let (_, ada, _) = people().await;
    let specimen = ada.post("/api/specimens", json!({"label": 7, "condition": "fine"})).await.expect(201);
    assert_eq!(specimen.errors(), ["label: Not a valid string.", "condition: Not a valid condition."]);
    let refused = publish(&ada, &specimen.json()).await.expect(400);
    assert_eq!(
        refused.errors(),
        ["label: Missing data for required field.", "accession: Missing data for required field."]
    );
    let unknown = ada.post("/api/specimens", json!({"script": {"id": "nosuch"}})).await.expect(400);
    assert_eq!(unknown.json()["message"], "Invalid value nosuch.");
    let heavy = json!({"condition": {"state": "intact", "grams": 1_000_000}});
    let refused = ada.post("/api/specimens", heavy).await.expect(400);
    assert_eq!(refused.errors(), ["condition.grams: No shelf carries this."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accession_number_is_given_once_however_many_publish_at_once() {
    let (_, ada, _) = people().await;
    let mut drafts = Vec::new();
    for _ in 0..16 {
        drafts.push(deposit(&ada, bone()).await);
    }
    let answers = futures::future::join_all(drafts.iter().map(|draft| publish(&ada, draft))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 202) {
        assert_eq!(
            (refused.status, refused.errors()),
            (400, vec!["accession: M-1 is another specimen's.".into()])
        );
    }
    let late = ada.post("/api/specimens", bone()).await.expect(201);
    assert_eq!(late.errors(), ["accession: M-1 is another specimen's."]);
}

#[tokio::test]
async fn it_is_edited_discarded_and_repeated_like_any_record() {
    let (site, ada, cora) = people().await;
    let specimen = deposit(&ada, bone()).await;
    let once = ada.with("idempotency-key", "publish");
    let first = publish(&once, &specimen).await.expect(202).json();
    assert_eq!(publish(&once, &specimen).await.expect(202).json(), first);
    let open = cora.post(draft(&specimen), ()).await.expect(201).json();
    assert_eq!((&open["label"], &open["revision_id"]), (&"Thigh bone".into(), &3.into()));
    ada.with("if-match", "1").put(draft(&specimen), bone()).await.expect(412);
    ada.delete(draft(&specimen)).await.expect(204);

    let other = deposit(&ada, json!({"label": "Nothing much"})).await;
    ada.delete(draft(&other)).await.expect(204);
    ada.get(draft(&other)).await.expect(404);
    let trace = cairn_ports::Key::new(super::kind::ACCESSIONS, other["id"].as_str().unwrap(), "discarded");
    assert!(
        site.system.shared.ports.store.get(&trace).await.unwrap().is_some(),
        "committed with the discard"
    );
}

#[tokio::test]
async fn no_need_of_its_operations_stays_unused() {
    let site = museum().await;
    let cora = site.user_as("cora", &[CURATOR]).await;
    let specimen = deposit(&cora, bone()).await;
    let this = draft(&specimen);
    cora.get(&this).await.expect(200);
    cora.put(&this, bone()).await.expect(200);
    cora.delete(&this).await.expect(204);
    let specimen = deposit(&cora, bone()).await;
    publish(&cora.with("idempotency-key", "1"), &specimen).await.expect(202);
    site.clock.advance(60);
    cora.get(format!("/api/specimens/{}", specimen["id"].as_str().unwrap())).await.expect(200);
    cora.get("/api/specimens").await.expect(200);
    cora.post(draft(&specimen), ()).await.expect(201);
    let unused = site.gateway.unused_needs();
    let ours: Vec<_> = unused.iter().filter(|(name, _)| name.starts_with("specimens.")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}
