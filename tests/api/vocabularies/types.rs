//! `GET /api/vocabularies/`: "vocabularies.types"

use crate::support::Site;

#[tokio::test]
async fn all_vocabularies_are_listed_with_their_counts() {
    let site = Site::start().await;
    for path in ["/api/vocabularies", "/api/vocabularies/"] {
        let list = site.nobody().get(path).await.expect(200).json();
        assert_eq!(list["hits"]["total"], 18);
        let languages =
            &list["hits"]["hits"].as_array().unwrap().iter().find(|hit| hit["id"] == "languages").unwrap();
        assert!(languages["count"].as_u64().unwrap() > 0);
    }
    insta::assert_json_snapshot!(site.nobody().get("/api/vocabularies/").await.json());
    let ui = site.nobody().with("accept", "application/vnd.inveniordm.v1+json");
    assert_eq!(ui.get("/api/vocabularies/").await.expect(200).json()["hits"]["total"], 18);
    let found = site.nobody().get("/api/vocabularies/?q=roles").await.expect(200).json();
    assert_eq!(found["hits"]["total"], 2);
}
