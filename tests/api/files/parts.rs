//! Files in parts: large ones at signed addresses, small ones through the function.

use http::StatusCode;
use serde_json::{Value, json};

use super::with_files;
use crate::support::files;

const PART: usize = 5 * 1024 * 1024;

fn start(key: &str, parts: usize, part_size: usize, size: usize) -> Value {
    json!([{"key": key, "size": size, "transfer": {"type": "M", "parts": parts, "part_size": part_size}}])
}

#[tokio::test]
async fn large_parts_go_to_signed_addresses() {
    let (site, ada, list) = with_files().await;
    let whole: Vec<u8> = (0..2 * PART + 1_000).map(|at| u8::try_from(at % 253).unwrap()).collect();
    let started = ada.post(&list, start("m.bin", 3, PART, whole.len())).await.expect(201).json();
    let entry = &started["entries"][0];
    assert!(entry["links"].get("content").is_none());
    assert_eq!((&entry["checksum"], &entry["transfer"]["parts"]), (&Value::Null, &json!(3)));
    let urls: Vec<String> = entry["links"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["url"].as_str().unwrap().to_owned())
        .collect();
    assert!(urls.iter().all(|url| url.starts_with("https://files.cairn.test/objects/files/")));
    let pieces: Vec<&[u8]> = whole.chunks(PART).collect();
    let refused = files::put_signed(&site, &urls[0], pieces[2].to_vec()).await;
    assert!(refused.is_client_error(), "another length than was signed");
    for at in [2, 0] {
        assert_eq!(files::put_signed(&site, &urls[at], pieces[at].to_vec()).await, StatusCode::OK);
    }
    let told = ada.get(format!("{list}/m.bin")).await.expect(200).json();
    assert_eq!(told["transfer"]["arrived"], json!(["1", "3"]));
    let refused = ada.post(format!("{list}/m.bin/commit"), ()).await.expect(400).json();
    assert_eq!(refused["message"], "File with key \"m.bin\" is not available: parts 2 are missing.");
    files::sender(&ada).put(format!("{list}/m.bin/content/2"), pieces[1].to_vec()).await.expect(200);
    let entry = ada.post(format!("{list}/m.bin/commit"), ()).await.expect(200).json();
    assert_eq!((&entry["transfer"], &entry["size"]), (&json!({"type": "L"}), &json!(whole.len())));
    site.settle().await;
    let entry = ada.get(format!("{list}/m.bin")).await.json();
    let expected = cairn_ports::objects::digest::Digester::of(&whole).md5.unwrap();
    assert_eq!(entry["checksum"], format!("md5:{expected}"));
    assert!(ada.get(format!("{list}/m.bin/content")).await.expect(200).body == whole);
    let late = files::put_signed(&site, &urls[0], pieces[0].to_vec()).await;
    assert!(late.is_client_error(), "an address is worth nothing once the file is committed: {late}");
    ada.post(list.replace("/files", "/actions/publish"), ()).await.expect(202);
}

#[tokio::test]
async fn small_parts_come_in_any_order_and_are_joined() {
    let (site, ada, list) = with_files().await;
    let entry = ada.post(&list, start("m.bin", 3, 10, 25)).await.expect(201).json()["entries"][0].clone();
    let url = |at: usize| entry["links"]["parts"][at]["url"].as_str().unwrap().to_owned();
    for (at, bytes) in [(2, "ccccc"), (0, "aaaaaaaaaa"), (1, "xxxxxxxxxx"), (1, "bbbbbbbbbb")] {
        files::sender(&ada).put(url(at), bytes).await.expect(200);
    }
    for user in [site.nobody(), site.user("eve").await] {
        files::sender(&user).put(url(0), "0123456789").await.expect(403);
    }
    let refused = files::sender(&ada).put(url(0), "short").await.expect(400).json();
    assert_eq!(refused["message"], "Part 1 has 5 bytes instead of 10.");
    files::sender(&ada).put(format!("{list}/m.bin/content/4"), "x").await.expect(400);
    files::sender(&ada).put(format!("{list}/m.bin/content"), "x").await.expect(400);
    ada.post(format!("{list}/m.bin/commit"), ()).await.expect(200);
    assert_eq!(ada.get(format!("{list}/m.bin/content")).await.body, b"aaaaaaaaaabbbbbbbbbbccccc");
    site.settle().await;
    let left = site.system.shared.ports.objects.home().unwrap().list("parts/", None).await.unwrap();
    assert_eq!(left.objects, [], "parts that were joined are removed");
}

#[tokio::test]
async fn one_small_part_comes_as_several_do() {
    let (_site, ada, list) = with_files().await;
    let entry = ada.post(&list, start("m.bin", 1, 10, 3)).await.expect(201).json()["entries"][0].clone();
    let url = entry["links"]["parts"][0]["url"].as_str().unwrap();
    assert!(url.ends_with("/m.bin/content/1"), "{url}");
    let sent = files::sender(&ada).put(url, "abc").await.expect(200).json();
    assert_eq!((&sent["key"], &sent["status"]), (&json!("m.bin"), &json!("pending")));
    ada.post(format!("{list}/m.bin/commit"), ()).await.expect(200);
    assert_eq!(ada.get(format!("{list}/m.bin/content")).await.body, b"abc");
}

#[tokio::test]
async fn many_parts_are_told_a_thousand_at_a_time() {
    let (_site, ada, list) = with_files().await;
    let started = ada.post(&list, start("m.bin", 2_500, 10, 25_000)).await.expect(201).json();
    let mut links = started["entries"][0]["links"].clone();
    let mut counts = Vec::new();
    loop {
        counts.push(links["parts"].as_array().unwrap().len());
        let Some(more) = links["more_parts"].as_str().map(str::to_owned) else { break };
        links = ada.get(more).await.expect(200).json()["links"].clone();
    }
    assert_eq!(counts, [1_000, 1_000, 500]);
    ada.delete(format!("{list}/m.bin")).await.expect(204);
}

#[tokio::test]
async fn parts_that_cannot_be_are_refused() {
    let (_site, ada, list) = with_files().await;
    for (body, message) in [
        (
            json!([{"key": "m", "transfer": {"type": "M", "parts": 2, "part_size": 10}}]),
            "Multipart file transfer requires file size.",
        ),
        (
            json!([{"key": "m", "size": 17, "transfer": {"type": "M", "parts": 2}}]),
            "Multipart file transfer to local storage requires part_size.",
        ),
        (start("m", 0, 10, 17), "Multipart file transfer requires parts."),
        (start("m", 10, 10, 17), "none of them empty"),
        (start("m", 2_600_000 / 1_000, 10_000, 26_000_000), ""),
    ] {
        let answer = ada.post(&list, body).await;
        if message.is_empty() {
            answer.expect(201);
        } else {
            assert!(answer.expect(400).text().contains(message), "{message}");
        }
    }
}
