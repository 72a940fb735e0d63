//! `GET /schemas/{path+}`: "status.schema"

use crate::support::Site;

#[tokio::test]
async fn every_registered_schema_is_served() {
    let site = Site::start().await;
    for kind in cairn_model::kinds::KINDS {
        let schema = site.nobody().get(format!("/schemas/{}", kind.schema.id)).await.expect(200).json();
        assert_eq!(schema["$id"], format!("/schemas/{}", kind.schema.id));
    }
    site.nobody().get("/schemas/records/nosuch.json").await.expect(404);
}
