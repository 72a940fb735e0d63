//! Versions, delete markers, and the files that go.

use super::{ALL, Action, Signing, Stand, signed};

#[tokio::test]
async fn every_put_makes_a_version() {
    let stand = Stand::open();
    let first = stand.put("a", b"1").await.header("x-amz-version-id").to_owned();
    let second = stand.put("a", b"2").await.header("x-amz-version-id").to_owned();
    assert_ne!(first, second);
    assert_eq!(stand.get("a").await.text(), "2");
    assert_eq!(stand.get(&format!("a?versionId={first}")).await.text(), "1");
    assert_eq!(stand.head(&format!("a?versionId={second}")).await.header("x-amz-version-id"), second);
    assert_eq!(stand.get("a?versionId=none").await.refused(), (404, "NoSuchVersion"));
    assert_eq!(stand.get(&format!("b?versionId={first}")).await.refused(), (404, "NoSuchVersion"));
}

#[tokio::test]
async fn a_deleted_object_is_marked_and_can_be_had_back() {
    let stand = Stand::open();
    let version = stand.put("a", b"1").await.header("x-amz-version-id").to_owned();
    let marker = stand.delete("a").await.ok();
    assert_eq!((marker.status.as_u16(), marker.header("x-amz-delete-marker")), (204, "true"));
    let marker = marker.header("x-amz-version-id").to_owned();
    let gone = stand.get("a").await;
    assert_eq!((gone.refused(), gone.header("x-amz-delete-marker")), ((404, "NoSuchKey"), "true"));
    let refused = stand.get(&format!("a?versionId={marker}")).await;
    assert_eq!((refused.refused(), refused.header("allow")), ((405, "MethodNotAllowed"), "DELETE"));
    assert_eq!(stand.head("a").await.status.as_u16(), 404);
    assert_eq!(stand.get(&format!("a?versionId={version}")).await.text(), "1");
    let removed = stand.delete(&format!("a?versionId={marker}")).await.ok();
    assert_eq!(removed.header("x-amz-delete-marker"), "true");
    assert_eq!(stand.get("a").await.text(), "1");
}

#[tokio::test]
async fn a_version_goes_with_its_file_and_the_one_before_is_the_latest() {
    let stand = Stand::open();
    stand.put("a", b"1").await;
    let second = stand.put("a", b"2").await.header("x-amz-version-id").to_owned();
    assert_eq!(stand.files().len(), 2);
    for _ in 0..2 {
        assert_eq!(stand.delete(&format!("a?versionId={second}")).await.status.as_u16(), 204);
    }
    assert_eq!(stand.files().len(), 1);
    assert_eq!(stand.get("a").await.text(), "1");
}

#[tokio::test]
async fn what_never_was_can_be_deleted() {
    let stand = Stand::open();
    assert_eq!(stand.delete("a").await.header("x-amz-delete-marker"), "true");
    assert_eq!(stand.delete("b?versionId=none").await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_deletion_can_have_a_condition() {
    let stand = Stand::open();
    let etag = stand.put("a", b"1").await.header("etag").to_owned();
    let refused = stand.call("DELETE", "/site/a", &[("if-match", "\"other\"")], b"").await;
    assert_eq!(refused.refused(), (412, "PreconditionFailed"));
    stand.call("DELETE", "/site/a", &[("if-match", &etag)], b"").await.ok();
}

#[tokio::test]
async fn many_are_deleted_at_once_each_by_its_right() {
    let stand = Stand::open();
    let version = stand.put("mine/a", b"1").await.header("x-amz-version-id").to_owned();
    stand.put("mine/b", b"1").await;
    stand.put("theirs/a", b"1").await;
    stand.grant(Action::Delete, "mine/");
    let body = format!(
        "<Delete><Object><Key>mine/a</Key><VersionId>{version}</VersionId></Object>\
         <Object><Key>mine/b</Key></Object><Object><Key>theirs/a</Key></Object></Delete>"
    );
    let some = Signing { key: "some", ..ALL };
    let answer = stand.send(signed(some, "POST", "/site?delete", &[], body.as_bytes())).await.ok();
    let deleted = answer.elements("Deleted");
    assert!(
        deleted.len() == 2 && deleted[0].contains(&version) && deleted[1].contains("DeleteMarkerVersionId")
    );
    assert_eq!((answer.element("Code"), answer.elements("Error").len()), ("AccessDenied", 1));
    assert_eq!(stand.files().len(), 2);
    assert_eq!(stand.get("theirs/a").await.text(), "1");
    let quiet = "<Delete><Quiet>true</Quiet><Object><Key>mine/b</Key></Object></Delete>";
    let answer = stand.call("POST", "/site?delete", &[], quiet.as_bytes()).await.ok();
    assert!(answer.elements("Deleted").is_empty());
}
