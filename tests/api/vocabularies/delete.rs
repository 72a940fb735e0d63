//! `DELETE` of an entry: "vocabularies.delete", "names.delete", "affiliations.delete", "funders.delete",
//! "awards.delete", "subjects.delete"

use super::own;
use crate::support::Site;

#[tokio::test]
async fn a_deleted_entry_is_gone_and_found_no_more() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (vocabulary, body) in own() {
        site.admin().post(format!("/api/{vocabulary}"), body.clone()).await.expect(201);
        let path = format!("/api/{vocabulary}/{}", body["id"].as_str().unwrap());
        site.nobody().delete(&path).await.expect(403);
        ada.delete(&path).await.expect(403);
        site.admin().with("if-match", "5").delete(&path).await.expect(412);
        site.admin().delete(&path).await.expect(204);
        assert_eq!(ada.get(&path).await.expect(410).json()["message"], "The record has been deleted.");
        site.admin().delete(&path).await.expect(410);
        site.admin().post(format!("/api/{vocabulary}"), body).await.expect(400);
        site.settle().await;
        assert_eq!(ada.get(format!("/api/{vocabulary}")).await.expect(200).json()["hits"]["total"], 0);
    }
    site.admin().delete("/api/vocabularies/languages/eng").await.expect(204);
}
