//! `GET /api/users/all`: `users.search_all`

use crate::support::Site;

#[tokio::test]
async fn managers_see_everybody() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.settle().await;
    let all = site.admin().get("/api/users/all?sort=email").await.expect(200).json();
    assert_eq!(all["hits"]["total"], 2);
    assert_eq!(all["hits"]["hits"][0]["email"], "ada@cairn.test");
    ada.get("/api/users/all").await.expect(403);
    site.nobody().get("/api/users/all").await.expect(403);
}
