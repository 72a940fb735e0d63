//! `GET /api/records?bounds=` and `near=`: records by where they are.

use serde_json::{Value, json};

use super::{site, titles};
use crate::{
    drafts::path,
    support::{User, minimal},
};

/// Publishes a record about points at these longitudes and latitudes.
async fn publish(user: &User, title: &str, points: &[[f64; 2]], access: &str) {
    let feature = |point| json!({"geometry": {"type": "Point", "coordinates": point}});
    let mut body = minimal();
    body["metadata"]["title"] = json!(title);
    body["metadata"]["locations"] = json!({"features": points.iter().map(feature).collect::<Vec<Value>>()});
    body["access"] = json!({"record": access, "files": access});
    let draft = user.post("/api/records", body).await.expect(201).json();
    user.post(path(&draft, "publish"), ()).await.expect(202);
}

#[tokio::test]
async fn records_are_found_by_area_and_by_distance() {
    let (site, ada) = site().await;
    publish(&ada, "Alps", &[[8.0, 47.0], [11.0, 46.5]], "public").await;
    publish(&ada, "Reef", &[[178.0, -17.7]], "public").await;
    publish(&ada, "Secret", &[[8.0, 47.0]], "restricted").await;
    site.settle().await;
    for (search, wanted) in [
        ("bounds=5,45,11,48", &["Alps"][..]),
        ("bounds=10.5,46,12,47", &["Alps"]),
        ("bounds=170,-20,-170,0", &["Reef"]),
        ("bounds=-170,-20,170,0", &[]),
        ("near=47.05,8", &["Alps"]),
        ("near=47.05,8&within=5km", &[]),
        ("near=47.05,8&within=4mi", &["Alps"]),
        ("near=47,8&within=1m&bounds=170,-20,-170,0", &[]),
        ("near=47,8&q=reef", &[]),
        ("near=0,0&within=20100km&sort=oldest", &["Alps", "Reef"]),
    ] {
        let found = site.nobody().get(format!("/api/records?{search}")).await.expect(200).json();
        assert_eq!(titles(&found), wanted, "{search}");
        assert_eq!(found["hits"]["total"], wanted.len(), "{search}");
    }
    let own = ada.get("/api/user/records?near=47,8&sort=oldest").await.expect(200).json();
    assert_eq!(titles(&own), ["Alps", "Secret"]);
}

#[tokio::test]
async fn facets_count_what_lies_there_and_links_repeat_where() {
    let (site, ada) = site().await;
    for title in ["One", "Two"] {
        publish(&ada, title, &[[8.0, 47.0]], "public").await;
    }
    publish(&ada, "Far", &[[0.0, 0.0]], "public").await;
    site.settle().await;
    let page = "/api/records?bounds=5,45,11,48&near=47,8&within=2km&size=1&page=1";
    let found = site.nobody().get(page).await.expect(200).json();
    assert_eq!(found["aggregations"]["access_status"]["buckets"][0]["doc_count"], 2);
    let next = found["links"]["next"].as_str().unwrap();
    for argument in ["bounds=5,45,11,48", "near=47,8", "within=2km"] {
        assert!(next.contains(argument), "{next}");
    }
    let next =
        site.nobody().get(next.split_once("/api").map(|(_, rest)| format!("/api{rest}")).unwrap()).await;
    assert_eq!(next.expect(200).json()["hits"]["total"], 2);
}

#[tokio::test]
async fn what_is_no_place_is_refused_by_name() {
    let (_, ada) = site().await;
    for list in ["/api/records", "/api/user/records"] {
        let refused = ada.get(format!("{list}?bounds=1,2,3&near=91,0&within=far")).await.expect(400).json();
        let named: Vec<_> =
            refused["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        assert_eq!(named, ["bounds", "near", "within"], "{list}");
    }
}
