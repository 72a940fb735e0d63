//! What is kept, once and for ever.

use serde_json::{Value, json};

use super::{actions, found, published};
use crate::{
    drafts::path,
    jobs::done,
    support::{Site, files, minimal},
};

#[tokio::test]
async fn the_life_of_a_record_is_kept() {
    let (site, ada, record) = published().await;
    let (id, admin) = (record["id"].as_str().unwrap(), site.admin());
    let own = path(&record, "self");
    let draft = format!("{own}/draft");
    ada.post(&draft, ()).await.expect(201);
    ada.put(&draft, minimal()).await.expect(200);
    ada.delete(&draft).await.expect(204);
    let next = ada.post(path(&record, "versions"), ()).await.expect(201).json();
    admin
        .send("DELETE", format!("{own}/delete"), json!({"removal_reason": {"id": "spam"}}))
        .await
        .expect(204);
    admin.post(format!("{own}/restore"), ()).await.expect(200);
    site.settle().await;
    let of = |id: &str| format!("resource.id:{id}");
    let all = ["draft.create", "record.publish", "draft.create", "draft.edit", "draft.delete"];
    assert_eq!(
        actions(&site, &of(id)).await,
        [all.as_slice(), &["record.delete", "record.restore"]].concat()
    );
    let next = next["id"].as_str().unwrap();
    assert_eq!(actions(&site, &of(next)).await, ["draft.new_version"]);
    let deleted = found(&site, "action:record.delete").await.remove(0);
    assert_eq!(deleted["metadata"]["reason"], "spam");
    let restored = found(&site, "action:record.restore").await.remove(0);
    assert_eq!(restored["user"]["email"], "admin@cairn.test");
}

#[tokio::test]
async fn files_are_kept_one_by_one_and_those_of_everybody_in_parts_of_a_list() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", files::with_files()).await.expect(201).json();
    let list = path(&draft, "files");
    for name in ["a.txt", "b.txt", "c.txt"] {
        files::send(&ada, &list, name, b"text").await;
    }
    ada.delete(format!("{list}/b.txt")).await.expect(204);
    ada.delete(&list).await.expect(204);
    site.settle().await;
    let told = async |action: &str| -> Vec<(Value, Value)> {
        let entries = found(&site, &format!("action:{action}")).await;
        entries
            .into_iter()
            .map(|entry| (entry["resource"].clone(), entry["metadata"]["file_key"].clone()))
            .collect()
    };
    let of = |name: &str| (json!({"type": "draft", "id": draft["id"]}), json!(name));
    assert_eq!(told("file.create").await, [of("a.txt"), of("b.txt"), of("c.txt")]);
    let mut deleted = told("file.delete").await;
    assert_eq!(deleted.remove(0), of("b.txt"));
    deleted.sort_by_key(|(_, name)| name.to_string());
    assert_eq!(deleted, [of("a.txt"), of("c.txt")]);
    assert_eq!(actions(&site, "metadata.file_key:b.txt").await, ["file.create", "file.delete"]);
}

#[tokio::test]
async fn who_may_do_what_is_kept_as_it_was_before_and_after_and_no_secret() {
    let (site, ada, record) = published().await;
    let eve = crate::grants::findable(&site, "eve").await;
    let own = path(&record, "self");
    let grants = format!("{own}/access/grants");
    let grant =
        |permission: &str| json!({"permission": permission, "subject": {"type": "user", "id": eve.id}});
    ada.post(&grants, json!({"grants": [grant("view")]})).await.expect(201);
    ada.send("PATCH", format!("{grants}/0"), json!({"permission": "edit"})).await.expect(200);
    ada.delete(format!("{grants}/0")).await.expect(204);
    let links = format!("{own}/access/links");
    let link = ada.post(&links, json!({"permission": "view"})).await.expect(201).json();
    let at = format!("{links}/{}", link["id"].as_str().unwrap());
    ada.send("PATCH", &at, json!({"permission": "edit"})).await.expect(200);
    ada.delete(&at).await.expect(204);
    ada.put(format!("{own}/access"), json!({"allow_user_requests": true})).await.expect(200);
    site.settle().await;
    let parent = &record["parent"]["id"];
    let entries = found(&site, &format!("resource.id:{}", parent.as_str().unwrap())).await;
    let told = |entry: &Value| {
        assert_eq!(entry["resource"], json!({"type": "parent", "id": parent}));
        let by = &entry["metadata"]["triggered_by"];
        assert_eq!(*by, json!({"type": "record", "id": record["id"]}));
        let [before, after] = ["before", "after"].map(|when| entry["metadata"][when].clone());
        (entry["action"].as_str().unwrap().to_owned(), before, after)
    };
    let told: Vec<_> = entries.iter().map(told).collect();
    let linked = |permission: &str| json!({"id": link["id"], "permission": permission});
    let row = |what: &str, before: Value, after: Value| (format!("record.{what}"), before, after);
    assert_eq!(
        told[..6],
        [
            row("grant_update", json!([]), json!([grant("view")])),
            row("grant_update", json!([grant("view")]), json!([grant("edit")])),
            row("grant_update", json!([grant("edit")]), json!([])),
            row("secret_link_update", json!({}), linked("view")),
            row("secret_link_update", linked("view"), linked("edit")),
            row("secret_link_update", linked("edit"), json!({})),
        ]
    );
    let (action, before, after) = &told[6];
    assert_eq!(action, "record.access_settings_update");
    assert_eq!(
        (&before["allow_user_requests"], &after["allow_user_requests"]),
        (&json!(false), &json!(true))
    );
    let secret = link["token"].as_str().unwrap();
    assert!(!json!(entries).to_string().contains(secret), "the link's secret is not kept");
}

#[tokio::test]
async fn drafts_that_were_never_published_are_called_so() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let links = format!("/api/records/{}/access/links", draft["id"].as_str().unwrap());
    ada.post(links, json!({"permission": "view"})).await.expect(201);
    site.settle().await;
    let entry = found(&site, "action:draft.secret_link_update").await.remove(0);
    assert_eq!(entry["metadata"]["triggered_by"], json!({"type": "draft", "id": draft["id"]}));
}

#[tokio::test]
async fn what_comes_again_is_kept_once_as_it_was_and_what_the_index_lost_is_found_again() {
    let (site, ada, _) = published().await;
    let before = found(&site, "").await;
    let admin = site.admin();
    let body = json!({"subscriber": "index", "since": "2026-01-01T00:00:00+00:00"});
    assert!(admin.post("/api/events/replay", body).await.expect(200).json()["events"].as_u64() >= Some(2));
    site.settle().await;
    assert_eq!(found(&site, "").await, before);
    done(&site, "reindex", json!({"collections": ["audit-logs"]})).await;
    assert_eq!(found(&site, "").await, before);
    // What system jobs do comes from nowhere.
    assert_eq!(actions(&site, &format!("user.id:{}", ada.id)).await.len(), 2);
}

#[tokio::test]
async fn reading_and_counting_keep_no_address() {
    let (site, ada, record) = published().await;
    ada.get(path(&record, "self")).await.expect(200);
    let views = format!("{}/views", path(&record, "self"));
    let token = ada.get(&views).await.expect(200).json();
    ada.post(&views, token).await.expect(204);
    site.settle().await;
    let stored = crate::noise::everything_stored(&site).await;
    let kept = stored.matches("192.0.2.7").count();
    // Two entries, and the two events that they were made of.
    assert_eq!(kept, 4, "{stored}");
}
