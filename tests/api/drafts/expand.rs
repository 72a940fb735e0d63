//! `?expand=true` wherever a draft or record is the answer.

use super::path;
use crate::support::{Site, minimal};
use serde_json::json;

#[tokio::test]
async fn whoever_owns_it_is_shown_on_request() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records?expand=1", minimal()).await.expect(201).json();
    let address = path(&draft, "self");
    let saved = ada.put(format!("{address}?expand=true"), minimal()).await.expect(200).json();
    let read = ada.get(format!("{address}?expand=yes")).await.expect(200).json();
    let publish = format!("{address}/actions/publish");
    ada.post(format!("{publish}?expand=maybe"), ()).await.expect(400);
    let record = ada.post(format!("{publish}?expand=1"), ()).await.expect(202).json();
    let edited = ada.post(format!("{address}?expand=1"), ()).await.expect(201).json();
    let (published, versions) = (path(&record, "self"), path(&record, "versions"));
    let refused = ada.post(format!("{versions}?expand=banana"), ()).await.expect(400);
    assert_eq!(refused.errors(), ["expand: Not a valid boolean."]);
    site.settle().await;
    let before = ada.get("/api/user/records?allversions=1").await.expect(200).json();
    assert_eq!(before["hits"]["total"], 1, "what is refused makes no version");
    let next = ada.post(format!("{versions}?expand=true"), ()).await.expect(201).json();
    let again = ada.post(format!("{versions}?expand=1"), ()).await.expect(201).json();
    for answer in [draft, saved, read, record, edited, next, again] {
        let owner = &answer["expanded"]["parent"]["access"]["owned_by"];
        assert_eq!(owner["id"], ada.id);
        assert_eq!(owner["profile"], json!({"full_name": "ada", "affiliations": ""}));
    }
    let stranger = site.user("eve").await.get(format!("{published}?expand=1")).await.expect(200).json();
    assert_eq!(stranger["expanded"]["parent"]["access"]["owned_by"]["username"], "Deleted user");
    let plain = ada.get(&address).await.expect(200).json();
    assert!(plain.get("expanded").is_none());
}
