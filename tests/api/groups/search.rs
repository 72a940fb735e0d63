//! `GET /api/groups`: "groups.search"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn administrators_find_the_roles_and_others_none() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.nobody().get("/api/groups").await.expect(403);
    let none = ada.get("/api/groups").await.expect(200).json();
    assert_eq!(none["hits"], json!({"hits": [], "total": 0}));
    let found = site.admin().get("/api/groups?size=5").await.expect(200).json();
    assert_eq!(found["hits"]["hits"][0]["id"], "admin");
    insta::assert_json_snapshot!(found);
}

#[tokio::test]
async fn groups_are_found_by_a_part_of_their_name_and_in_either_order() {
    let extension = crate::support::Extension { roles: &["curator", "steward"], ..Default::default() };
    let site = Site::with(&extension).await;
    let ids = async |query: &str| {
        let found = site.admin().get(format!("/api/groups?{query}")).await.expect(200).json();
        let hits = found["hits"]["hits"].as_array().unwrap().clone();
        let ids: Vec<_> = hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
        (ids.join(" "), found["hits"]["total"].as_u64().unwrap())
    };
    assert_eq!(ids("").await, ("admin curator steward".to_owned(), 3));
    assert_eq!(ids("sort=name_desc").await.0, "steward curator admin");
    assert_eq!(ids("q=Ew").await, ("steward".to_owned(), 1));
    assert_eq!(ids("suggest=cur").await.0, "curator");
    assert_eq!(ids("size=1&page=2").await, ("curator".to_owned(), 3));
    site.admin().get("/api/groups?sort=nosuch").await.expect(400);
}
