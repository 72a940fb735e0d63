//! `POST /api/records/{id}/draft`: "drafts.edit"

use super::{path, with_draft};

#[tokio::test]
async fn a_record_is_opened_once_and_the_same_draft_comes_back() {
    let (site, ada, draft) = with_draft().await;
    let (this, publish) = (path(&draft, "self"), path(&draft, "publish"));
    ada.post(&this, ()).await.expect(404);
    let record = ada.post(&publish, ()).await.expect(202).json();
    site.nobody().post(&this, ()).await.expect(403);
    site.user("eve").await.post(&this, ()).await.expect(403);
    let edit = ada.post(&this, ()).await.expect(201).json();
    assert_eq!(edit["status"], "published");
    assert_eq!((&edit["is_draft"], &edit["is_published"]), (&true.into(), &true.into()));
    assert_eq!(edit["metadata"], record["metadata"]);
    // InvenioRDM: the draft goes on that was there before, also after one was discarded (reference exchange 178).
    assert_eq!(edit["created"], draft["created"]);
    assert_ne!(edit["created"], record["created"]);
    assert_eq!(ada.post(&this, ()).await.expect(201).json(), edit);
    ada.delete(&this).await.expect(204);
    assert_eq!(ada.post(&this, ()).await.expect(201).json()["created"], draft["created"]);
    ada.post("/api/records/zege4-jwk51/draft", ()).await.expect(404);
}
