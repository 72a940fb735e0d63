//! What ZIP files hold.

use std::io::{Cursor, Read as _, Write as _};

use serde_json::json;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::support::{Site, files};

fn archive() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.add_directory("dir", options).unwrap();
    let files = [
        ("top.txt", "top level"),
        ("dir/inner.html", "<b>inner</b>"),
        ("implied/deep/b.txt", "second"),
        ("implied/a.txt", "first"),
        ("impliedly.txt", "not below it"),
    ];
    for (name, content) in files {
        writer.start_file(name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn members_are_listed_and_given_out_one_by_one_or_by_folder() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::record(&site, &ada, &[("d/data.zip", &archive()), ("a.txt", b"x"), ("e.zip", b"no zip")])
        .await;
    let file = format!("/api/records/{id}/files/d/data.zip");
    let entry = site.nobody().get(&file).await.expect(200).json();
    assert!(entry["metadata"]["zip_toc_position"].is_u64(), "{entry}");
    let listing = site.nobody().get(&entry["links"]["container"]).await.expect(200).json();
    assert_eq!((&listing["total"], &listing["truncated"]), (&json!(5), &json!(false)));
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
    for folder in [
        listing["directories"][0]["links"]["content"].as_str().unwrap(),
        "/dir/",
        "/implied",
        "/implied/deep",
    ] {
        let path =
            if folder.starts_with("http") { folder.to_owned() } else { format!("{file}/container{folder}") };
        let answer = site.nobody().get(&path).await.expect(200);
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap();
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename={name}.zip"));
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let mut held = Vec::new();
        for at in 0..zip.len() {
            let mut member = zip.by_index(at).unwrap();
            let mut text = String::new();
            member.read_to_string(&mut text).unwrap();
            held.push((member.name().unwrap().into_owned(), text));
        }
        let expected = match name {
            "dir" => vec![("dir/inner.html", "<b>inner</b>")],
            "implied" => vec![("implied/a.txt", "first"), ("implied/deep/b.txt", "second")],
            _ => vec![("implied/deep/b.txt", "second")],
        };
        let held: Vec<_> = held.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(held, expected);
    }
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

#[tokio::test]
async fn a_folder_that_is_too_much_for_an_answer_is_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for at in 0..201 {
        writer.start_file(format!("many/{at}"), options).unwrap();
    }
    for at in 0..5 {
        writer.start_file(format!("large/{at}"), options).unwrap();
        writer.write_all(&vec![at; 900_000]).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = files::draft(&ada).await;
    let list = format!("/api/records/{draft}/draft/files");
    files::send(&ada, &list, "a.zip", &archive[..]).await;
    site.settle().await;
    for (folder, message) in [
        ("large", "'large' has more than 4194304 bytes: download 'a.zip' instead."),
        (
            "many",
            "Invalid file content for file 'a.zip': The archive is beyond the limits: a directory of more than 200 entries \
             is not extracted.",
        ),
    ] {
        let refused = ada.get(format!("{list}/a.zip/container/{folder}")).await.expect(400).json();
        assert_eq!(refused["message"], message);
    }
    ada.get(format!("{list}/a.zip/container/large/3")).await.expect(200);
}
