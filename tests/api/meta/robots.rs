//! `GET /robots.txt`

use crate::support::Site;

#[tokio::test]
async fn crawlers_are_asked_to_leave_searches_alone_and_may_read_records() {
    let site = Site::start().await;
    let answer = site.nobody().get("/robots.txt").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let text = answer.text();
    assert!(text.starts_with("User-agent: *\nDisallow: /search\n"), "{text}");
    let kept_out: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    assert!(!kept_out.iter().any(|path| "/records/abcde-fgh12/files/a.pdf".starts_with(path)), "{text}");
    assert!(!text.contains("Sitemap"), "there is none");
}
