//! `DELETE /api/records/{id}`: "records.delete"

use super::{publish, site};
use crate::drafts::path;

#[tokio::test]
async fn nobody_deletes_a_record_like_a_draft() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Stays", false).await;
    let address = path(&record, "self");
    for user in [&site.nobody(), &ada, &site.admin()] {
        user.delete(&address).await.expect(403);
    }
    ada.get(&address).await.expect(200);
    ada.delete("/api/records/zege4-jwk51").await.expect(404);
}
