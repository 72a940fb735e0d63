//! `POST /api/records/{id}/views`: "records.view"

use serde_json::json;

use crate::{
    stats::{numbers, record, shown, site, waiting},
    support::{Site, User},
};

async fn token(user: &User, id: &str) -> serde_json::Value {
    user.get(format!("/api/records/{id}/views")).await.expect(200).json()
}

async fn seen(site: &Site, id: &str) -> u64 {
    site.settle().await;
    shown(site, id).await["this_version"]["views"].as_u64().unwrap()
}

#[tokio::test]
async fn a_page_is_seen_once_for_each_token_however_often_it_says_so() {
    let (site, _ada, id) = site().await;
    let (views, reader) = (format!("/api/records/{id}/views"), site.nobody());
    let first = token(&reader, &id).await;
    for _ in 0..3 {
        assert!(reader.post(&views, &first).await.expect(204).body.is_empty());
    }
    assert_eq!(waiting(&site).await.len(), 1);
    assert_eq!(seen(&site, &id).await, 1);
    // After it was counted, too.
    site.clock.advance(300);
    reader.post(&views, &first).await.expect(204);
    assert_eq!(seen(&site, &id).await, 1);
    let second = token(&reader, &id).await;
    reader.post(&views, &second).await.expect(204);
    site.settle().await;
    assert_eq!(shown(&site, &id).await["this_version"], numbers([2, 1], [0, 0], 0.0));
}

#[tokio::test]
async fn a_token_is_for_one_record_one_visitor_and_half_an_hour() {
    let (site, ada, id) = site().await;
    let other = record(&site, &ada).await;
    let (views, reader) = (format!("/api/records/{id}/views"), site.nobody());
    let given = token(&reader, &id).await;
    let message = "The page token was given for another record or to another visitor, or is older than 30 minutes: \
                   ask for a new one.";
    let refused = |user: User, path: String, body: serde_json::Value| async move {
        assert_eq!(user.post(path, body).await.expect(403).json()["message"], message);
    };
    refused(reader.clone(), format!("/api/records/{other}/views"), given.clone()).await;
    refused(reader.from([203, 0, 113, 9]), views.clone(), given.clone()).await;
    refused(reader.with("user-agent", "curl/8.14.1"), views.clone(), given.clone()).await;
    refused(ada.clone(), views.clone(), given.clone()).await;
    let text = given["token"].as_str().unwrap();
    let parent =
        token(&reader, &other).await["token"].as_str().unwrap().split_once('.').unwrap().1.to_owned();
    let forged = format!("{}.{parent}", text.split_once('.').unwrap().0);
    refused(reader.clone(), views.clone(), json!({"token": forged})).await;
    let turned = if text.starts_with('B') { 'C' } else { 'B' };
    refused(reader.clone(), views.clone(), json!({"token": format!("{turned}{}", &text[1..])})).await;
    site.clock.advance(30 * 60);
    refused(reader.clone(), views.clone(), given).await;
    assert_eq!(seen(&site, &id).await, 0);
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let (site, _ada, id) = site().await;
    let views = format!("/api/records/{id}/views");
    for (body, message) in [
        (json!({"token": "x"}), "This is no page token: ask for one first."),
        (json!({"token": "AAAA.abcde-fgh12"}), "This is no page token: ask for one first."),
        (json!({}), "A validation error occurred."),
        (json!({"token": 1}), "A validation error occurred."),
    ] {
        let refused = site.nobody().post(&views, &body).await.expect(400).json();
        assert_eq!(refused["message"], message, "{body}");
    }
    site.nobody().post(&views, ()).await.expect(400);
    site.nobody().post(&views, json!({"token": "x".repeat(2_000)})).await.expect(413);
}

#[tokio::test]
async fn a_token_is_good_over_midnight() {
    let (site, _ada, id) = site().await;
    let reader = site.nobody();
    let day = 24 * 3_600;
    site.clock.advance(day - site.system.shared.now().seconds() % day - 60);
    let given = token(&reader, &id).await;
    site.clock.advance(120);
    reader.post(format!("/api/records/{id}/views"), &given).await.expect(204);
    assert_eq!(seen(&site, &id).await, 1);
}
