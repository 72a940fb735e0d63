//! `GET /api/deposit/depositions/{id}/files`: `"deposit_files.list"`

use serde_json::json;

use crate::{
    deposits::{published, send, to, with_deposition},
    support::files::sender,
};

#[tokio::test]
async fn files_that_have_arrived_are_listed() {
    let (site, ada, deposition) = with_deposition().await;
    let list = to(&deposition, "files");
    assert_eq!(ada.get(&list).await.expect(200).json(), json!([]));
    send(&ada, &deposition, "a.txt", b"a file").await;
    let draft = format!("/api/records/{}/draft/files", deposition["id"].as_str().unwrap());
    ada.post(&draft, json!([{"key": "b.txt"}])).await.expect(201);
    let files = ada.get(&list).await.expect(200).json();
    assert_eq!((files.as_array().unwrap().len(), &files[0]["filename"]), (1, &json!("a.txt")));
    let whole = ada.get(to(&deposition, "self")).await.expect(200).json();
    assert_eq!(whole["files"], files);
    sender(&ada).put(format!("{draft}/b.txt/content"), "b").await.expect(200);
    ada.post(format!("{draft}/b.txt/commit"), ()).await.expect(200);
    assert_eq!(ada.get(format!("{list}/")).await.expect(200).json().as_array().unwrap().len(), 2);
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.get(&list).await.expect(403);
    }
}

#[tokio::test]
async fn those_of_records_are_for_those_who_may_read_them() {
    let (site, _ada, record) = published().await;
    let files = site.nobody().get(to(&record, "files")).await.expect(200).json();
    assert_eq!(files, record["files"]);
    assert_eq!(site.nobody().get(&files[0]["links"]["download"]).await.expect(200).body, b"a file");
}
