//! Files that the repository fetches itself.

use cairn_ports::objects::digest::Digester;
use serde_json::{Value, json};

use super::web::{Answers, Web};
use crate::support::{Extension, Site, User, files};

const URL: &str = "https://links.test/data?key=secret";

/// A draft of the administrator's, its list of files.
async fn list_of(admin: &User) -> String {
    format!("/api/records/{}/draft/files", files::draft(admin).await)
}

/// Starts a file that is to be fetched, with what else is said of it.
async fn start(admin: &User, list: &str, more: &Value) {
    let mut body = json!({"key": "f.bin", "transfer": {"type": "F", "url": URL}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let started = admin.post(list, json!([body])).await.expect(201).json();
    let entry = &started["entries"][0];
    assert_eq!((&entry["status"], &entry["transfer"]), (&json!("pending"), &json!({"type": "F"})));
}

fn some_bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

#[tokio::test]
async fn files_of_any_size_are_fetched_and_are_files_like_others() {
    for count in [0, 5, 10_485_760, 12_000_000] {
        let (site, web) = Web::site().await;
        let (admin, content) = (site.admin(), some_bytes(count));
        let list = list_of(&admin).await;
        web.answers(Answers::Content(content.clone()));
        let checksum = format!("md5:{}", Digester::of(&content).md5.unwrap());
        start(&admin, &list, &json!({"size": count, "checksum": checksum})).await;
        site.settle().await;
        let entry = admin.get(format!("{list}/f.bin")).await.expect(200).json();
        assert_eq!(
            (&entry["status"], &entry["transfer"]),
            (&json!("completed"), &json!({"type": "L"})),
            "{entry}"
        );
        assert_eq!((&entry["size"], &entry["checksum"]), (&json!(count), &json!(checksum)));
        assert!(!entry.to_string().contains("secret"), "{entry}");
        let publish = list.replace("/files", "/actions/publish");
        let record = admin.post(publish, ()).await.expect(202).json();
        assert_eq!(record["files"]["total_bytes"], count);
        let read = site.nobody().get(list.replace("/draft", "") + "/f.bin/content").await.expect(200);
        assert!(read.body == content, "{count}");
        assert_eq!(web.asked().len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_says_why_and_stands_in_the_way_until_it_is_taken_out() {
    let five = || Answers::Content(b"12345".to_vec());
    let wrong = "md5:00000000000000000000000000000000";
    for (answers, more, why) in [
        (Answers::As(404, 0, ""), json!({}), "The address answers with status 404."),
        (Answers::As(302, 0, ""), json!({}), "The address answers with status 302."),
        (Answers::As(500, 0, ""), json!({}), "The address answers with status 500."),
        (Answers::Silent, json!({}), "The address does not answer."),
        (five(), json!({"size": 3}), "The file is larger than declared, or than it may be."),
        (five(), json!({"size": 9}), "File with key \"f.bin\" has 5 bytes instead of 9."),
        (five(), json!({"checksum": wrong}), "File with key \"f.bin\" has another MD5 than declared."),
        (
            Answers::Content(vec![0; 30_000_001]),
            json!({}),
            "The file is larger than declared, or than it may be.",
        ),
    ] {
        let (site, web) = Web::site().await;
        let admin = site.admin();
        let list = list_of(&admin).await;
        web.answers(answers);
        start(&admin, &list, &more).await;
        site.settle().await;
        let entry = admin.get(format!("{list}/f.bin")).await.expect(200).json();
        let transfer = json!({"type": "F", "error": why});
        assert_eq!((&entry["status"], &entry["transfer"]), (&json!("failed"), &transfer), "{entry}");
        admin.get(format!("{list}/f.bin/content")).await.expect(400);
        let publish = list.replace("/files", "/actions/publish");
        admin.post(&publish, ()).await.expect(400);
        admin.delete(format!("{list}/f.bin")).await.expect(204);
        files::send(&admin, &list, "own.bin", b"own").await;
        let record = admin.post(&publish, ()).await.expect(202).json();
        assert_eq!(
            (&record["files"]["count"], &record["files"]["total_bytes"]),
            (&json!(1), &json!(3)),
            "{why}"
        );
    }
}

#[tokio::test]
async fn who_is_silent_for_a_while_is_asked_again() {
    let (site, web) = Web::site().await;
    let admin = site.admin();
    let list = list_of(&admin).await;
    web.answers(Answers::Silent);
    start(&admin, &list, &json!({})).await;
    site.system.relay().await.unwrap();
    let low = &cairn_model::queue::LOW_PRIORITY;
    assert_eq!(site.poll(low).await, 1);
    assert_eq!(admin.get(format!("{list}/f.bin")).await.json()["status"], "pending");
    web.answers(Answers::Content(b"12345".to_vec()));
    site.settle().await;
    assert_eq!(admin.get(format!("{list}/f.bin")).await.json()["status"], "completed");
    assert_eq!(web.asked().len(), 2);
}

#[tokio::test]
async fn all_fetched_files_together_stay_within_the_quota() {
    let (site, web) = Web::site().await;
    let admin = site.admin();
    let list = list_of(&admin).await;
    web.answers(Answers::Content(vec![7; 15_000_000]));
    let file = |at: usize| json!({"key": format!("f{at}"), "transfer": {"type": "F", "url": URL}});
    admin.post(&list, json!((0..3).map(file).collect::<Vec<_>>())).await.expect(201);
    site.settle().await;
    let entries = admin.get(&list).await.json()["entries"].clone();
    let of =
        |status: &str| entries.as_array().unwrap().iter().filter(|entry| entry["status"] == status).count();
    assert_eq!((of("completed"), of("failed")), (2, 1), "of 40 MB: {entries}");
}

#[tokio::test]
async fn only_administrators_have_files_fetched_or_linked() {
    let (site, _web) = Web::site().await;
    let ada = site.user("ada").await;
    let list = list_of(&ada).await;
    for kind in ["F", "R"] {
        let body = json!([{"key": "f.bin", "transfer": {"type": kind, "url": URL}}]);
        ada.post(&list, body).await.expect(403);
    }
}

#[tokio::test]
async fn nothing_is_fetched_from_an_address_that_is_not_public() {
    let site = Site::with(&Extension::default()).await;
    let admin = site.admin();
    let list = list_of(&admin).await;
    let body = json!([{"key": "f.bin", "transfer": {"type": "F", "url": "http://192.0.2.1/"}}]);
    admin.post(&list, body).await.expect(201);
    site.settle().await;
    let entry = admin.get(format!("{list}/f.bin")).await.json();
    assert_eq!(entry["transfer"], json!({"type": "F", "error": "The address may not be asked."}));
}

#[tokio::test]
async fn what_is_fetched_is_measured_by_the_quota_of_its_record() {
    for (quota_size, max_file_size) in [(4, 9), (9, 4)] {
        let (site, web) = Web::site().await;
        let admin = site.admin();
        let list = list_of(&admin).await;
        web.answers(Answers::Content(b"12345".to_vec()));
        start(&admin, &list, &json!({})).await;
        let quota = json!({"quota_size": quota_size, "max_file_size": max_file_size});
        admin.post(list.replace("/draft/files", "/quota"), quota).await.expect(200);
        site.settle().await;
        let entry = admin.get(format!("{list}/f.bin")).await.expect(200).json();
        let why = "The file is larger than declared, or than it may be.";
        assert_eq!((&entry["status"], &entry["transfer"]["error"]), (&json!("failed"), &json!(why)));
    }
}
