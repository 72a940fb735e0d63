//! `GET /api/records/{id}/revisions`: "records.revisions"

use serde_json::json;

use super::{published_twice, site};
use crate::drafts::path;

#[tokio::test]
async fn administrators_see_what_a_record_was() {
    let (site, ada) = site().await;
    let record = published_twice(&ada).await;
    let address = format!("{}/revisions", path(&record, "self"));
    let revisions = site.admin().get(&address).await.expect(200).json();
    let titles: Vec<_> =
        revisions.as_array().unwrap().iter().map(|one| &one["json"]["metadata"]["title"]).collect();
    assert_eq!(titles, ["Second", "First"]);
    assert_eq!(revisions[0]["json"]["id"], record["id"]);
    assert_eq!(revisions[0]["json"]["internal_notes"], json!([]));
    assert_eq!(revisions[0]["json"]["pid"]["pid_type"], "recid");
    assert_eq!(revisions[0]["json"]["access"]["embargo"]["until"], json!(null));
    assert_eq!(revisions[0]["json"]["files"], json!({"enabled": false}));
    assert!(revisions[0]["updated"].as_str().unwrap().ends_with(" GMT"));
    for user in [site.nobody(), ada] {
        user.get(&address).await.expect(403);
    }
    site.admin().get("/api/records/zege4-jwk51/revisions").await.expect(404);
}
