//! An entry belongs to the vocabulary it is sent to.

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn the_type_in_the_body_is_that_of_the_path() {
    let site = Site::start().await;
    let post = |kind: &str| {
        let body = json!({"id": "x1", "type": kind, "title": {"en": "X"}});
        let admin = site.admin();
        async move { admin.post("/api/vocabularies/languages", body).await }
    };
    let unknown = post("nosuch").await.expect(400);
    assert_eq!(unknown.errors(), ["type: The vocabulary type does not exists."]);
    assert_eq!(post("licenses").await.expect(400).errors(), ["type: Must be languages."]);
    post("languages").await.expect(201);
    let body = json!({"type": "licenses", "title": {"en": "X"}});
    site.admin().put("/api/vocabularies/languages/x1", body).await.expect(400);
}

#[tokio::test]
async fn names_say_that_they_have_no_internal_id() {
    let site = Site::start().await;
    let name = site.admin().post("/api/names", json!({"id": "n1", "name": "N"})).await.expect(201).json();
    assert_eq!(name.get("internal_id"), Some(&json!(null)));
}
