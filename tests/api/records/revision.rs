//! `GET /api/records/{id}/revisions/{revision}`: "records.revision"

use serde_json::json;

use super::{published_twice, site};
use crate::drafts::path;

#[tokio::test]
async fn a_revision_is_read_alone_or_with_the_one_before() {
    let (site, ada) = site().await;
    let record = published_twice(&ada).await;
    let address = format!("{}/revisions", path(&record, "self"));
    let all = site.admin().get(&address).await.expect(200).json();
    let first = site.admin().get(format!("{address}/1")).await.expect(200).json();
    assert_eq!(first, json!([all[1]]));
    let both = site.admin().get(format!("{address}/2?include_previous=true")).await.expect(200).json();
    assert_eq!(both, all);
    for missing in ["3", "x", "-1"] {
        site.admin().get(format!("{address}/{missing}")).await.expect(404);
    }
    for user in [site.nobody(), ada] {
        user.get(format!("{address}/1")).await.expect(403);
    }
}
