//! `PUT /api/files/{id}/{key}`: `"buckets.put"`

use serde_json::{Value, json};

use crate::{
    deposits::{metadata, published, send, to, with_deposition},
    support::files::quota,
};

#[tokio::test]
async fn files_of_any_size_and_type_come_in_one_request() {
    let (site, ada, deposition) = with_deposition().await;
    let large = vec![7_u8; 12_000_000];
    for (key, media, bytes) in [
        ("a.csv", "", &b"x,y"[..]),
        ("b.json", "application/json", b"{}"),
        ("d/c.txt", "text/plain", b"text"),
        ("e.zip", "multipart/form-data; boundary=x", &large),
        ("f.bin", "application/octet-stream", &large),
        ("empty", "", b""),
    ] {
        let file = format!("{}/{key}", to(&deposition, "bucket"));
        let sent = ada.with("content-type", media).put(&file, bytes.to_vec()).await.expect(201).json();
        assert_eq!(
            (&sent["key"], &sent["size"], &sent["is_head"]),
            (&json!(key), &json!(bytes.len()), &json!(true))
        );
        assert!(sent["checksum"].as_str().unwrap().starts_with("md5:"), "{sent}");
        assert_eq!(sent["links"]["self"].as_str().unwrap(), file);
        assert!(ada.get(&file).await.expect(200).body == bytes, "{key}");
    }
    ada.post(to(&deposition, "publish"), ()).await.expect(202);
    site.settle().await;
}

#[tokio::test]
async fn the_same_name_again_replaces_the_file() {
    let (_site, ada, deposition) = with_deposition().await;
    let first = send(&ada, &deposition, "a.txt", b"first").await;
    let second = send(&ada, &deposition, "a.txt", &vec![1; 2_000_000]).await;
    assert_ne!(first["version_id"], second["version_id"]);
    send(&ada, &deposition, "a.txt", b"third").await;
    let files = ada.get(to(&deposition, "files")).await.expect(200).json();
    assert_eq!((files.as_array().unwrap().len(), &files[0]["filesize"]), (1, &json!(5)));
    // One that was begun and never came is no obstacle.
    let draft = format!("/api/records/{}/draft/files", deposition["id"].as_str().unwrap());
    ada.post(&draft, json!([{"key": "b.txt"}])).await.expect(201);
    send(&ada, &deposition, "b.txt", b"here").await;
}

#[tokio::test]
async fn who_may_not_write_sends_nothing_and_what_is_too_much_replaces_nothing() {
    let (site, ada, deposition) = with_deposition().await;
    let file = format!("{}/a.txt", to(&deposition, "bucket"));
    for stranger in [site.nobody(), site.user("eve").await] {
        for bytes in [vec![1; 10], vec![1; 2_000_000]] {
            stranger.with("content-type", "").put(&file, bytes).await.expect(403);
        }
    }
    send(&ada, &deposition, "a.txt", b"a file").await;
    site.admin()
        .post(format!("/api/records/{}/quota", deposition["id"].as_str().unwrap()), quota())
        .await
        .expect(200);
    let sender = ada.with("content-type", "");
    for bytes in [vec![1; 61], vec![1; 2_000_000]] {
        let refused = sender.put(&file, bytes).await.expect(400).json();
        assert_eq!(refused["message"], "Maximum file size exceeded.");
    }
    assert_eq!(ada.get(&file).await.expect(200).body, b"a file");
    sender.put("/api/files/zege4-jwk51/a.txt", "x").await.expect(404);
    sender.put(format!("{}/{}", to(&deposition, "bucket"), "x".repeat(256)), "x").await.expect(400);
}

#[tokio::test]
async fn what_is_published_takes_no_files() {
    let (_site, ada, record) = published().await;
    let file = format!("{}/b.txt", to(&record, "bucket"));
    ada.with("content-type", "").put(&file, "x").await.expect(404);
    let next: Value = ada.post(to(&record, "newversion"), ()).await.expect(201).json();
    send(&ada, &next, "b.txt", b"x").await;
    ada.put(to(&next, "self"), metadata()).await.expect(200);
}

#[tokio::test]
async fn nobody_says_that_a_body_has_come_but_the_gateway() {
    let (_site, ada, deposition) = with_deposition().await;
    let sender = ada.with("content-type", "").with("x-cairn-held-back", "arrived");
    let file = format!("{}/a.txt", to(&deposition, "bucket"));
    let sent = sender.put(&file, "whole").await.expect(201).json();
    assert_eq!(sent["size"], 5);
}
