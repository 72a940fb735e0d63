//! `POST /api/deposit/depositions/{id}/actions/edit`: `"deposits.edit"`

use serde_json::json;

use super::{metadata, published, to};

#[tokio::test]
async fn metadata_of_what_is_published_are_changed_and_its_files_are_not() {
    let (site, ada, record) = published().await;
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.post(to(&record, "edit"), ()).await.expect(403);
    }
    let draft = ada.post(to(&record, "edit"), ()).await.expect(201).json();
    assert_eq!((&draft["state"], &draft["submitted"]), (&json!("inprogress"), &json!(true)));
    let mut body = metadata();
    body["metadata"]["title"] = json!("Second edition");
    ada.put(to(&draft, "self"), &body).await.expect(200);
    let sender = ada.with("content-type", "");
    for name in ["a.txt", "b.txt"] {
        sender.put(format!("{}/{name}", to(&draft, "bucket")), "x").await.expect(403);
    }
    ada.delete(&draft["files"][0]["links"]["self"]).await.expect(403);
    let again = ada.post(to(&draft, "publish"), ()).await.expect(202).json();
    assert_eq!((&again["title"], &again["doi"]), (&json!("Second edition"), &record["doi"]));
    assert_eq!(again["files"], record["files"]);
}
