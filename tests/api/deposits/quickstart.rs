//! What Zenodo's quick start does, as it stands there.

use serde_json::json;

use super::{LIST, to};
use crate::support::{Site, files::encoded};

#[tokio::test]
async fn the_quick_start_works_to_its_end() {
    let site = Site::start().await;
    site.nobody().get(LIST).await.expect(403);
    let ada = site.user("ada").await;
    assert_eq!(ada.get(LIST).await.expect(200).json(), json!([]));
    let created = ada.post(LIST, json!({})).await.expect(201).json();
    let id = created["id"].as_str().unwrap().to_owned();
    assert_eq!((&created["state"], &created["submitted"]), (&json!("unsubmitted"), &json!(false)));
    assert_eq!((&created["title"], &created["files"]), (&json!(""), &json!([])));
    let doi = format!("10.5072/{id}");
    assert_eq!(created["metadata"]["prereserve_doi"], json!({"doi": doi, "recid": id}));
    assert_eq!(created.get("doi"), None);
    insta::assert_json_snapshot!("created", created);

    let token = ada.headers().into_iter().find(|(name, _)| name == "authorization").unwrap().1;
    let token = encoded(token.trim_start_matches("Bearer "));
    let by_query = |address: String| format!("{address}?access_token={token}");
    let file = format!("{}/my-file.zip", to(&created, "bucket"));
    let anybody = site.nobody().with("content-type", "application/zip");
    let sent = anybody.put(by_query(file.clone()), b"not a ZIP file".to_vec()).await.expect(201).json();
    insta::assert_json_snapshot!("sent", sent);
    let files = site.nobody().get(by_query(to(&created, "files"))).await.expect(200).json();
    insta::assert_json_snapshot!("files", files);

    let body = json!({"metadata": {
        "title": "My first upload", "upload_type": "dataset", "description": "This is my first upload",
        "creators": [{"name": "Doe, John", "affiliation": "Zenodo"}],
    }});
    let saved = ada.put(to(&created, "self"), &body).await.expect(200).json();
    assert_eq!(saved["title"], "My first upload");
    let done = ada.post(to(&created, "publish"), ()).await.expect(202).json();
    assert_eq!(
        (&done["state"], &done["submitted"], &done["doi"]),
        (&json!("done"), &json!(true), &json!(doi))
    );
    insta::assert_json_snapshot!("published", done);
    let record = site.nobody().get(to(&done, "record")).await.expect(200).json();
    assert_eq!(record["metadata"]["title"], "My first upload");
    assert_eq!(record["pids"]["doi"]["identifier"], doi);
    let download = site.nobody().get(&done["files"][0]["links"]["download"]).await.expect(200);
    assert_eq!(download.body, b"not a ZIP file");
    assert_eq!(site.nobody().get(file).await.expect(200).body, b"not a ZIP file");
}
