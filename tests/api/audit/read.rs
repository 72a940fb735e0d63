//! `GET /api/audit-logs/{id}`: "audit.read"

use serde_json::json;

use super::{found, published};

#[tokio::test]
async fn an_entry_says_who_did_what_to_what_when_and_from_where() {
    let (site, ada, record) = published().await;
    let entry = found(&site, "action:record.publish").await.remove(0);
    let own = &entry["links"]["self"];
    let read = site.admin().get(own).await.expect(200).json();
    assert_eq!(read, entry);
    let keys: Vec<&String> = read.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "created", "action", "resource", "metadata", "user", "links"]);
    assert_eq!(*own, format!("{}/api/audit-logs/{}", "https://cairn.test", read["id"].as_str().unwrap()));
    assert_eq!(read["resource"], json!({"type": "record", "id": record["id"]}));
    let parent = &record["parent"]["id"];
    let revision = &record["revision_id"];
    let metadata = json!({"ip_address": "192.0.2.7", "parent_pid": parent, "revision_id": revision});
    assert_eq!(read["metadata"], metadata);
    assert_eq!(read["user"], json!({"id": ada.id, "username": "ada", "email": "ada@cairn.test"}));
}

#[tokio::test]
async fn the_log_is_for_administrators_and_nobody_changes_it() {
    let (site, ada, _) = published().await;
    let entry = found(&site, "").await.remove(0);
    let own = crate::drafts::path(&entry, "self");
    for who in [&ada, &site.nobody()] {
        for path in [own.as_str(), "/api/audit-logs/", "/api/audit-logs", "/api/audit-logs/nonsense"] {
            let refused = who.get(path).await.expect(403).json();
            assert_eq!(refused["message"], "Permission denied.");
        }
    }
    for id in ["nonsense", "00000000-0000-0000-0000-000000000000"] {
        let missing = site.admin().get(format!("/api/audit-logs/{id}")).await.expect(404).json();
        assert_eq!(missing["message"], "The audit log entry does not exist.");
    }
    site.admin().put(&own, json!({})).await.expect(405);
    site.admin().delete(&own).await.expect(405);
    site.admin().post("/api/audit-logs/", json!({})).await.expect(405);
}
