//! `POST /api/records/{id}/quota`: `records.set_quota`

use serde_json::{Value, json};

use super::site;
use crate::{
    drafts::path,
    support::{
        User,
        files::{self, sender},
        minimal,
    },
};

/// A draft of both sets of files, by its id.
async fn draft(ada: &User) -> String {
    let mut body = files::with_files();
    body["media_files"] = json!({"enabled": true});
    let draft = ada.post("/api/records", body).await.expect(201).json();
    draft["id"].as_str().unwrap().to_owned()
}

fn of(quota_size: u64, max_file_size: u64) -> Value {
    json!({"quota_size": quota_size, "max_file_size": max_file_size, "notes": "A telescope."})
}

/// Starts a file of so many bytes; what is said if it is refused.
async fn start(ada: &User, list: &str, key: &str, size: u64) -> Option<String> {
    let answer = ada.post(list, json!([{"key": key, "size": size}])).await;
    (answer.status != 201).then(|| answer.expect(400).json()["message"].as_str().unwrap().to_owned())
}

const FULL: &str = "Bucket quota exceeded.";
const LARGE: &str = "Maximum file size exceeded.";

#[tokio::test]
async fn administrators_say_what_both_sets_of_a_draft_may_come_to() {
    let (site, ada) = site().await;
    let id = draft(&ada).await;
    let (this, quota) = (format!("/api/records/{id}/draft"), format!("/api/records/{id}/quota"));
    for who in [site.nobody(), site.user("eve").await, ada.clone()] {
        who.post(&quota, of(100, 60)).await.expect(403);
        who.post(&quota, json!({})).await.expect(403);
    }
    assert_eq!(site.admin().post(&quota, of(100, 60)).await.expect(200).json(), json!({}));
    for set in ["files", "media-files"] {
        let list = format!("{this}/{set}");
        assert_eq!(start(&ada, &list, "a", 61).await.as_deref(), Some(LARGE));
        assert_eq!(start(&ada, &list, "a", 60).await, None);
        assert_eq!(start(&ada, &list, "b", 41).await.as_deref(), Some(FULL));
        assert_eq!(start(&ada, &list, "b", 39).await, None);
        // What was not declared counts when it comes, and when it is committed.
        ada.post(&list, json!([{"key": "c"}])).await.expect(201);
        let content = format!("{list}/c/content");
        for (size, message) in [(61, LARGE), (2, FULL)] {
            let refused = sender(&ada).put(&content, vec![0; size]).await.expect(400).json();
            assert_eq!(refused["message"], message);
        }
        sender(&ada).put(&content, "1").await.expect(200);
        ada.post(format!("{list}/c/commit"), ()).await.expect(200);
    }
    site.admin().post(&quota, of(200, 100)).await.expect(200);
    for set in ["files", "media-files"] {
        let list = format!("{this}/{set}");
        assert_eq!(start(&ada, &list, "d", 100).await, None);
        assert_eq!(start(&ada, &list, "e", 1).await.as_deref(), Some(FULL));
    }
    // What is there stays there, and may be taken out; what was begun is measured anew.
    site.admin().post(&quota, of(10, 5)).await.expect(200);
    for set in ["files", "media-files"] {
        let list = format!("{this}/{set}");
        let refused = sender(&ada).put(format!("{list}/a/content"), vec![0; 60]).await.expect(400).json();
        assert_eq!(refused["message"], LARGE);
        ada.get(format!("{list}/c/content")).await.expect(200);
        ada.delete(format!("{list}/d")).await.expect(204);
        assert_eq!(start(&ada, &list, "d", 1).await.as_deref(), Some(FULL));
        ada.delete(&list).await.expect(204);
        assert_eq!(start(&ada, &list, "d", 5).await, None);
    }
    let shown = ada.get(&this).await.expect(200).json();
    for part in [&shown, &shown["files"], &shown["media_files"], &shown["parent"]] {
        assert_eq!(part.get("quota"), None, "{part}");
    }
    site.settle().await;
}

