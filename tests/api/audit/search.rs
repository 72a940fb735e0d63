//! `GET /api/audit-logs/`: "audit.search"

use serde_json::json;

use super::{actions, published};

#[tokio::test]
async fn the_newest_come_first_and_are_counted_by_sort_and_action() {
    let (site, ..) = published().await;
    let log = site.admin().get("/api/audit-logs/?size=1").await.expect(200).json();
    let keys: Vec<&String> = log.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["hits", "aggregations", "sortBy", "links"]);
    assert_eq!((&log["hits"]["total"], &log["sortBy"]), (&json!(2), &json!("newest")));
    assert_eq!(log["hits"]["hits"][0]["action"], "record.publish");
    let address = format!("{}/api/audit-logs/", "https://cairn.test");
    let page = |page: u8| format!("{address}?page={page}&size=1&sort=newest");
    assert_eq!(log["links"], json!({"self": page(1), "next": page(2)}));
    let counted = |name: &str| log["aggregations"][name].clone();
    let bucket = |key: &str, label: &str, count: u8| json!({"key": key, "doc_count": count, "label": label, "is_selected": false});
    assert_eq!(counted("resource"), json!({"buckets": [bucket("record", "Record", 2)], "label": "Resource"}));
    let buckets = [bucket("draft.create", "draft.create", 1), bucket("record.publish", "record.publish", 1)];
    assert_eq!(counted("action_name"), json!({"buckets": buckets, "label": "Action"}));
    let next = site.admin().get(&log["links"]["next"]).await.expect(200).json();
    assert_eq!(next["hits"]["hits"][0]["action"], "draft.create");
    // Also with a query, unless the caller says otherwise.
    let asked = async |query: &str| site.admin().get(format!("/api/audit-logs/?{query}")).await;
    assert_eq!(asked("q=record").await.expect(200).json()["sortBy"], "newest");
    assert_eq!(asked("q=record&sort=bestmatch").await.expect(200).json()["sortBy"], "bestmatch");
    asked("sort=nosuch").await.expect(400);
}

#[tokio::test]
async fn entries_are_found_by_everything_in_them() {
    let (site, ada, record) = published().await;
    let id = record["id"].as_str().unwrap();
    let (parent, user) = (record["parent"]["id"].as_str().unwrap(), &ada.id);
    for q in [
        format!("resource.id:{id}"),
        format!(r#"resource.id:"{id}""#),
        format!("user.id:{user} AND resource.type:record"),
        format!("metadata.parent_pid:{parent}"),
        r#"metadata.ip_address:"192.0.2.7""#.to_owned(),
        id.to_owned(),
        parent.to_owned(),
        "ada".to_owned(),
        "ada@cairn.test".to_owned(),
        "user.email:cairn.test".to_owned(),
    ] {
        assert_eq!(actions(&site, &q).await, ["draft.create", "record.publish"], "{q}");
    }
    assert_eq!(actions(&site, "record.publish").await, ["record.publish"]);
    assert_eq!(actions(&site, "resource.id:nosuch").await, [""; 0]);
    let total = async |query: &str| {
        let log = site.admin().get(format!("/api/audit-logs/?{query}")).await.expect(200).json();
        log["hits"]["total"].as_u64().unwrap()
    };
    assert_eq!(total("action=draft.create").await, 1);
    assert_eq!(total("action=nosuch").await, 0);
    assert_eq!(total("action_name=record.publish").await, 1);
    assert_eq!(total("resource=parent").await, 0);
}
