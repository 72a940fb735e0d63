//! Quota: never over it, and given back.

use serde_json::json;

use super::with_files;
use crate::support::files;

#[tokio::test]
async fn sixteen_who_race_for_the_quota_never_pass_it() {
    let (site, ada, list) = with_files().await;
    let answers = files::at_once(16, |at| {
        let (ada, list) = (ada.clone(), list.clone());
        async move { ada.post(list, json!([{"key": format!("f{at}"), "size": 9_000_000}])).await }
    })
    .await;
    let started = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(started, 4, "40 MB hold four times 9 MB");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.json()["message"], "Bucket quota exceeded.", "{}", refused.text());
    }
    ada.delete(&list).await.expect(204);
    ada.post(&list, json!([{"key": "all", "size": 30_000_000}])).await.expect(201);
    let refused = ada.post(&list, json!([{"key": "more", "size": 30_000_001}])).await.expect(400).json();
    assert_eq!(refused["message"], "Maximum file size exceeded.");
    site.settle().await;
}

#[tokio::test]
async fn what_was_not_declared_counts_when_it_is_committed() {
    let (_site, ada, list) = with_files().await;
    ada.post(&list, json!([{"key": "a"}, {"key": "b", "size": 29_000_000}])).await.expect(201);
    let content = vec![7_u8; 11_000_001];
    let refused =
        files::sender(&ada).put(format!("{list}/a/content"), content.clone()).await.expect(400).json();
    assert_eq!(refused["message"], "Bucket quota exceeded.");
    ada.delete(format!("{list}/b")).await.expect(204);
    files::sender(&ada).put(format!("{list}/a/content"), content).await.expect(200);
    ada.post(&list, json!([{"key": "c", "size": 29_000_000}])).await.expect(201);
    let refused = ada.post(format!("{list}/a/commit"), ()).await.expect(400).json();
    assert_eq!(refused["message"], "Bucket quota exceeded.");
    ada.delete(format!("{list}/c")).await.expect(204);
    ada.post(format!("{list}/a/commit"), ()).await.expect(200);
}
