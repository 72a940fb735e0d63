//! Links in place of files: started, followed by readers, looked at again and again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use cairn_ports::outbound::Method;
use serde_json::{Value, json};

use super::web::{Answers, Web};
use crate::jobs::done as run;
use crate::support::{Extension, Site, files};

/// A site with that web, and a published record of one link and one file of its own; its list of files.
async fn linked() -> (Site, Arc<Web>, String) {
    let (site, web) = Web::site().await;
    let list = record_of(&site, "https://links.test/data?key=secret").await;
    (site, web, list)
}

/// A published record of a link and of a file of its own; its list of files.
async fn record_of(site: &Site, url: &str) -> String {
    let admin = site.admin();
    let id = files::draft(&admin).await;
    let list = format!("/api/records/{id}/draft/files");
    let link = json!([{"key": "link.bin", "size": 5, "transfer": {"type": "R", "url": url}}]);
    let started = admin.post(&list, link).await.expect(201).json();
    assert_eq!(started["entries"][0]["transfer"], json!({"type": "R"}), "where it leads is not told");
    files::send(&admin, &list, "own.bin", b"own").await;
    admin.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202);
    site.settle().await;
    format!("/api/records/{id}/files")
}

/// Looks a day later; the file as its readers see it, and the run.
async fn a_day_later(site: &Site, list: &str) -> (Value, Value) {
    site.clock.advance(24 * 3_600);
    let run = run(site, "check_links", json!({})).await;
    (site.nobody().get(format!("{list}/link.bin")).await.expect(200).json(), run)
}

/// News of links that wait in the outbox or were relayed: what they tell.
async fn news(site: &Site) -> Vec<Value> {
    let day = site.system.shared.now().to_string();
    let archive = format!("archive#{}", &day[..10]);
    let page = cairn_ports::store::Page::default();
    let found =
        site.system.shared.ports.store.query(cairn_model::kinds::EVENTS, &archive, &page).await.unwrap();
    let events = found.items.iter().flat_map(|item| item.body["events"].as_array().unwrap().clone());
    events.filter(|event| event["type"] == "file.link_changed").map(|event| event["data"].clone()).collect()
}

