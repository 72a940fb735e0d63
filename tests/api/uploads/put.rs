//! `PUT /api/uploads/{upload}/parts/{part}`: "uploads.put"

use serde_json::json;

use crate::{
    jobs::{job, now, run},
    support::{Site, minimal},
};

#[tokio::test]
async fn a_part_is_kept_for_who_brought_it() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let part = json!({"records": [minimal(), minimal()]});
    let kept = ada.put("/api/uploads/spring/parts/1", &part).await.expect(200).json();
    assert_eq!(kept, json!({"upload": "spring", "part": "1", "records": 2}));
    ada.put("/api/uploads/spring/parts/1", json!({"records": [minimal()]})).await.expect(200);
    for (path, body) in [
        ("spring/parts/0", &part),
        ("spring/parts/x", &part),
        ("spring/parts/9999999", &part),
        ("sp%20ring/parts/1", &part),
        ("spring/parts/1", &json!({"records": [1]})),
        ("spring/parts/1", &json!({})),
    ] {
        ada.put(format!("/api/uploads/{path}"), body).await.expect(400);
    }
    site.nobody().put("/api/uploads/spring/parts/1", &part).await.expect(403);
    // The administrator has no such upload.
    let job = job(&site, "import", json!({"upload": "spring"})).await;
    let run = run(&site, &job).await;
    site.settle().await;
    let run = now(&site, &run).await;
    assert_eq!(run["status"], "FAILED");
    assert_eq!(run["message"], "there is no upload `spring`, or it is not yours");
}
