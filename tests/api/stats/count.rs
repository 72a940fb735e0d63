//! Counting by COUNTER's rules, however often and in whatever order events come.

use cairn_core::bus::Message;
use cairn_model::{Timestamp, queue::STATS};
use cairn_ports::queue::Received;
use futures::future::join_all;

use super::{download, numbers, record, shown, site, view, waiting};
use crate::{
    drafts,
    support::{Extension, Site, files},
};

/// Advances to the next full hour, so that what follows is in one.
fn full_hour(site: &Site) {
    let seconds = site.system.shared.now().seconds();
    site.clock.advance(3_600 - seconds % 3_600);
}

#[tokio::test]
async fn a_new_record_shows_zeros_and_a_draft_shows_nothing() {
    let (site, ada, id) = site().await;
    let zeros = numbers([0, 0], [0, 0], 0.0);
    let record = site.nobody().get(format!("/api/records/{id}")).await.expect(200);
    assert_eq!(record.json()["stats"]["this_version"], zeros);
    assert_eq!(record.json()["stats"]["all_versions"], zeros);
    let text = record.text();
    let order =
        [r#""deletion_status":"#, r#""stats":{"this_version":{"views":0,"unique_views":0,"downloads":0,"#];
    assert!(text.find(order[0]).unwrap() < text.find(order[1]).unwrap(), "{text}");
    assert!(text.contains(r#""data_volume":0.0},"all_versions":{"#), "{text}");
    let draft = ada.post(format!("/api/records/{id}/draft"), ()).await.expect(201).json();
    assert!(draft.get("stats").is_none());
    let published = ada.post(drafts::path(&draft, "publish"), ()).await.expect(202).json();
    assert_eq!(published["stats"]["this_version"], zeros);
}

#[tokio::test]
async fn double_clicks_count_once_and_sessions_by_hour() {
    let (site, _ada, id) = site().await;
    full_hour(&site);
    let reader = site.nobody().from([203, 0, 113, 7]);
    // Within 30 seconds of each other: one, though the first and the last are a minute apart.
    for pause in [0, 25, 25, 25] {
        site.clock.advance(pause);
        download(&reader, &id, "a.txt").await;
        // Each is counted before the next comes.
        site.act().await;
    }
    site.clock.advance(40);
    download(&reader, &id, "a.txt").await;
    // Another file, another program, another address, another hour.
    download(&reader, &id, "b.txt").await;
    download(&reader.with("user-agent", "curl/8.14.1"), &id, "b.txt").await;
    download(&site.nobody().from([203, 0, 113, 8]), &id, "a.txt").await;
    site.clock.advance(3_600);
    download(&reader, &id, "a.txt").await;
    view(&reader, &id).await;
    site.settle().await;
    let expected = numbers([1, 1], [6, 5], 50.0);
    let stats = shown(&site, &id).await;
    assert_eq!((&stats["this_version"], &stats["all_versions"]), (&expected, &expected));
}

#[tokio::test]
async fn behind_a_network_the_address_is_what_it_says_and_elsewhere_nobody_believes_it() {
    for (at_edge, sessions) in [(true, 2), (false, 1)] {
        let site = Site::with(&Extension { at_edge, ..Extension::default() }).await;
        let ada = site.user("ada").await;
        let id = record(&site, &ada).await;
        full_hour(&site);
        let network = site.nobody().from([203, 0, 113, 7]);
        for viewer in ["192.0.2.1", "192.0.2.2"] {
            site.clock.advance(60);
            download(&network.with("x-cairn-viewer", viewer), &id, "a.txt").await;
        }
        site.settle().await;
        assert_eq!(shown(&site, &id).await["this_version"]["unique_downloads"], sessions, "{at_edge}");
    }
}

#[tokio::test]
async fn robots_looks_and_what_goes_on_are_not_counted() {
    let (site, ada, id) = site().await;
    let robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    for agent in [robot, ""] {
        let robot = site.nobody().with("user-agent", agent);
        download(&robot, &id, "a.txt").await;
        view(&robot, &id).await;
    }
    let content = format!("/api/records/{id}/files/a.txt/content");
    site.nobody().head(&content).await.expect(200);
    site.nobody().with("range", "bytes=5-").get(&content).await.expect(206);
    site.nobody().get(format!("/api/records/{id}")).await.expect(200);
    let next = ada.post(format!("/api/records/{id}/versions"), ()).await.expect(201).json();
    let list = drafts::path(&next, "files");
    files::send(&ada, &list, "c.txt", b"c").await;
    ada.get(format!("{list}/c.txt/content")).await.expect(200);
    assert!(waiting(&site).await.is_empty());
    site.settle().await;
    assert_eq!(shown(&site, &id).await["all_versions"], numbers([0, 0], [0, 0], 0.0));
}

#[tokio::test]
async fn who_signed_in_is_one_wherever_they_are() {
    let (site, ada, id) = site().await;
    full_hour(&site);
    download(&ada.from([203, 0, 113, 1]), &id, "a.txt").await;
    download(&ada.from([203, 0, 113, 2]), &id, "a.txt").await;
    download(&site.nobody().from([203, 0, 113, 1]), &id, "a.txt").await;
    site.settle().await;
    assert_eq!(shown(&site, &id).await["this_version"], numbers([0, 0], [2, 2], 20.0));
}

#[tokio::test]
async fn an_archive_is_a_download_of_each_file_in_it() {
    let (site, _ada, id) = site().await;
    full_hour(&site);
    let reader = site.nobody();
    download(&reader, &id, "a.txt").await;
    let archive = format!("/api/records/{id}/files-archive");
    reader.get(&archive).await.expect(200);
    reader.with("range", "bytes=20-").get(&archive).await.expect(206);
    reader.head(&archive).await.expect(200);
    site.clock.advance(60);
    reader.get(format!("{archive}?prefix=b")).await.expect(200);
    site.settle().await;
    // The first of `a.txt` and the archive are a double-click.
    assert_eq!(shown(&site, &id).await["this_version"], numbers([0, 0], [3, 2], 20.0));
}

#[tokio::test]
async fn all_versions_are_summed() {
    let (site, ada, id) = site().await;
    let next = ada.post(format!("/api/records/{id}/versions"), ()).await.expect(201).json();
    let second = next["id"].as_str().unwrap();
    ada.post(format!("/api/records/{second}/draft/actions/files-import"), ()).await.expect(201);
    let mut body = next.clone();
    body["metadata"]["publication_date"] = "2026-01-01".into();
    ada.put(drafts::path(&next, "self"), &body).await.expect(200);
    download(&site.nobody(), &id, "a.txt").await;
    site.settle().await;
    let published = ada.post(drafts::path(&next, "publish"), ()).await.expect(202).json();
    assert_eq!(published["stats"]["all_versions"], numbers([0, 0], [1, 1], 10.0));
    download(&site.nobody().from([203, 0, 113, 1]), second, "a.txt").await;
    site.settle().await;
    for (id, own) in [(id.as_str(), 10.0), (second, 10.0)] {
        let stats = shown(&site, id).await;
        assert_eq!(stats["this_version"], numbers([0, 0], [1, 1], own), "{id}");
        assert_eq!(stats["all_versions"], numbers([0, 0], [2, 2], 20.0), "{id}");
    }
}

/// Messages of usage events as a queue delivers them, each three times, in another order.
async fn thrice_and_shuffled(site: &Site) -> Vec<Received> {
    let bodies = waiting(site)
        .await
        .into_iter()
        .map(|event| Message { subscriber: "usage".into(), event }.body().unwrap());
    let bodies: Vec<String> = bodies.collect();
    let received = |at: usize, body: &String| Received {
        id: format!("m{at}"),
        receipt: String::new(),
        body: body.clone(),
        receives: 1,
        sent: Timestamp::from_micros(0),
        sender: String::new(),
    };
    let mut messages: Vec<Received> =
        (0..3).flat_map(|_| &bodies).enumerate().map(|(at, body)| received(at, body)).collect();
    // A fixed order that has nothing to do with the one in which things happened.
    messages.sort_by_key(|message| message.id.bytes().rev().collect::<Vec<_>>());
    messages
}

#[tokio::test]
async fn events_that_come_three_times_in_any_order_to_many_consumers_count_once() {
    let (site, ada, id) = site().await;
    let other = record(&site, &ada).await;
    full_hour(&site);
    for visitor in 0..120 {
        let reader = site.nobody().from([203, 0, 113, visitor]);
        download(&reader, &id, "a.txt").await;
        if visitor % 3 == 0 {
            view(&reader, &id).await;
            download(&reader, &other, "b.txt").await;
        }
    }
    // Double-clicks: what counts is known once both have come, whichever comes first.
    site.clock.advance(20);
    for visitor in 0..120 {
        download(&site.nobody().from([203, 0, 113, visitor]), &id, "a.txt").await;
    }
    let messages = thrice_and_shuffled(&site).await;
    assert_eq!(messages.len(), 3 * (2 * 120 + 2 * 40));
    let batches = messages.chunks(97).map(|batch| site.system.consume(&STATS, batch));
    for mut failed in join_all(batches).await {
        // Who gave up comes again.
        for _ in 0..9 {
            if failed.is_empty() {
                break;
            }
            let again: Vec<_> = messages
                .iter()
                .filter(|one| failed.iter().any(|failed| failed.id == one.id))
                .cloned()
                .collect();
            failed = site.system.consume(&STATS, &again).await;
        }
        assert_eq!(failed, []);
    }
    // The relay delivers them all once more.
    site.settle().await;
    assert_eq!(shown(&site, &id).await["this_version"], numbers([40, 40], [120, 120], 1_200.0));
    assert_eq!(shown(&site, &other).await["this_version"], numbers([0, 0], [40, 40], 200.0));
}

#[tokio::test]
async fn a_damaged_event_fails_alone() {
    let (site, _ada, id) = site().await;
    download(&site.nobody(), &id, "a.txt").await;
    let good = thrice_and_shuffled(&site).await.remove(0);
    let mut bad = good.clone();
    bad.id = "bad".into();
    bad.body = bad.body.replace("\"visitor\"", "\"nobody\"");
    let failed = site.system.consume(&STATS, &[bad, good]).await;
    let failed: Vec<_> = failed.iter().map(|failed| failed.id.as_str()).collect();
    assert_eq!(failed, ["bad"]);
    assert_eq!(shown(&site, &id).await["this_version"]["downloads"], 1);
}
