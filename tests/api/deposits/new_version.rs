//! `POST /api/deposit/depositions/{id}/actions/newversion`: `"deposits.new_version"`

use serde_json::json;

use super::{LIST, metadata, published, send, to, with_deposition};

#[tokio::test]
async fn a_new_version_begins_with_metadata_and_files_of_the_last() {
    let (site, ada, record) = published().await;
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.post(to(&record, "newversion"), ()).await.expect(403);
    }
    let answer = ada.post(to(&record, "newversion"), ()).await.expect(201).json();
    let next = ada.get(to(&answer, "latest_draft")).await.expect(200).json();
    assert_ne!(next["id"], record["id"]);
    assert_eq!((&next["conceptrecid"], &next["submitted"]), (&record["conceptrecid"], &json!(false)));
    assert_eq!((&next["title"], next["metadata"].get("version")), (&record["title"], None));
    let names = |files: &serde_json::Value| -> Vec<String> {
        files.as_array().unwrap().iter().map(|file| file["filename"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&next["files"]), ["a.txt"]);

    send(&ada, &next, "a.txt", b"a second edition").await;
    send(&ada, &next, "b.txt", b"a second file").await;
    let mut sent = next.clone();
    sent["metadata"]["version"] = json!("2");
    ada.put(to(&next, "self"), json!({"metadata": sent["metadata"]})).await.expect(200);
    let second = ada.post(to(&next, "publish"), ()).await.expect(202).json();
    assert_eq!(second["files"].as_array().unwrap().len(), 2);
    assert_eq!((&second["metadata"]["version"], &second["conceptdoi"]), (&json!("2"), &record["conceptdoi"]));
    assert_ne!(second["doi"], record["doi"]);
    let first = ada.get(to(&record, "self")).await.expect(200).json();
    assert_eq!(first["files"], record["files"], "the first version stays as it was");
}

#[tokio::test]
async fn there_is_one_at_a_time_and_what_was_taken_out_of_it_stays_out() {
    let (_site, ada, record) = published().await;
    let first = ada.post(to(&record, "newversion"), ()).await.expect(201).json();
    ada.delete(&first["files"][0]["links"]["self"]).await.expect(204);
    let second = ada.post(to(&record, "newversion"), ()).await.expect(201).json();
    assert_eq!((&second["id"], &second["files"]), (&first["id"], &json!([])));
}

#[tokio::test]
async fn a_record_without_files_has_new_versions_too_and_a_draft_has_none() {
    let (_site, ada, deposition) = with_deposition().await;
    ada.post(to(&deposition, "newversion"), ()).await.expect(404);
    let draft = ada.post("/api/records", crate::support::minimal()).await.expect(201).json();
    let record = ada.post(crate::drafts::path(&draft, "publish"), ()).await.expect(202).json();
    let this = format!("{LIST}/{}", record["id"].as_str().unwrap());
    let next = ada.post(format!("{this}/actions/newversion"), ()).await.expect(201).json();
    ada.put(to(&next, "self"), metadata()).await.expect(200);
    ada.post(to(&next, "publish"), ()).await.expect(202);
}