#[tokio::test]
async fn a_link_that_fails_once_is_as_it_was_and_one_that_fails_thrice_is_broken() {
    let (site, web, list) = linked().await;
    web.answers(Answers::As(200, 5, "\"a\""));
    let (file, done) = a_day_later(&site, &list).await;
    let health = &file["transfer"]["health"];
    assert_eq!(
        (&health["state"], &health["status"], &health["size"]),
        (&json!("ok"), &json!(200), &json!(5))
    );
    assert_eq!((&done["total_entries"], &done["errored_entries"]), (&json!(1), &json!(0)), "{done}");
    assert!(!file.to_string().contains("secret"), "{file}");
    let asked = web.asked();
    assert_eq!(
        (asked.len(), asked[0].method, asked[0].url.as_str()),
        (1, Method::Head, "https://links.test/data?key=secret")
    );
    assert_eq!(news(&site).await.len(), 1);

    web.answers(Answers::As(404, 99, "\"page\""));
    for (day, expected) in (1..10).zip(["ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "broken"]) {
        let (file, done) = a_day_later(&site, &list).await;
        // A week after it was found it is due again; then every day, for it fails.
        let looked = day >= 7;
        assert_eq!(done["errored_entries"], i32::from(looked), "day {day}: {done}");
        let health = &file["transfer"]["health"];
        assert_eq!((&health["state"], &health["size"]), (&json!(expected), &json!(5)), "day {day}");
        let logs =
            site.admin().get(format!("/api/logs/jobs?q={}", done["id"].as_str().unwrap())).await.text();
        assert_eq!(logs.contains("link.bin: it answers with status 404"), looked, "{logs}");
        assert!(!logs.contains("secret"), "{logs}");
    }
    let changed = json!({"set": news(&site).await[0]["set"], "key": "link.bin", "from": "ok", "to": "broken", "status": 404, "changed": false});
    assert_eq!(news(&site).await, [changed]);
    web.answers(Answers::As(200, 5, "\"a\""));
    let (file, _) = a_day_later(&site, &list).await;
    assert_eq!(file["transfer"]["health"]["state"], "ok", "what is found is there at once");
    // Whoever follows a link is sent there, whatever is held of it.
    let followed = site.nobody().get(format!("{list}/link.bin/content")).await;
    assert_eq!((followed.status, followed.header("location")), (302, "https://links.test/data?key=secret"));
}

#[tokio::test]
async fn what_is_seen_of_a_link_becomes_what_is_held() {
    for (answers, state, status, size) in [
        (Answers::As(301, 0, ""), "moved", json!(301), json!(null)),
        (Answers::As(503, 0, ""), "unreachable", json!(503), json!(null)),
        (Answers::Silent, "unreachable", json!(null), json!(null)),
        (Answers::Ranges(206, "bytes 0-0/7"), "ok", json!(206), json!(7)),
        (Answers::Ranges(416, "bytes */0"), "ok", json!(416), json!(0)),
        (Answers::Ranges(403, ""), "broken", json!(403), json!(null)),
    ] {
        let (site, web, list) = linked().await;
        web.answers(answers.clone());
        for looks in 1..=3 {
            let (file, done) = a_day_later(&site, &list).await;
            let expected = if looks == 3 || state == "ok" { state } else { "unknown" };
            let health = &file["transfer"]["health"];
            assert_eq!(
                (&health["state"], &health["status"], &health["size"]),
                (&json!(expected), &status, &size),
                "{state}, {looks}: {done}"
            );
            assert!(!file.to_string().contains("10.9.8.7"), "{file}");
        }
        let asked = web.asked();
        if matches!(answers, Answers::Ranges(..)) {
            assert_eq!(
                (asked[1].method, &asked[1].headers),
                (Method::Get, &vec![("range", "bytes=0-0".into())])
            );
        }
    }
}

#[tokio::test]
async fn other_content_behind_a_link_is_news() {
    let (site, web, list) = linked().await;
    web.answers(Answers::As(200, 5, "\"a\""));
    a_day_later(&site, &list).await;
    web.answers(Answers::As(200, 6, "\"b\""));
    site.clock.advance(7 * 24 * 3_600);
    let (file, _) = a_day_later(&site, &list).await;
    let health = &file["transfer"]["health"];
    assert_eq!((&health["size"], &health["changed"]), (&json!(6), &health["checked"]));
    let told = news(&site).await;
    assert_eq!(
        (&told[0]["from"], &told[0]["to"], &told[0]["changed"]),
        (&json!("ok"), &json!("ok"), &json!(true))
    );
}

/// A server of this machine that serves a file of five bytes, as long as `here` says so.
#[expect(clippy::disallowed_methods, reason = "a server answers beside the test")]
async fn server(here: Arc<AtomicBool>) -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if !matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {
                continue;
            }
            let found = here.load(Ordering::Relaxed);
            let status = if found { "200 OK" } else { "410 Gone" };
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\nETag: \"5\"\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.ok();
        }
    });
    port
}

#[tokio::test]
async fn links_are_looked_at_by_the_real_client_within_its_list() {
    let here = Arc::new(AtomicBool::new(true));
    let port = server(here.clone()).await;
    let remote_hosts = Some(format!("loopback:http://127.0.0.1:{port}"));
    let site = Site::with(&Extension { remote_hosts, ..Extension::default() }).await;
    let list = record_of(&site, &format!("http://127.0.0.1:{port}/data.bin")).await;
    let (file, done) = a_day_later(&site, &list).await;
    let health = &file["transfer"]["health"];
    assert_eq!((&health["state"], &health["size"]), (&json!("ok"), &json!(5)), "{done}");
    here.store(false, Ordering::Relaxed);
    site.clock.advance(7 * 24 * 3_600);
    for expected in ["ok", "ok", "broken"] {
        let (file, _) = a_day_later(&site, &list).await;
        assert_eq!(file["transfer"]["health"]["state"], expected);
    }
}
