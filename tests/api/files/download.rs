//! `"record_files.download"` and `"record_media_files.download"`

use serde_json::json;

use crate::support::{Site, files};

#[tokio::test]
async fn content_is_where_linksets_lead() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let large = vec![7_u8; 5_000_000];
    let id = files::record(
        &site,
        &ada,
        &[("d/a b.txt", b"hello"), ("d/content", b"named so"), ("page.html", b"<p>"), ("large.bin", &large)],
    )
    .await;
    let reader = site.nobody().with("accept", "application/linkset+json");
    let linkset = reader.get(format!("/api/records/{id}")).await.expect(200).json();
    let items: Vec<&str> = linkset["linkset"][0]["item"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["href"].as_str().unwrap().strip_prefix("https://cairn.test").unwrap())
        .collect();
    assert_eq!(items.len(), 4);
    for item in items {
        let answer = site.nobody().get(item).await.expect(200);
        let content = site.nobody().get(format!("/api{item}/content")).await.expect(200);
        assert_eq!(answer.body, content.body, "{item}");
        for header in ["content-type", "content-disposition", "etag", "content-md5", "x-download-options"] {
            assert_eq!(answer.header(header), content.header(header), "{item}: {header}");
        }
    }
    let list = format!("/records/{id}/files");
    let page = site.nobody().get(format!("{list}/page.html")).await.expect(200);
    assert_eq!(
        page.header("link"),
        format!(
            r#"<https://cairn.test/records/{id}> ; rel="collection" ; type="text/html" , <https://cairn.test/api/records/{id}> ; rel="linkset" ; type="application/linkset+json""#
        )
    );
    for (who, caches) in [(site.nobody(), "public, no-cache"), (ada.clone(), "no-cache")] {
        assert_eq!(who.get(format!("{list}/page.html")).await.expect(200).header("cache-control"), caches);
    }
    let saved = site.nobody().get(format!("{list}/page.html?download=1")).await.expect(200);
    assert_eq!(saved.header("content-disposition"), "attachment; filename=page.html");
    let part = site.nobody().with("range", "bytes=1-2").get(format!("{list}/d/a%20b.txt")).await.expect(206);
    assert_eq!(part.text(), "el");
    let head = site.nobody().head(format!("{list}/d/content")).await.expect(200);
    assert_eq!(head.header("content-length"), "8");
    assert_eq!(site.nobody().get(format!("{list}/d/content")).await.expect(200).text(), "named so");
    for missing in ["d", "d/a", "none.txt"] {
        site.nobody().get(format!("{list}/{missing}")).await.expect(404);
    }
    site.nobody().get("/records/zzzzz-zzzzz/files/a").await.expect(404);
    site.nobody().post(format!("{list}/page.html"), json!({})).await.expect(405);
}

#[tokio::test]
async fn who_may_not_read_files_gets_none_of_either_set() {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let mut body = files::with_files();
    body["media_files"] = json!({"enabled": true});
    body["access"] = json!({"record": "public", "files": "restricted"});
    let draft = ada.post("/api/records", body).await.expect(201).json();
    let id = draft["id"].as_str().unwrap();
    for set in ["files", "media-files"] {
        files::send(&ada, &format!("/api/records/{id}/draft/{set}"), "a.txt", b"a file").await;
        ada.get(format!("/records/{id}/{set}/a.txt")).await.expect(404);
    }
    ada.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202);
    let link = ada.post(format!("/api/records/{id}/access/links"), json!({"permission": "view"})).await;
    let token = link.expect(201).json()["token"].as_str().unwrap().to_owned();
    for set in ["files", "media-files"] {
        let file = format!("/records/{id}/{set}/a.txt");
        for who in [site.nobody(), eve.clone()] {
            who.get(&file).await.expect(403);
        }
        assert_eq!(ada.get(&file).await.expect(200).text(), "a file");
        let shared = site.nobody().get(format!("{file}?token={token}")).await.expect(200);
        assert_eq!((shared.text().as_str(), shared.header("cache-control")), ("a file", "no-cache"));
    }
    let because = json!({"removal_reason": {"id": "spam"}});
    site.admin().send("DELETE", format!("/api/records/{id}/delete"), because).await.expect(204);
    ada.get(format!("/records/{id}/files/a.txt")).await.expect(410);
}
