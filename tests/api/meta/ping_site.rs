//! `GET /ping`: `meta.ping_site`

use crate::support::Site;

#[tokio::test]
async fn the_site_says_that_it_answers() {
    let site = Site::start().await;
    let answer = site.nobody().get("/ping").await.expect(200);
    assert_eq!(answer.text(), "OK");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("x-cairn-trips"), "0");
}
