//! `"draft_files.delete_all"` and `"draft_media_files.delete_all"`

use serde_json::json;

use super::with_files;
use crate::support::files;

#[tokio::test]
async fn a_few_files_go_at_once_and_many_in_the_background() {
    let (site, ada, list) = with_files().await;
    for many in [3, 150] {
        for first in (0..many).step_by(50) {
            let names: Vec<_> =
                (first..many.min(first + 50)).map(|at| json!({"key": format!("f{at}")})).collect();
            ada.post(&list, json!(names)).await.expect(201);
        }
        files::send(&ada, &list, "kept.txt", b"bytes").await;
        for user in [site.nobody(), site.user(&format!("eve{many}")).await] {
            user.delete(&list).await.expect(403);
        }
        ada.delete(&list).await.expect(204);
        ada.delete(&list).await.expect(204);
        assert_eq!(ada.get(&list).await.json()["entries"], json!([]));
        site.settle().await;
        let objects = site.system.shared.ports.objects.home().unwrap().list("files/", None).await.unwrap();
        assert_eq!(objects.objects, [], "nothing is left");
    }
    files::send(&ada, &list, "again.txt", b"bytes").await;
    ada.post(list.replace("/files", "/actions/publish"), ()).await.expect(202);
}
