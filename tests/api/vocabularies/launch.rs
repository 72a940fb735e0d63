//! `POST /api/vocabularies/tasks`: "vocabularies.launch"

use serde_json::json;

use crate::{jobs::upload, support::Site};

#[tokio::test]
async fn administrators_start_imports_of_uploads() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let organisation = json!({"id": "https://ror.org/01ggx4157", "types": ["facility"], "names": [
        {"value": "CERN", "types": ["ror_display", "label"], "lang": "en"}]});
    upload(&site.admin(), "ror", &[organisation]).await;
    let stream = json!({
        "readers": [{"type": "zip"}, {"type": "json", "args": {"origin": "ror"}}],
        "transformers": [{"type": "ror-affiliations"}],
        "writers": [{"type": "async", "args": {"writer": {"type": "affiliations-service"}}}],
    });
    site.nobody().post("/api/vocabularies/tasks", &stream).await.expect(403);
    ada.post("/api/vocabularies/tasks", &stream).await.expect(403);
    let started = site.admin().post("/api/vocabularies/tasks", &stream).await.expect(202);
    assert!(started.text().is_empty());
    site.settle().await;
    let entry = site.nobody().get("/api/affiliations/01ggx4157").await.expect(200).json();
    assert_eq!(entry["identifiers"], json!([{"identifier": "01ggx4157", "scheme": "ror"}]));
    // New ones only, unless it says otherwise.
    let renamed = json!({"id": "01ggx4157", "name": "European Organization for Nuclear Research"});
    upload(&site.admin(), "own", &[renamed]).await;
    for (update, name) in [(false, "CERN"), (true, "European Organization for Nuclear Research")] {
        let stream = json!({
            "readers": [{"type": "jsonl", "args": {"origin": "own"}}],
            "writers": [{"type": "service", "args": {"service_or_name": "affiliations", "update": update}}],
        });
        site.admin().post("/api/vocabularies/tasks", &stream).await.expect(202);
        site.settle().await;
        assert_eq!(site.nobody().get("/api/affiliations/01ggx4157").await.expect(200).json()["name"], name);
    }
}

#[tokio::test]
async fn every_problem_of_an_import_is_told() {
    let site = Site::start().await;
    let refused = |stream| {
        let admin = site.admin();
        async move { admin.post("/api/vocabularies/tasks", stream).await.expect(400).errors() }
    };
    let missing = "Missing data for required field.";
    assert_eq!(refused(json!({})).await, [format!("readers: {missing}"), format!("writers: {missing}")]);
    let stream = json!({
        "readers": [{"type": "http", "args": {}}], "transformers": [{"type": "kiln"}],
        "writers": [{"type": "kilns-service"}],
    });
    assert_eq!(
        refused(stream).await,
        [
            "readers.0.type: No reader of uploads is called http.",
            "readers.0.args.origin: Name an upload.",
            "transformers.0.type: No transformer is called kiln.",
            "writers.0.type: No vocabulary has this writer.",
        ]
    );
    assert_eq!(
        refused(json!({"readers": {}, "writers": []})).await,
        ["readers: Not a valid list.", "writers: Not a valid list."]
    );
}
