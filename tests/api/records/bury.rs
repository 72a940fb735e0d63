//! `DELETE /api/records/{id}/delete`: "records.bury"

use serde_json::{Value, json};

use super::{next_version, publish, site, titles, two_versions};
use crate::{
    drafts::path,
    support::{
        User,
        files::{send, with_files},
        minimal,
    },
};

/// What an administrator says.
fn said() -> Value {
    json!({"removal_reason": {"id": "spam", "title": {"en": "Spam"}}, "note": "An ad", "is_visible": true, "citation_text": "Deleted (2024)"})
}

/// Deletes a record.
pub(super) async fn bury(admin: &User, record: &Value) -> String {
    let address = path(record, "self");
    admin.send("DELETE", format!("{address}/delete"), said()).await.expect(204);
    address
}

#[tokio::test]
async fn a_deleted_record_leaves_a_tombstone() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Buy now", false).await;
    let address = bury(&site.admin(), &record).await;
    let answer = site.nobody().get(&address).await.expect(410).json();
    let tombstone = &answer["tombstone"];
    let keys: Vec<&String> = tombstone.as_object().unwrap().keys().collect();
    let order = ["note", "removed_by", "removal_date", "citation_text", "is_visible", "removal_reason"];
    assert_eq!(
        (&answer["message"], keys),
        (
            &json!("Record deleted"),
            order.iter().map(ToString::to_string).collect::<Vec<_>>().iter().collect()
        )
    );
    assert_eq!(tombstone["removal_reason"], json!({"id": "spam"}));
    assert_eq!(tombstone["removal_date"].as_str().unwrap().len(), 32, "a full instant");
    for who in [&ada, &site.admin(), &site.nobody().with("accept", "application/vnd.inveniordm.v1+json")] {
        assert_eq!(who.get(&address).await.expect(410).json(), answer);
    }
    for who in [&site.nobody(), &ada] {
        assert_eq!(who.get(format!("{address}?include_deleted=1")).await.expect(410).json(), answer);
    }
    let shown = site.admin().get(format!("{address}?include_deleted=1")).await.expect(200).json();
    assert_eq!(shown["deletion_status"], json!({"is_deleted": true, "status": "D"}));
    assert_eq!(shown["metadata"]["title"], "Buy now");
    assert_eq!(shown["tombstone"]["removal_reason"]["title"]["en"], "Spam");
    assert_eq!(shown["tombstone"]["removal_date"].as_str().unwrap().len(), 10, "a day");
    assert_eq!(shown["versions"]["is_latest"], true);
}

#[tokio::test]
async fn what_is_not_said_is_made_up() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Buy now", false).await;
    let address = path(&record, "self");
    site.admin().send("DELETE", format!("{address}/delete"), json!({})).await.expect(204);
    let tombstone = site.nobody().get(&address).await.expect(410).json()["tombstone"].clone();
    let cited = format!(
        "Doe, J. (2020). Buy now. Kiln Press. https://doi.org/10.5072/{}",
        record["id"].as_str().unwrap()
    );
    assert_eq!(tombstone["citation_text"], cited);
    assert_eq!((&tombstone["note"], &tombstone["is_visible"]), (&json!(""), &json!(true)));
    assert_eq!(tombstone.get("removal_reason"), None);
}

#[tokio::test]
async fn a_hidden_tombstone_is_nothing() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Buy now", false).await;
    let address = path(&record, "self");
    site.admin().send("DELETE", format!("{address}/delete"), json!({"is_visible": false})).await.expect(204);
    for who in [&site.nobody(), &ada, &site.admin()] {
        let missing = who.get(&address).await.expect(404).json();
        assert_eq!(missing, json!({"status": 404, "message": "Record not found"}));
    }
    site.admin().get(format!("{address}?include_deleted=1")).await.expect(200);
}

