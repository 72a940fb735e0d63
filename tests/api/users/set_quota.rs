//! `POST /api/users/{id}/quota`: `users.set_quota`

use serde_json::{Value, json};

use crate::support::{Site, User, files};

fn of(quota_size: u64) -> Value {
    json!({"quota_size": quota_size, "max_file_size": quota_size})
}

/// Whether a file of so many bytes can be started in a draft.
async fn holds(ada: &User, draft: &Value, size: u64) -> bool {
    let list = format!("/api/records/{}/draft/files", draft["id"].as_str().unwrap());
    let answer = ada.post(&list, json!([{"key": "probe", "size": size}])).await;
    if answer.status == 201 {
        ada.delete(format!("{list}/probe")).await.expect(204);
    }
    answer.status == 201
}

#[tokio::test]
async fn what_a_user_may_holds_for_drafts_that_begin_from_then_on() {
    let site = Site::start().await;
    let (ada, admin) = (site.user("ada").await, site.admin());
    let quota = format!("/api/users/{}/quota", ada.id);
    for who in [site.nobody(), site.user("eve").await, ada.clone()] {
        who.post(&quota, of(10)).await.expect(403);
        who.post("/api/users/999/quota", of(10)).await.expect(403);
    }
    let missing = admin.post("/api/users/999/quota", of(10)).await.expect(404).json();
    assert_eq!(missing["message"], "Not found.");

    let create = async || ada.post("/api/records", files::with_files()).await.expect(201);
    // Entries that it refers to are read once.
    create().await;
    let before = create().await;
    assert_eq!(admin.post(&quota, of(10)).await.expect(200).json(), json!({}));
    let small = create().await;
    assert_eq!(small.header("x-cairn-trips"), before.header("x-cairn-trips"), "it is known of who asks");
    let (before, small) = (before.json(), small.json());
    assert!(holds(&ada, &before, 11).await, "it was begun before");
    assert!(holds(&ada, &small, 10).await && !holds(&ada, &small, 11).await);
    admin.post(&quota, of(20)).await.expect(200);
    assert!(!holds(&ada, &small, 11).await, "what its owner may later is nothing to it");
    let larger = create().await.json();
    assert!(holds(&ada, &larger, 20).await && !holds(&ada, &larger, 21).await);

    // What the record may comes first.
    let of_record = format!("/api/records/{}/quota", small["id"].as_str().unwrap());
    admin.post(&of_record, of(30)).await.expect(200);
    assert!(holds(&ada, &small, 30).await && !holds(&ada, &small, 31).await);
    let user = admin.get(format!("/api/users/{}", ada.id)).await.expect(200).json();
    assert_eq!(user.get("quota"), None);
    site.settle().await;
}

#[tokio::test]
async fn the_owner_s_quota_counts_whoever_begins_a_version() {
    let site = Site::start().await;
    let (ada, admin) = (site.user("ada").await, site.admin());
    let id = files::record(&site, &ada, &[("a.txt", b"12345")]).await;
    admin.post(format!("/api/users/{}/quota", ada.id), of(10)).await.expect(200);
    for who in [&admin, &ada] {
        let next = who.post(format!("/api/records/{id}/versions"), ()).await.expect(201).json();
        assert!(holds(&admin, &next, 10).await && !holds(&admin, &next, 11).await);
        // Files that are taken over count, and the quota stays what it is.
        let this = format!("/api/records/{}/draft", next["id"].as_str().unwrap());
        who.post(format!("{this}/actions/files-import"), ()).await.expect(201);
        assert!(holds(&admin, &next, 5).await && !holds(&admin, &next, 6).await);
        who.delete(this).await.expect(204);
    }
    for who in [&admin, &ada] {
        let edited = who.post(format!("/api/records/{id}/draft"), ()).await.expect(201).json();
        let ask = json!({"comment": "The table had a column too many."});
        admin.post(format!("/api/records/{id}/file-modification"), ask).await.expect(200);
        assert!(holds(&ada, &edited, 5).await && !holds(&ada, &edited, 6).await);
        who.delete(format!("/api/records/{id}/draft")).await.expect(204);
    }
    // A quota of the administrator's own is nothing to the drafts of others.
    let me = admin.get("/api/me").await.json()["id"].as_str().unwrap().to_owned();
    admin.post(format!("/api/users/{me}/quota"), of(1)).await.expect(200);
    let next = admin.post(format!("/api/records/{id}/versions"), ()).await.expect(201).json();
    assert!(holds(&ada, &next, 10).await && !holds(&ada, &next, 11).await);
    site.settle().await;
}
