//! Many at once: of N writers with one expectation exactly one wins, and nobody gets a 5xx.

use super::{path, with_draft};
use crate::support::{Answer, Site, minimal};
use futures::future::join_all;
use serde_json::json;

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_writers_with_one_revision_one_wins() {
    let (_, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    let writer = ada.with("if-match", "1");
    let answers = join_all((0..16).map(|_| writer.put(&this, minimal()))).await;
    let mut expected = vec![412; 16];
    expected[0] = 200;
    assert_eq!(statuses(&answers), expected);
    assert_eq!(ada.get(&this).await.json()["revision_id"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_revision_the_last_writer_wins() {
    let (_, ada, draft) = with_draft().await;
    let answers = join_all((0..16).map(|_| ada.put(path(&draft, "self"), minimal()))).await;
    assert!(statuses(&answers).iter().all(|status| [200, 409].contains(status)), "{:?}", statuses(&answers));
    let wins = statuses(&answers).iter().filter(|status| **status == 200).count() as u64;
    assert_eq!(ada.get(path(&draft, "self")).await.json()["revision_id"], 1 + wins);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_publishers_one_publishes() {
    let (site, ada, draft) = with_draft().await;
    let answers = join_all((0..16).map(|_| ada.post(path(&draft, "publish"), ()))).await;
    let mut expected = vec![404; 16];
    expected[0] = 202;
    assert_eq!(statuses(&answers), expected);
    site.settle().await;
    assert_eq!(site.nobody().get("/api/records").await.json()["hits"]["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doi_is_claimed_once_however_many_publish_it_at_once() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut body = minimal();
    body["pids"] = json!({"doi": {"identifier": "10.1234/wanted", "provider": "external"}});
    let mut drafts = Vec::new();
    for _ in 0..16 {
        drafts.push(ada.post("/api/records", body.clone()).await.expect(201).json());
    }
    let answers = join_all(drafts.iter().map(|draft| ada.post(path(draft, "publish"), ()))).await;
    let mut expected = vec![400; 16];
    expected[0] = 202;
    expected.sort_unstable();
    assert_eq!(statuses(&answers), expected);
    for answer in answers.iter().filter(|answer| answer.status == 400) {
        assert_eq!(answer.errors(), ["pids.doi: doi:10.1234/wanted already exists."]);
    }
}
