//! `GET /api/deposit/depositions`: `"deposits.list"`

use serde_json::Value;

use super::{LIST, metadata, published, to};
use crate::support::User;

async fn ids(user: &User, query: &str) -> Vec<String> {
    let list = user.get(format!("{LIST}{query}")).await.expect(200).json();
    list.as_array().unwrap().iter().map(|one: &Value| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ones_own_are_listed_by_state_order_and_page() {
    let (site, ada, record) = published().await;
    site.clock.advance(10);
    let mut body = metadata();
    body["metadata"]["title"] = "Kilns".into();
    let draft = ada.post(LIST, body).await.expect(201).json();
    site.settle().await;
    let (record, draft) = (record["id"].as_str().unwrap(), draft["id"].as_str().unwrap());
    for (query, expected) in [
        ("", vec![draft, record]),
        ("/", vec![draft, record]),
        ("?sort=-mostrecent", vec![record, draft]),
        ("?status=draft", vec![draft]),
        ("?status=published", vec![record]),
        ("?q=kilns", vec![draft]),
        ("?q=title:upload&status=draft", vec![]),
        ("?size=1&page=2", vec![record]),
        ("?size=1&sort=mostrecent", vec![draft]),
    ] {
        assert_eq!(ids(&ada, query).await, expected, "{query}");
    }
    for wrong in ["?size=101", "?size=x", "?sort=size", "?page=0"] {
        ada.get(format!("{LIST}{wrong}")).await.expect(400);
    }
    assert_eq!(ids(&site.user("eve").await, "").await, Vec::<String>::new());
    site.nobody().get(LIST).await.expect(403);
}

#[tokio::test]
async fn they_look_as_they_do_one_by_one_and_versions_are_listed_if_asked_for() {
    let (site, ada, record) = published().await;
    let next = ada.post(to(&record, "newversion"), ()).await.expect(201).json();
    site.settle().await;
    let list = ada.get(LIST).await.expect(200).json();
    let read = ada.get(to(&next, "self")).await.expect(200).json();
    assert_eq!(list[0], read);
    assert_eq!(ids(&ada, "").await.len(), 1);
    assert_eq!(ids(&ada, "?all_versions=1").await.len(), 2);
}
