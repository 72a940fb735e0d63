//! `GET /api/jobs`: "jobs.list"

use serde_json::{Value, json};

use crate::support::Site;

#[tokio::test]
async fn jobs_are_listed_by_title_and_found_by_part_of_it() {
    let site = Site::start().await;
    for title in ["Beta", "alpha two", "Alpha"] {
        let body = json!({"title": title, "task": "reindex", "description": "about ALPHABETS"});
        site.admin().post("/api/jobs", body).await.expect(201);
    }
    let titles = |query: &'static str| {
        let admin = site.admin();
        async move {
            let list = admin.get(format!("/api/jobs?{query}")).await.expect(200).json();
            let hits = list["hits"]["hits"].as_array().unwrap().clone();
            let titles: Vec<Value> = hits.iter().map(|hit| hit["title"].clone()).collect();
            (json!(titles), list)
        }
    };
    let (all, list) = titles("").await;
    assert_eq!(all, json!(["Alpha", "Beta", "alpha two"]));
    assert_eq!((&list["sortBy"], &list["hits"]["total"]), (&json!(["title"]), &json!(3)));
    assert_eq!(titles("q=TWO").await.0, json!(["alpha two"]));
    assert_eq!(titles("q=alphabets").await.0.as_array().unwrap().len(), 3);
    let (second, list) = titles("size=1&page=2").await;
    assert_eq!(second, json!(["Beta"]));
    assert_eq!(list["links"]["next"], "https://cairn.test/api/jobs?page=3&size=1");
    assert_eq!(list["links"]["prev"], "https://cairn.test/api/jobs?page=1&size=1");
    let (last, list) = titles("sort_direction=desc&size=1&q=a").await;
    assert_eq!(last, json!(["alpha two"]));
    assert_eq!(list["links"]["next"], "https://cairn.test/api/jobs?page=2&size=1&sort_direction=desc&q=a");
    site.admin().get("/api/jobs?page=0").await.expect(400);
    site.user("ada").await.get("/api/jobs").await.expect(403);
}
