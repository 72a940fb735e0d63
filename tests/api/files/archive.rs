//! `"draft_files.archive"`, `"draft_media_files.archive"`, `"record_files.archive"` and `"record_media_files.archive"`

use std::io::{Cursor, Read as _};

use serde_json::json;

use crate::support::{Extension, Site, files};

fn names(bytes: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn all_files_or_a_folder_are_one_zip_file() {
    for composes in [false, true] {
        let site = Site::with(&Extension { composes, ..Extension::default() }).await;
        let ada = site.user("ada").await;
        let large: Vec<u8> = (0..6_000_000_u32).map(|at| u8::try_from(at % 255).unwrap()).collect();
        let mut body = files::with_files();
        body["media_files"] = json!({"enabled": true});
        let draft = ada.post("/api/records", body).await.expect(201).json();
        let id = draft["id"].as_str().unwrap();
        let base = format!("/api/records/{id}/draft");
        let empty = ada.get(format!("{base}/files-archive")).await.expect(200);
        assert_eq!(names(&empty.body), Vec::<String>::new());
        files::send(&ada, &format!("{base}/files"), "d/small.txt", b"small").await;
        files::send(&ada, &format!("{base}/files"), "large.bin", &large).await;
        files::send(&ada, &format!("{base}/media-files"), "m.vtt", b"media").await;
        site.nobody().get(format!("{base}/files-archive")).await.expect(403);
        let whole = ada.get(format!("{base}/files-archive")).await.expect(200);
        assert_eq!(whole.header("content-length"), whole.body.len().to_string());
        assert_eq!(names(&whole.body), ["d/small.txt", "large.bin"]);
        let mut archive = zip::ZipArchive::new(Cursor::new(whole.body.clone())).unwrap();
        let mut inner = Vec::new();
        archive.by_name("large.bin").unwrap().read_to_end(&mut inner).unwrap();
        assert!(inner == large);
        let folder = ada.get(format!("{base}/files-archive?prefix=d/")).await.expect(200);
        assert_eq!(names(&folder.body), ["d/small.txt"]);
        assert_eq!(folder.header("content-disposition"), format!("attachment; filename={id}.zip"));
        let media = ada.get(format!("{base}/media-files-archive")).await.expect(200);
        assert_eq!(names(&media.body), ["m.vtt"]);
        let part = ada.with("range", "bytes=1000000-").get(format!("{base}/files-archive")).await.expect(206);
        assert!(part.body == whole.body[1_000_000..], "an archive can be resumed");
        ada.post(format!("{base}/actions/publish"), ()).await.expect(202);
        for set in ["files", "media-files"] {
            let archive = site.nobody().get(format!("/api/records/{id}/{set}-archive")).await.expect(200);
            assert_eq!(archive.header("content-type"), "application/zip");
        }
    }
}
