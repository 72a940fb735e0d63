//! `GET /api/records/{id}/revisions/{revision}/diff`: "records.diff"

use serde_json::json;

use super::{published_twice, site};
use crate::drafts::path;

#[tokio::test]
async fn administrators_see_what_a_revision_changed() {
    let (site, ada) = site().await;
    let record = published_twice(&ada).await;
    let revisions = format!("{}/revisions", path(&record, "self"));
    let changed = site.admin().get(format!("{revisions}/2/diff")).await.expect(200).json();
    let title = json!({"op": "replace", "path": "metadata.title", "from": "First", "to": "Second"});
    assert_eq!(changed, json!([title]));
    let first = site.admin().get(format!("{revisions}/1/diff")).await.expect(200).json();
    assert_eq!((&first[0]["op"], &first[0]["from"]), (&json!("add"), &json!(null)));
    for who in [&site.nobody(), &ada] {
        who.get(format!("{revisions}/2/diff")).await.expect(403);
    }
    for unknown in ["7", "x"] {
        site.admin().get(format!("{revisions}/{unknown}/diff")).await.expect(404);
    }
}