#[tokio::test]
async fn all_later_versions_have_the_quota_of_their_record() {
    let (site, ada) = site().await;
    let id = draft(&ada).await;
    let quota = format!("/api/records/{id}/quota");
    files::send(&ada, &format!("/api/records/{id}/draft/files"), "a", &[0; 30]).await;
    files::send(&ada, &format!("/api/records/{id}/draft/media-files"), "a", &[0; 30]).await;
    site.admin().post(&quota, of(40, 30)).await.expect(200);
    let record = ada.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202).json();
    // Without a draft there is nothing whose quota it would be.
    let missing = site.admin().post(&quota, of(50, 30)).await.expect(404).json();
    assert_eq!(missing["message"], "Not found.");
    site.admin().post("/api/records/zzzzz-zzzzz/quota", of(50, 30)).await.expect(404);

    // An edit changes media files.
    ada.post(format!("/api/records/{id}/draft"), ()).await.expect(201);
    let media = format!("/api/records/{id}/draft/media-files");
    assert_eq!(start(&ada, &media, "b", 11).await.as_deref(), Some(FULL));
    site.admin().post(&quota, of(45, 30)).await.expect(200);
    assert_eq!(start(&ada, &media, "b", 11).await, None);
    ada.delete(format!("{media}/b")).await.expect(204);
    ada.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202);

    // Files that are taken over count.
    let next = ada.post(path(&record, "versions"), ()).await.expect(201).json();
    let (next, list) = (path(&next, "self"), format!("{}/files", path(&next, "self")));
    ada.post(format!("{next}/actions/files-import"), ()).await.expect(201);
    assert_eq!(start(&ada, &list, "b", 31).await.as_deref(), Some(LARGE));
    assert_eq!(start(&ada, &list, "b", 16).await.as_deref(), Some(FULL));
    assert_eq!(start(&ada, &list, "b", 15).await, None);
    site.settle().await;
}

#[tokio::test]
async fn a_quota_costs_no_operation_on_files_a_trip() {
    let (site, ada) = site().await;
    let mut trips = Vec::new();
    for with_quota in [false, true] {
        let id = draft(&ada).await;
        if with_quota {
            site.admin().post(format!("/api/records/{id}/quota"), of(100, 60)).await.expect(200);
        }
        let list = format!("/api/records/{id}/draft/files");
        ada.post(&list, json!([{"key": "first"}])).await.expect(201);
        let started = ada.post(&list, json!([{"key": "a"}])).await.expect(201);
        let sent = sender(&ada).put(format!("{list}/a/content"), "a").await.expect(200);
        let committed = ada.post(format!("{list}/a/commit"), ()).await.expect(200);
        trips.push([started, sent, committed].map(|answer| answer.header("x-cairn-trips").to_owned()));
    }
    assert_eq!(trips[0], trips[1]);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_quota_is_told() {
    let (site, ada) = site().await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let quotas = [
        format!("/api/records/{}/quota", draft["id"].as_str().unwrap()),
        format!("/api/users/{}/quota", ada.id),
    ];
    let range = "Must be greater than or equal to 0 and less than or equal to 9007199254740991.";
    let (whole, missing) = ("Not a valid integer.", "Missing data for required field.");
    for quota in quotas {
        for (body, size, file) in [
            (json!({}), missing, missing),
            (json!({"quota_size": "many", "max_file_size": [1]}), whole, whole),
            (json!({"quota_size": true, "max_file_size": 1.5}), whole, whole),
            (json!({"quota_size": -1, "max_file_size": 9_007_199_254_740_992_u64}), range, range),
            (json!({"quota_size": 18_446_744_073_709_551_615_u64, "max_file_size": 1e300}), whole, whole),
            (json!({"quota_size": null, "max_file_size": ""}), "Field may not be null.", whole),
        ] {
            let told = site.admin().post(&quota, &body).await.expect(400).errors();
            assert_eq!(told, [format!("quota_size: {size}"), format!("max_file_size: {file}")], "{body}");
        }
        let strange = json!({"quota_size": "5", "max_file_size": 5, "notes": 7, "files": 1});
        let told = site.admin().post(&quota, strange).await.expect(400).errors();
        assert_eq!(told, ["notes: Not a valid string.", "files: Unknown field."]);
        site.admin().post(&quota, json!([of(1, 1)])).await.expect(400);
        // Texts of numbers are numbers, and no room at all is room enough for empty files.
        site.admin().post(&quota, json!({"quota_size": "0", "max_file_size": 0})).await.expect(200);
    }
    let id = files::draft(&ada).await;
    let list = format!("/api/records/{id}/draft/files");
    assert_eq!(start(&ada, &list, "a", 1).await.as_deref(), Some(LARGE));
    files::send(&ada, &list, "empty", b"").await;
}
