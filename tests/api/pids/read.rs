//! `GET /api/records/{id}/pids`: "pids.read"

use serde_json::json;

use super::{managed, publish, site};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn administrators_see_what_became_of_identifiers() {
    let (site, ada) = site().await;
    let record = publish(&ada, &minimal()).await;
    let address = format!("{}/pids", path(&record, "self"));
    for user in [&site.nobody(), &ada] {
        user.get(&address).await.expect(403);
    }
    let shown = site.admin().get(&address).await.expect(200).json();
    let local = |id: &serde_json::Value| json!({"identifier": managed(id)["identifier"], "provider": "datacite", "status": "local"});
    let expected = json!({"doi": local(&record["id"]), "parent": {"doi": local(&record["parent"]["id"])}});
    assert_eq!(shown, expected);
    site.admin().get("/api/records/zege4-jwk51/pids").await.expect(404);
}
