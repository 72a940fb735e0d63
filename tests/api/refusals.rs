//! What cannot be read is refused, and writes nothing.

use serde_json::json;

use crate::{
    noise::records_stored,
    support::{Site, User, minimal},
};

/// Bodies that cannot be read, with what they are answered.
fn unreadable() -> Vec<(u16, Vec<u8>)> {
    let nested =
        |levels: usize| format!("{{\"metadata\":{}{}}}", "[".repeat(levels), "]".repeat(levels)).into_bytes();
    let keys =
        |count: usize| (0..count).map(|number| format!("\"k{number}\":0,")).collect::<Vec<_>>().concat();
    vec![
        (400, b"{\"metadata\": ".to_vec()),
        (400, b"[]".to_vec()),
        (400, b"null".to_vec()),
        (400, b"\"text\"".to_vec()),
        (400, b"{\"metadata\":{},\"metadata\":{}}".to_vec()),
        (400, b"{\"metadata\":{\"title\":\"\xff\xfe\"}}".to_vec()),
        (400, b"{\"metadata\":{\"title\":\"bad \\ud800 half\"}}".to_vec()),
        (400, b"{\"metadata\":{\"version\":1e99999}}".to_vec()),
        (400, nested(10_000)),
        (400, nested(1_000_000)),
        (413, format!("{{{}\"z\":0}}", keys(1_000_000)).into_bytes()),
        (400, format!("{{{}\"z\":0}}", keys(250_000)).into_bytes()),
        (413, format!("{{\"metadata\":{{\"title\":\"{}\"}}}}", "x".repeat(5_000_000)).into_bytes()),
    ]
}

#[tokio::test]
async fn what_cannot_be_read_writes_nothing() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (status, body) in unreadable() {
        let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = ada.post("/api/records", body).await;
        assert_eq!(answer.status, status, "{start}: {}", answer.text());
        assert_eq!(answer.json()["status"], status);
    }
    assert_eq!(records_stored(&site).await, 0);
}

#[tokio::test]
async fn a_body_of_another_type_is_415_and_a_charset_is_no_other_type() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let post = |user: User, media: &str| {
        let user = user.with("content-type", media);
        async move { user.post("/api/records", minimal()).await }
    };
    for media in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/json; charset=latin-1",
        "application/ld+json",
    ] {
        let answer = post(ada.clone(), media).await;
        assert_eq!(answer.status, 415, "{media}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(
            message.starts_with("Invalid 'Content-Type' header. Expected one of: application/json"),
            "{message}"
        );
    }
    assert_eq!(records_stored(&site).await, 0);
    for media in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""]
    {
        assert_eq!(post(ada.clone(), media).await.status, 201, "{media}");
    }
}

#[tokio::test]
async fn crates_are_refused_for_what_they_are() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let missing = "Invalid RO-Crate metadata format, missing '@graph' key.";
    let media = r#"application/ld+json;profile="https://w3id.org/ro/crate/1.1""#;
    for (body, message) in [
        (r#"{"x": 1}"#, missing),
        ("[]", missing),
        (r#"{"@graph": []}"#, "RO-Crate metadata is not supported yet. Send application/json."),
        ("{", "Unable to decode JSON data in request body."),
    ] {
        for media in [media, "Application/LD+JSON; profile=https://w3id.org/ro/crate/1.1"] {
            let refused = ada.with("content-type", media).post("/api/records", body).await.expect(400);
            assert_eq!(refused.json()["message"], message, "{body}");
        }
    }
    assert_eq!(records_stored(&site).await, 0);
    site.admin().with("content-type", media).post("/api/users", "{}").await.expect(415);
}

#[tokio::test]
async fn a_bad_accept_header_is_refused_before_anything_is_written() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with("accept", "image/png");
    let answer = ada.post("/api/records", minimal()).await.expect(406).json();
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .starts_with("Invalid 'Accept' header. Expected one of: application/json")
    );
    assert_eq!(records_stored(&site).await, 0);
}

#[tokio::test]
async fn if_match_and_idempotency_keys_are_checked_before_anything_is_written() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for value in ["abc", "", "*", "\"", "W/", "W/\"1\"", "1.5", "--1", "1, 2", "0x1"] {
        let answer = ada.with("if-match", value).post("/api/records", minimal()).await;
        assert_eq!(
            (answer.status, answer.errors()),
            (400, vec!["if_match: Not a valid integer.".to_owned()]),
            "{value}"
        );
    }
    for value in ["", "with space", "\u{e9}", &"x".repeat(256)] {
        assert_eq!(
            ada.with("idempotency-key", value).post("/api/records", minimal()).await.status,
            400,
            "{value}"
        );
    }
    assert_eq!(records_stored(&site).await, 0);
    ada.with("idempotency-key", &"x".repeat(255)).post("/api/records", minimal()).await.expect(201);
}

#[tokio::test]
async fn prettyprint_indents_and_nothing_else() {
    let site = Site::start().await;
    let plain = site.nobody().get("/api/operations").await;
    let pretty = site.nobody().get("/api/operations?prettyprint=1").await;
    assert!(pretty.text().contains("\n  \"total\""));
    assert_eq!(plain.json(), pretty.json());
    assert_eq!(json!(plain.header("content-type")), pretty.header("content-type"));
}