#[tokio::test]
async fn nothing_else_of_a_deleted_record_is_to_be_had() {
    let (site, ada) = site().await;
    let mut body = with_files();
    body["metadata"]["title"] = json!("Buy now");
    let draft = ada.post("/api/records", body).await.expect(201).json();
    send(&ada, &format!("{}/files", path(&draft, "self")), "a.txt", b"an ad").await;
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    ada.post(path(&record, "draft"), ()).await.expect(201);
    let address = bury(&site.admin(), &record).await;
    site.settle().await;
    for who in [&site.nobody(), &ada] {
        for part in
            ["", "/files", "/files/a.txt", "/files/a.txt/content", "/files-archive", "/media-files", "/views"]
        {
            who.get(format!("{address}{part}")).await.expect(410);
        }
        who.delete(&address).await.expect(410);
        for list in [
            "/api/records",
            "/api/records?allversions=true",
            "/api/records?include_deleted=true&status=D",
            "/api/user/records",
        ] {
            let found = who.get(list).await;
            assert!(!found.text().contains("Buy now"), "{list}");
        }
        let versions = who.get(format!("{address}/versions")).await.expect(200).json();
        assert_eq!(versions["hits"]["total"], 0);
        who.get(format!("{address}/versions/latest")).await.expect(301);
    }
    ada.get(format!("{address}/draft")).await.expect(404);
    ada.post(format!("{address}/draft"), ()).await.expect(403);
    ada.post(format!("{address}/versions"), ()).await.expect(403);
    ada.get(format!("{address}/access/links")).await.expect(200);
    site.admin().get(format!("{address}/files/a.txt/content")).await.expect(200);
    let found = site.admin().get("/api/records?include_deleted=true&status=D").await.expect(200).json();
    assert_eq!(titles(&found), ["Buy now"]);
    assert_eq!(site.admin().get("/api/records?status=D").await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_restricted_record_stays_so() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Quagga", true).await;
    let address = bury(&site.admin(), &record).await;
    site.nobody().get(&address).await.expect(403);
    ada.get(&address).await.expect(410);
}

#[tokio::test]
async fn the_newest_version_that_is_left_is_the_latest() {
    let (site, ada) = site().await;
    let (first, second) = two_versions(&ada, ("First", false), ("Second", false)).await;
    let third = next_version(&ada, &first, "Third", false).await;
    ada.post(path(&third, "publish"), ()).await.expect(202);
    let latest = || async {
        let answer = site.nobody().get(format!("{}/versions/latest", path(&first, "self"))).await.expect(301);
        answer.header("location").rsplit('/').next().unwrap().to_owned()
    };
    let admin = site.admin();
    bury(&admin, &json!({"links": {"self": format!("/api/records/{}", second["id"].as_str().unwrap())}}))
        .await;
    assert_eq!(json!(latest().await), third["id"]);
    bury(&admin, &json!({"links": {"self": format!("/api/records/{}", third["id"].as_str().unwrap())}}))
        .await;
    assert_eq!(json!(latest().await), first["id"]);
    site.settle().await;
    let found = site.nobody().get("/api/records").await.json();
    assert_eq!(titles(&found), ["First"]);
    assert_eq!(found["hits"]["hits"][0]["versions"]["is_latest"], true);
    bury(&admin, &first).await;
    assert_eq!(json!(latest().await), first["id"], "where none is left, each leads to itself");
    site.settle().await;
    assert_eq!(site.nobody().get("/api/records?allversions=1").await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn what_is_no_deletion_deletes_nothing() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Stays", false).await;
    let (address, admin) = (path(&record, "self"), site.admin());
    let delete = format!("{address}/delete");
    for who in [&site.nobody(), &ada] {
        who.send("DELETE", &delete, json!({"x": 1})).await.expect(403);
    }
    assert_eq!(admin.delete(&delete).await.expect(400).errors(), ["_schema: Invalid input type."]);
    let unknown = json!({"removal_reason": {"id": "nosuchreason"}});
    let refused = admin.send("DELETE", &delete, unknown).await.expect(400).json();
    assert_eq!(refused["message"], "Invalid value nosuchreason.");
    let refused = admin.send("DELETE", &delete, json!({"removal_date": "2026-01-01"})).await.expect(400);
    assert_eq!(refused.errors(), ["removal_date: Unknown field."]);
    admin.with("if-match", "17").send("DELETE", &delete, said()).await.expect(412);
    admin.send("DELETE", "/api/records/zzzzz-zzzzz/delete", said()).await.expect(404);
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let draft = format!("/api/records/{}/delete", draft["id"].as_str().unwrap());
    admin.send("DELETE", draft, said()).await.expect(404);
    site.nobody().get(&address).await.expect(200);
    admin.with("if-match", "1").send("DELETE", &delete, said()).await.expect(204);
    let again = admin.send("DELETE", &delete, said()).await.expect(400).json();
    assert_eq!(again["message"], "Record in unexpected deletion status.");
}
