//! A quota that changes while a file is on its way: between what an operation reads and what it commits.

use cairn_model::kinds::FILES;
use serde_json::json;

use crate::{
    meanwhile::{Meanwhile, Moment},
    support::{Site, User, files},
};

/// A draft of both sets, and what happens while they change.
struct Scene {
    site: Site,
    ada: User,
    id: String,
    meanwhile: Meanwhile,
}

impl Scene {
    async fn set() -> Self {
        let (site, meanwhile) = Meanwhile::at(Moment::Commit(|key| key.table == FILES)).await;
        let ada = site.user("ada").await;
        let mut body = files::with_files();
        body["media_files"] = json!({"enabled": true});
        let draft = ada.post("/api/records", body).await.expect(201).json();
        let id = draft["id"].as_str().unwrap().to_owned();
        Self { site, ada, id, meanwhile }
    }

    /// Has the quota changed before the next change of a set is committed.
    fn change(&self, quota_size: u64, max_file_size: u64) {
        let (admin, quota) = (self.site.admin(), format!("/api/records/{}/quota", self.id));
        self.meanwhile.set(async move {
            let body = json!({"quota_size": quota_size, "max_file_size": max_file_size});
            admin.post(quota, body).await.expect(200);
        });
    }
}

#[tokio::test]
async fn what_is_started_while_the_quota_changes_is_measured_by_the_new_one() {
    for set in ["files", "media-files"] {
        let scene = Scene::set().await;
        let (ada, list) = (&scene.ada, format!("/api/records/{}/draft/{set}", scene.id));
        // The first file of a set has no counters to go by.
        scene.change(5_000, 5_000);
        let refused = ada.post(&list, json!([{"key": "a", "size": 5_001}])).await.expect(400).json();
        assert_eq!(refused["message"], "Maximum file size exceeded.");
        scene.change(6_000, 5_000);
        ada.post(&list, json!([{"key": "a", "size": 4_000}])).await.expect(201);
        scene.change(5_000, 5_000);
        let refused = ada.post(&list, json!([{"key": "b", "size": 2_000}])).await.expect(400).json();
        assert_eq!(refused["message"], "Bucket quota exceeded.");
        // What is too much by the old one is not refused by it.
        scene.change(9_000, 5_000);
        ada.post(&list, json!([{"key": "b", "size": 5_000}])).await.expect(201);
        scene.site.settle().await;
    }
}

#[tokio::test]
async fn what_is_committed_while_the_quota_changes_is_measured_by_the_new_one() {
    for set in ["files", "media-files"] {
        let scene = Scene::set().await;
        let (ada, list) = (&scene.ada, format!("/api/records/{}/draft/{set}", scene.id));
        ada.post(&list, json!([{"key": "a"}])).await.expect(201);
        files::sender(ada).put(format!("{list}/a/content"), vec![0; 2_000]).await.expect(200);
        for (quota, message) in
            [((3_000, 1_999), "Maximum file size exceeded."), ((1_999, 3_000), "Bucket quota exceeded.")]
        {
            let wide = json!({"quota_size": 9_000, "max_file_size": 9_000});
            let of_record = format!("/api/records/{}/quota", scene.id);
            scene.site.admin().post(of_record, wide).await.expect(200);
            scene.change(quota.0, quota.1);
            let refused = ada.post(format!("{list}/a/commit"), ()).await.expect(400).json();
            assert_eq!(refused["message"], message);
        }
        scene.change(2_000, 2_000);
        ada.post(format!("{list}/a/commit"), ()).await.expect(200);
        // What gives back is never in the way of a quota, nor that of it.
        scene.change(1, 1);
        ada.delete(format!("{list}/a")).await.expect(204);
        assert!(scene.meanwhile.is_over());
        scene.site.settle().await;
    }
}

#[tokio::test]
async fn a_draft_is_published_while_its_quota_changes() {
    let scene = Scene::set().await;
    let (ada, this) = (&scene.ada, format!("/api/records/{}/draft", scene.id));
    files::send(ada, &format!("{this}/files"), "a", b"12345").await;
    scene.change(1, 1);
    ada.post(format!("{this}/actions/publish"), ()).await.expect(202);
    let read = scene.site.nobody().get(format!("/api/records/{}/files/a/content", scene.id)).await;
    assert_eq!(read.expect(200).text(), "12345");
    scene.site.settle().await;
}
