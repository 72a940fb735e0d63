//! `"draft_files.read"`, `"draft_media_files.read"`, `"record_files.read"` and `"record_media_files.read"`

use serde_json::json;

use super::with_files;
use crate::support::{Site, files};

#[tokio::test]
async fn a_file_is_told_of_wherever_it_is_mounted() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut body = files::with_files();
    body["media_files"] = json!({"enabled": true});
    let draft = ada.post("/api/records", body).await.expect(201).json();
    let id = draft["id"].as_str().unwrap();
    for set in ["files", "media-files"] {
        files::send(&ada, &format!("/api/records/{id}/draft/{set}"), "i.png", b"\x89PNG").await;
        let entry = ada.get(format!("/api/records/{id}/draft/{set}/i.png")).await.expect(200).json();
        assert_eq!(entry["key"], "i.png");
        site.nobody().get(format!("/api/records/{id}/draft/{set}/i.png")).await.expect(403);
    }
    ada.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202);
    let file = site.nobody().get(format!("/api/records/{id}/files/i.png")).await.expect(200).json();
    assert_eq!(file["links"]["iiif_base"], format!("https://cairn.test/api/iiif/record:{id}:i.png"));
    for name in ["application/vnd.inveniordm.v1+json", "application/json"] {
        let file = site.nobody().with("accept", name).get(format!("/api/records/{id}/files/i.png")).await;
        assert_eq!(file.expect(200).header("content-type"), name);
    }
    let media = site.nobody().get(format!("/api/records/{id}/media-files/i.png")).await.expect(200).json();
    assert_ne!(media["file_id"], file["file_id"]);
    let reader = site.nobody().with("accept", "text/html");
    let refused = reader.get(format!("/api/records/{id}/files/i.png")).await.expect(406).json();
    let expected =
        "Invalid 'Accept' header. Expected one of: application/vnd.inveniordm.v1+json, application/json";
    assert_eq!(refused["message"], expected);
    reader.get(format!("/api/records/{id}/files/i.png/container")).await.expect(406);
    reader.get(format!("/api/records/{id}/files/i.png/content")).await.expect(200);
    let missing = site.nobody().get(format!("/api/records/{id}/files/zzz")).await.expect(404).json();
    assert_eq!(missing["message"], format!("Record '{id}' has no file 'zzz'."));
    for method in ["POST", "PUT", "DELETE"] {
        ada.send(method, format!("/api/records/{id}/files/i.png"), ()).await.expect(405);
    }
}

#[tokio::test]
async fn facts_are_read_from_what_was_sent() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0]);
    let id = files::record(&site, &ada, &[("i.png", &png)]).await;
    let file = site.nobody().get(format!("/api/records/{id}/files/i.png")).await.json();
    assert_eq!(file["metadata"], json!({"width": 300, "height": 200}));
    let hit = &site.nobody().get(format!("/api/records?q=id:{id}")).await.json()["hits"]["hits"][0];
    assert_eq!(hit["files"]["entries"]["i.png"]["metadata"], json!({"width": 300, "height": 200}));
    assert_eq!(hit["files"]["entries"]["i.png"].get("storage_class"), None);
}

#[tokio::test]
async fn paths_below_a_file_say_which_methods_they_have() {
    let (site, ada, list) = with_files().await;
    files::send(&ada, &list, "a.txt", b"one").await;
    let file = format!("{list}/a.txt");
    let octets = files::sender(&ada);
    for (answer, allow) in [
        (ada.post(&file, ()).await, "GET, PUT, DELETE, HEAD, OPTIONS"),
        (ada.post(format!("{file}/content"), ()).await, "GET, PUT, HEAD, OPTIONS"),
        (ada.delete(format!("{file}/content")).await, "GET, PUT, HEAD, OPTIONS"),
        (ada.get(format!("{file}/commit")).await, "POST, OPTIONS"),
        (octets.put(format!("{file}/commit"), "").await, "POST, OPTIONS"),
        (ada.get(format!("{file}/content/1")).await, "PUT, OPTIONS"),
        (octets.put(format!("{file}/container"), "").await, "GET, HEAD, OPTIONS"),
    ] {
        assert_eq!((answer.status, answer.header("allow")), (405, allow));
    }
    let id = files::record(&site, &ada, &[("a.txt", b"one")]).await;
    ada.get(format!("/api/records/{id}/files/a.txt/commit")).await.expect(404);
}
