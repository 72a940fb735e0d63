//! Files move from one storage location to another while they are read and written.

use cairn_model::{
    files::{Entry, entry},
    kinds::FILES,
    queue::LOW_PRIORITY,
};
use cairn_ports::store::Segment;
use serde_json::json;

use crate::{
    jobs::{self, done},
    support::{Extension, Site, User, files},
};

async fn with_second() -> (Site, User, String) {
    let site = Site::with(&Extension { has_second: true, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    let id = files::draft(&ada).await;
    (site, ada, format!("/api/records/{id}/draft/files"))
}

/// Every file of every set.
async fn entries(site: &Site) -> Vec<Entry> {
    let store = &site.system.shared.ports.store;
    let found = store.scan_segment(FILES, Segment::WHOLE, None, 1_000).await.unwrap();
    found.items.into_iter().filter_map(|item| entry(&item.into()).unwrap()).collect()
}

/// How many objects hold files in a location.
async fn objects(site: &Site, location: &str) -> usize {
    let objects = site.system.shared.ports.objects.get(location).unwrap();
    objects.list("files/", None).await.unwrap().objects.len()
}

fn content(at: usize) -> Vec<u8> {
    format!("content of {at}").into_bytes()
}

/// Everybody reads what was sent, wherever it lies.
async fn read_all(ada: &User, list: &str, count: usize) {
    for at in 0..count {
        assert_eq!(ada.get(format!("{list}/f{at:03}/content")).await.expect(200).body, content(at), "{at}");
    }
}

/// One step, or whatever else waits on the queue.
async fn one_step(site: &Site) {
    site.system.relay().await.unwrap();
    site.poll(&LOW_PRIORITY).await;
}

#[tokio::test]
async fn files_move_while_they_are_read_and_written_and_a_run_that_was_stopped_goes_on() {
    let (site, ada, list) = with_second().await;
    for at in 0..130 {
        files::send(&ada, &list, &format!("f{at:03}"), &content(at)).await;
    }
    let parts = json!({"type": "M", "parts": 2, "part_size": 5_242_880});
    ada.post(&list, json!([{"key": "later", "size": 5_242_881, "transfer": parts}])).await.expect(201);
    site.settle().await;
    let args = json!({"from": "objects", "to": "second"});
    let run = jobs::run(&site, &jobs::job(&site, "migrate_files", args.clone()).await).await;
    while objects(&site, "second").await == 0 {
        one_step(&site).await;
    }
    site.admin().post(&run["links"]["stop"], ()).await.expect(202);
    site.settle().await;
    assert_eq!(jobs::now(&site, &run).await["status"], "CANCELLED");
    let moved = entries(&site).await.iter().filter(|entry| entry.object.location == "second").count();
    assert!((90..120).contains(&moved), "one step of it: {moved}");
    files::send(&ada, &list, "f130", &content(130)).await;
    read_all(&ada, &list, 131).await;
    site.admin().post(&run["links"]["retry"], ()).await.expect(202);
    // What is sent while the run goes on comes to the old location, and is read.
    one_step(&site).await;
    files::send(&ada, &list, "f131", &content(131)).await;
    read_all(&ada, &list, 132).await;
    site.settle().await;
    let ended = jobs::now(&site, &run).await;
    assert_eq!(ended["status"], "SUCCESS", "{ended}");
    let logs = site.admin().get(format!("/api/logs/jobs?q={}", run["id"].as_str().unwrap())).await.text();
    assert!(logs.contains("1 files are still being sent"), "{logs}");
    done(&site, "migrate_files", args).await;
    for entry in entries(&site).await.iter().filter(|entry| entry.is_complete()) {
        assert_eq!(entry.object.location, "second", "{}", entry.key);
    }
    read_all(&ada, &list, 132).await;
    assert_eq!((objects(&site, "objects").await, objects(&site, "second").await), (132, 132));

    // Objects are old enough to be swept, but addresses of them may still be about.
    site.clock.advance(24 * 3_600);
    done(&site, "migrate_files", json!({"from": "second", "to": "objects"})).await;
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(
        (objects(&site, "objects").await, objects(&site, "second").await),
        (132, 132),
        "one version each"
    );
    site.clock.advance(3_601);
    done(&site, "sweep_files", json!({})).await;
    assert_eq!((objects(&site, "objects").await, objects(&site, "second").await), (132, 0));
    read_all(&ada, &list, 132).await;
    let audited = done(&site, "audit_files", json!({"days": 0})).await;
    assert_eq!(audited["errored_entries"], 0, "{audited}");
}

#[tokio::test]
async fn large_files_are_copied_in_parts() {
    let (site, ada, list) = with_second().await;
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|at| at.to_le_bytes()[at as usize % 3]).collect();
    ada.post(&list, json!([{"key": "large", "size": bytes.len()}])).await.expect(201);
    let sent = files::sender(&ada).put(format!("{list}/large/content"), bytes.clone()).await;
    assert!(sent.status < 400, "{}", sent.text());
    let file = format!("{list}/large");
    let before = ada.post(format!("{file}/commit"), ()).await.expect(200).json();
    site.settle().await;
    let moved = done(&site, "migrate_files", json!({"from": "objects", "to": "second"})).await;
    assert_eq!((&moved["status"], &moved["updated_entries"]), (&json!("SUCCESS"), &json!(1)), "{moved}");
    let entry = entries(&site).await.remove(0);
    let second = site.system.shared.ports.objects.get("second").unwrap();
    let read = second.read(&entry.object, 0..20_000_000).await.unwrap();
    assert!(read == bytes, "byte for byte");
    assert_eq!(second.uploads("files/").await.unwrap(), []);
    let after = ada.get(&file).await.expect(200).json();
    assert_eq!((&after["checksum"], &after["size"]), (&before["checksum"], &before["size"]));
    let address = ada.get(format!("{file}/content")).await.expect(302);
    assert!(address.header("location").starts_with("https://second.cairn.test/"));
}

#[tokio::test]
async fn what_is_damaged_is_reported_and_stays_where_it_is() {
    let (site, ada, list) = with_second().await;
    for at in 0..4 {
        files::send(&ada, &list, &format!("f{at:03}"), &content(at)).await;
    }
    site.settle().await;
    for (path, bytes) in super::upkeep::data_files(&site) {
        match bytes.as_slice() {
            b"content of 1" => std::fs::write(path, "Content of 1").unwrap(),
            b"content of 2" => std::fs::remove_file(path).unwrap(),
            _ => {}
        }
    }
    let moved = done(&site, "migrate_files", json!({"from": "objects", "to": "second"})).await;
    assert_eq!(
        (&moved["errored_entries"], &moved["updated_entries"], &moved["status"]),
        (&json!(2), &json!(2), &json!("PARTIAL_SUCCESS")),
        "{moved}"
    );
    let locations: Vec<_> = entries(&site).await.into_iter().map(|entry| entry.object.location).collect();
    assert_eq!(locations, ["second", "objects", "objects", "second"]);
    assert_eq!(objects(&site, "second").await, 2, "nothing of them was copied");
}

#[tokio::test]
async fn entries_that_share_their_bytes_go_with_them() {
    let (site, ada, list) = with_second().await;
    files::send(&ada, &list, "a.txt", b"shared").await;
    let draft = list.trim_end_matches("/files");
    let record = ada.post(format!("{draft}/actions/publish"), ()).await.expect(202).json();
    let next = ada.post(&record["links"]["versions"], ()).await.expect(201).json();
    let files = format!("/api/records/{}/draft/files", next["id"].as_str().unwrap());
    ada.post(&next["links"]["self"].as_str().unwrap().replace("/draft", "/draft/actions/files-import"), ())
        .await
        .expect(201);
    ada.with("content-type", "application/json")
        .put(format!("{files}/a.txt"), json!({"metadata": {"note": "mine"}}))
        .await
        .expect(200);
    site.settle().await;
    assert_eq!(entries(&site).await.len(), 2, "an entry of its own, with the bytes of the other");
    done(&site, "migrate_files", json!({"from": "objects", "to": "second"})).await;
    site.clock.advance(2 * 24 * 3_600);
    done(&site, "sweep_files", json!({})).await;
    assert_eq!((objects(&site, "objects").await, objects(&site, "second").await), (0, 1));
    for list in [files, list.replace("/draft", "")] {
        assert_eq!(ada.get(format!("{list}/a.txt/content")).await.expect(200).body, b"shared");
    }
}

#[tokio::test]
async fn a_location_that_is_not_there_fails_the_run() {
    let (site, _, _) = with_second().await;
    for args in [json!({"from": "objects", "to": "third"}), json!({"from": "second", "to": "second"})] {
        let failed = done(&site, "migrate_files", args).await;
        assert_eq!(failed["status"], "FAILED");
        assert_eq!(failed["message"], "`from` and `to` are two of: objects, second");
    }
}
