//! Whatever no operation answers.

use crate::support::Site;

#[tokio::test]
async fn a_path_that_does_not_exist_is_404_in_json_whatever_the_method() {
    let site = Site::start().await;
    let nobody = site.nobody();
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/nothing-here",
        "//api/ping",
        "/api//ping",
        "/api/ping/",
        "/%00",
        "/ü",
        "/api/../api/ping",
    ] {
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            let answer = nobody.send(method, path, ()).await.expect(404);
            assert_eq!(answer.header("content-type"), "application/json");
            assert!(
                answer.json()["message"].as_str().unwrap().starts_with("The requested URL was not found")
            );
        }
    }
    assert!(nobody.head("/api/nothing").await.expect(404).body.is_empty());
}

#[tokio::test]
async fn a_path_that_is_not_utf_8_is_refused() {
    let site = Site::start().await;
    site.nobody().get("/api/records/%ff").await.expect(400);
}
