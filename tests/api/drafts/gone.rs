//! A draft that is discarded while another request is between its reads.

use cairn_model::kinds::RECORDS;
use cairn_ports::{Expect, Key};
use serde_json::json;

use super::{path, with_draft};
use crate::{
    meanwhile::{Meanwhile, Moment},
    support::files,
};

#[tokio::test]
async fn whoever_is_between_two_reads_of_a_discarded_draft_finds_none() {
    let (site, meanwhile) = Meanwhile::at(Moment::Read(|key| key.sort == "parent")).await;
    let ada = site.user("ada").await;
    for (method, rest, body) in [
        ("GET", "", json!(null)),
        ("PUT", "", files::with_files()),
        ("DELETE", "", json!(null)),
        ("POST", "/actions/publish", json!({})),
        ("GET", "/files", json!(null)),
        ("POST", "/files", json!([{"key": "a.txt"}])),
        ("GET", "/files/a.txt", json!(null)),
    ] {
        let draft = format!("/api/records/{}/draft", files::draft(&ada).await);
        let (owner, discarded) = (ada.clone(), draft.clone());
        meanwhile.set(async move {
            owner.delete(discarded).await.expect(204);
        });
        let address = format!("{draft}{rest}");
        let answer = if body.is_null() {
            ada.send(method, address, ()).await
        } else {
            ada.send(method, address, body).await
        };
        assert!(meanwhile.is_over(), "{method} {rest} read no parent");
        let message = answer.expect(404).json()["message"].clone();
        assert_eq!(message, "The persistent identifier does not exist.", "{method} {rest}");
    }
    site.settle().await;
    assert_eq!(ada.get("/api/user/records").await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_draft_whose_parent_alone_is_lost_is_damaged_and_not_gone() {
    let (site, ada, draft) = with_draft().await;
    let mut work = site.system.shared.work();
    work.delete(Key::new(RECORDS, draft["parent"]["id"].as_str().unwrap(), "parent"), Expect::Any);
    site.system.shared.ports.store.commit(&work).await.unwrap();
    ada.get(path(&draft, "self")).await.expect(500);
    ada.put(path(&draft, "self"), files::with_files()).await.expect(500);
}
