//! What ZIP files hold.

use std::io::{Cursor, Write as _};

use serde_json::json;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::support::{Site, files};

fn archive() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.add_directory("dir", options).unwrap();
    for (name, content) in [("top.txt", "top level"), ("dir/inner.html", "<b>inner</b>")] {
        writer.start_file(name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn members_are_listed_and_given_out_one_by_one() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::record(&site, &ada, &[("d/data.zip", &archive()), ("a.txt", b"x"), ("e.zip", b"no zip")])
        .await;
    let file = format!("/api/records/{id}/files/d/data.zip");
    let entry = site.nobody().get(&file).await.expect(200).json();
    assert!(entry["metadata"]["zip_toc_position"].is_u64(), "{entry}");
    let listing = site.nobody().get(&entry["links"]["container"]).await.expect(200).json();
    assert_eq!((&listing["total"], &listing["truncated"]), (&json!(2), &json!(false)));
    assert_eq!(listing["entries"][0]["key"], "top.txt");
    assert_eq!(listing["entries"][1]["mimetype"], "text/html");
    assert_eq!(
        (&listing["directories"][0]["key"], &listing["directories"][0]["entries"]),
        (&json!("dir"), &json!(["dir/inner.html"]))
    );
    let inner = site.nobody().get(&listing["entries"][1]["links"]["content"]).await.expect(200);
    assert_eq!(
        (inner.body.as_slice(), inner.header("content-type")),
        (&b"<b>inner</b>"[..], "text/plain; charset=utf-8")
    );
    let missing = site.nobody().get(format!("{file}/container/d/nope.txt")).await.expect(404).json();
    assert_eq!(missing["message"], format!("Record '{id}' has no file 'd/nope.txt'."));
    for (key, message) in [
        ("a.txt", "No extractor found for the file 'a.txt'."),
        ("e.zip", "Invalid file content for file 'e.zip': File is not a zip file."),
    ] {
        let refused =
            site.nobody().get(format!("/api/records/{id}/files/{key}/container")).await.expect(400).json();
        assert_eq!(refused["message"], message);
    }
}
