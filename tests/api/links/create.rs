//! `POST /api/records/{id}/access/links`: "links.create"

use serde_json::json;

use super::{by, link, secret};
use crate::support::minimal;

#[tokio::test]
async fn a_link_is_made_with_a_secret_that_is_stored_nowhere() {
    let (site, ada, _, record) = secret().await;
    let body = json!({"permission": "view", "expires_at": "2099-12-31", "description": "For the reviewers"});
    let answer = ada.post(format!("{record}/access/links"), body).await.expect(201);
    assert_eq!(answer.header("etag"), "");
    let made = answer.json();
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "created_at", "expires_at", "permission", "description", "token"]);
    assert_eq!((&made["expires_at"], &made["permission"]), (&json!("2099-12-31"), &json!("view")));
    let (token, stored) = (made["token"].as_str().unwrap(), crate::noise::everything_stored(&site).await);
    assert!(stored.contains(made["id"].as_str().unwrap()), "the link is stored");
    assert!(!stored.contains(token), "its secret is not");
    let shown = ada.get(&record).await.expect(200).json();
    assert_eq!(shown["parent"]["access"]["links"], json!([{"id": made["id"]}]));
}

#[tokio::test]
async fn a_link_to_view_opens_the_record_with_its_files_and_nothing_else() {
    let (site, ada, eve, record) = secret().await;
    ada.post(format!("{record}/draft"), ()).await.expect(201);
    let view = link(&ada, &record, "view").await;
    for who in [&site.nobody(), &eve] {
        for path in ["", "/files", "/files/a.txt", "/files/a.txt/content", "/files-archive", "/versions"] {
            who.get(format!("{record}{path}")).await.expect(403);
            who.get(by(&format!("{record}{path}"), &view)).await.expect(200);
        }
        who.get(by(&format!("{record}/draft"), &view)).await.expect(403);
        who.post(by(&format!("{record}/draft"), &view), ()).await.expect(403);
        who.get(by(&format!("{record}/access/links"), &view)).await.expect(403);
        let shown = who.get(by(&record, &view)).await.expect(200);
        assert!(!shown.text().contains("token"), "no answer repeats it");
        assert_eq!(shown.json()["parent"]["access"].get("links"), None);
    }
}

#[tokio::test]
async fn links_do_not_widen_searches() {
    let (site, ada, eve, record) = secret().await;
    let view = link(&ada, &record, "view").await;
    site.settle().await;
    assert_eq!(ada.get("/api/records").await.json()["hits"]["total"], 1);
    for who in [site.nobody(), eve] {
        let found = who.get(by("/api/records", &view)).await.expect(200);
        assert_eq!(found.json()["hits"]["total"], 0);
        assert!(!found.text().contains("token"), "links of pages do not repeat it");
    }
}

#[tokio::test]
async fn a_link_to_preview_opens_drafts_and_changes_nothing() {
    let (site, ada, eve, record) = secret().await;
    let draft = format!("{record}/draft");
    ada.post(&draft, ()).await.expect(201);
    let preview = link(&ada, &record, "preview").await;
    for who in [&site.nobody(), &eve] {
        who.get(by(&draft, &preview)).await.expect(200);
        who.get(by(&format!("{draft}/files/a.txt/content"), &preview)).await.expect(200);
        who.get(by(&record, &preview)).await.expect(200);
        who.put(by(&draft, &preview), minimal()).await.expect(403);
        who.post(by(&format!("{draft}/actions/publish"), &preview), ()).await.expect(403);
        who.delete(by(&draft, &preview)).await.expect(403);
    }
}

#[tokio::test]
async fn a_link_to_edit_is_for_those_who_say_who_they_are() {
    let (site, ada, eve, record) = secret().await;
    let (draft, publish) = (format!("{record}/draft"), format!("{record}/draft/actions/publish"));
    let edit = link(&ada, &record, "edit").await;
    let nobody = site.nobody();
    nobody.post(by(&draft, &edit), ()).await.expect(403);
    let mut body = eve.post(by(&draft, &edit), ()).await.expect(201).json();
    nobody.get(by(&draft, &edit)).await.expect(200);
    body["metadata"]["title"] = json!("By link");
    nobody.put(by(&draft, &edit), &body).await.expect(403);
    eve.put(&draft, &body).await.expect(403);
    eve.put(by(&draft, &edit), &body).await.expect(200);
    nobody.post(by(&publish, &edit), ()).await.expect(403);
    let published = eve.post(by(&publish, &edit), ()).await.expect(202).json();
    assert_eq!(published["metadata"]["title"], "By link");
    eve.put(by(&format!("{record}/access"), &edit), json!({})).await.expect(403);
}

#[tokio::test]
async fn a_link_opens_every_version_and_no_other_record() {
    let (site, ada, _, record) = secret().await;
    let next = ada.post(format!("{record}/versions"), ()).await.expect(201).json();
    let next = format!("/api/records/{}", next["id"].as_str().unwrap());
    let preview = link(&ada, &record, "preview").await;
    site.nobody().get(by(&format!("{next}/draft"), &preview)).await.expect(200);
    let other = super::secret_of(&ada).await;
    site.nobody().get(by(&other, &preview)).await.expect(403);
    let theirs = link(&ada, &other, "view").await;
    assert_ne!(theirs["token"], preview["token"]);
    site.nobody().get(by(&record, &theirs)).await.expect(403);
}

#[tokio::test]
async fn a_link_ends_after_its_last_day() {
    let (site, ada, _, record) = secret().await;
    let today = ada.get(&record).await.json()["created"].as_str().unwrap()[..10].to_owned();
    let body = json!({"permission": "view", "expires_at": today});
    let view = ada.post(format!("{record}/access/links"), body).await.expect(201).json();
    site.nobody().get(by(&record, &view)).await.expect(200);
    site.clock.advance(24 * 3_600);
    site.nobody().get(by(&record, &view)).await.expect(403);
}

#[tokio::test]
async fn what_is_no_link_is_refused_with_every_problem() {
    let (site, ada, eve, record) = secret().await;
    let links = format!("{record}/access/links");
    let bad = json!({"permission": "own", "expires_at": "soon", "x": 1});
    let problems = ada.post(&links, &bad).await.expect(400).errors();
    let wanted = [
        "permission: Must be one of: view, preview, edit.",
        "expires_at: Not a valid date.",
        "x: Unknown field.",
    ];
    assert_eq!(problems, wanted);
    let past = json!({"permission": "view", "expires_at": "2001-01-01"});
    let problems = ada.post(&links, past).await.expect(400).errors();
    assert_eq!(problems, ["expires_at: Expiration date must be set to the future"]);
    let problems = ada.post(&links, json!({})).await.expect(400).errors();
    assert_eq!(problems, ["permission: An access permission level is required"]);
    for who in [&site.nobody(), &eve] {
        who.post(&links, &bad).await.expect(403);
        for odd in ["abc.def.ghi", "%00", "", &"x".repeat(600)] {
            who.get(format!("{record}?token={odd}")).await.expect(403);
        }
    }
    ada.post("/api/records/zzzzz-zzzzz/access/links", json!({"permission": "view"})).await.expect(404);
}
