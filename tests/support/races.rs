//! Many at once: of N writers with one expectation exactly one wins, and nobody gets a 5xx. Whatever the store.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{Answer, Site, User, minimal};

/// How many at once.
const MANY: usize = 16;

/// An owner, and a draft of theirs that could be published.
async fn draft(site: &Site, name: &str) -> (User, Value) {
    let owner = site.user(name).await;
    let draft = owner.post("/api/records", minimal()).await.expect(201).json();
    (owner, draft)
}

/// Exactly one has the status `winner`, the others one of `losers`.
#[track_caller]
fn one_wins(answers: &[Answer], winner: u16, losers: &[u16]) {
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == winner).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| *status == winner || losers.contains(status)), "{statuses:?}");
}

/// Writers who expect the same revision.
pub(crate) async fn writers_with_one_revision(site: &Site) {
    let (owner, draft) = draft(site, "writers").await;
    let writer = owner.with("if-match", "1");
    let this = &draft["links"]["self"];
    let answers = join_all((0..MANY).map(|_| writer.put(this, minimal()))).await;
    one_wins(&answers, 200, &[412]);
    assert_eq!(owner.get(this).await.json()["revision_id"], 2);
}

/// Writers who expect nothing: the last one wins.
pub(crate) async fn writers_without_revision(site: &Site) {
    let (owner, draft) = draft(site, "careless").await;
    let this = &draft["links"]["self"];
    let answers = join_all((0..MANY).map(|_| owner.put(this, minimal()))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    let wins = statuses.iter().filter(|status| **status == 200).count() as u64;
    assert_eq!(owner.get(this).await.json()["revision_id"], 1 + wins);
}

/// Publishers of one draft.
pub(crate) async fn publishers(site: &Site) {
    let (owner, draft) = draft(site, "publishers").await;
    let answers = join_all((0..MANY).map(|_| owner.post(&draft["links"]["publish"], ()))).await;
    one_wins(&answers, 202, &[404, 409]);
    site.settle().await;
    assert_eq!(site.nobody().get("/api/records").await.json()["hits"]["total"], 1);
}

/// Those who discard a draft, and those who use it meanwhile.
pub(crate) async fn discarders_and_users_of_a_draft(site: &Site) {
    let owner = site.user("discards").await;
    for round in 0..6 {
        let draft = format!("/api/records/{}/draft", super::files::draft(&owner).await);
        let (draft, owner) = (&draft, &owner);
        let answers = join_all((0..MANY).map(|turn| async move {
            match (turn + round) % 8 {
                0 => owner.put(draft, super::files::with_files()).await,
                1 => owner.get(draft).await,
                2 => owner.get(format!("{draft}/files")).await,
                // There are files to come: it is not published.
                3 => owner.post(format!("{draft}/actions/publish"), ()).await,
                _ => owner.delete(draft).await,
            }
        }))
        .await;
        one_wins(&answers, 204, &[200, 400, 404]);
        owner.get(draft).await.expect(404);
    }
}

/// Publishers of records that all want one identifier.
pub(crate) async fn claims_of_an_identifier(site: &Site) {
    let owner = site.user("claims").await;
    let mut body = minimal();
    body["pids"] = json!({"doi": {"identifier": "10.1234/wanted", "provider": "external"}});
    let mut drafts = Vec::new();
    for _ in 0..MANY {
        drafts.push(owner.post("/api/records", &body).await.expect(201).json());
    }
    let answers = join_all(drafts.iter().map(|draft| owner.post(&draft["links"]["publish"], ()))).await;
    one_wins(&answers, 202, &[400]);
    for refused in answers.iter().filter(|answer| answer.status == 400) {
        assert_eq!(refused.errors(), ["pids.doi: doi:10.1234/wanted already exists."]);
    }
}

/// One request, sent many times.
pub(crate) async fn one_request_with_a_key(site: &Site) {
    let owner = site.user("repeats").await.with("idempotency-key", "all-at-once");
    let mut body = minimal();
    body["pids"] = json!({"doi": {"identifier": "10.1234/once", "provider": "external"}});
    let answers = join_all((0..MANY).map(|_| owner.post("/api/records", &body))).await;
    let mut ids: Vec<String> =
        answers.into_iter().map(|answer| answer.expect(201).json()["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let publish = format!("/api/records/{}/draft/actions/publish", ids[0].trim_matches('"'));
    let answers = join_all((0..MANY).map(|_| owner.post(&publish, ()))).await;
    let published: Vec<Value> = answers.into_iter().map(|answer| answer.expect(202).json()).collect();
    assert!(published.iter().all(|record| record["revision_id"] == 1), "published once");
}

/// Entries that all want one id.
pub(crate) async fn creators_of_an_entry(site: &Site) {
    let admin = site.admin();
    let body = json!({"id": "wanted", "name": "Wanted"});
    let answers = join_all((0..MANY).map(|_| admin.post("/api/affiliations", &body))).await;
    one_wins(&answers, 201, &[400]);
}

/// Users who all want one address.
pub(crate) async fn creators_of_a_user(site: &Site) {
    let admin = site.admin();
    let body = json!({"email": "wanted@cairn.test"});
    let answers = join_all((0..MANY).map(|_| admin.post("/api/users", &body))).await;
    one_wins(&answers, 201, &[400]);
}
