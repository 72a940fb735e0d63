//! What is left by power cuts, damage and time; arrivals, sweeping, copies of all.

use std::{fs, time::Duration};

use super::{Stand, list};
use crate::objects::{DataFile, EmbeddedS3, Standstill, check, copy_ahead};

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let stand = Stand::open();
    stand.put("a", b"x").await;
    let begun = stand.call("POST", "/site/b?uploads", &[], b"").await.ok();
    let id = begun.element("UploadId");
    stand.call("PUT", &format!("/site/b?partNumber=1&uploadId={id}"), &[], b"part").await.ok();
    fs::write(stand.folder.path().join("tmp").join("left"), b"half").unwrap();
    let stand = stand.reopen();
    assert_eq!(stand.get("a").await.text(), "x");
    assert_eq!(stand.get(&format!("b?uploadId={id}")).await.elements("Part").len(), 1);
    assert!(list(stand.folder.path().join("tmp")).is_empty());
}

#[tokio::test]
async fn a_file_that_is_not_as_it_was_written_is_no_answer() {
    let stand = Stand::open();
    stand.put("a", b"hello").await;
    let file = stand.files().remove(0);
    let truncate = || fs::write(&file, b"hell").unwrap();
    for damage in [&truncate as &dyn Fn(), &|| fs::remove_file(&file).unwrap()] {
        damage();
        assert_eq!(stand.get("a").await.refused(), (500, "InternalError"));
        assert_eq!(stand.head("a").await.status.as_u16(), 500);
        assert!(check(stand.folder.path()).unwrap_err().to_string().contains("is not whole"));
    }
    fs::write(&file, b"hello").unwrap();
    assert_eq!(check(stand.folder.path()).unwrap().len(), 1);
    assert_eq!(stand.get("a").await.text(), "hello");
}

#[tokio::test]
async fn a_sweep_removes_what_nothing_names_and_is_old() {
    let stand = Stand::open();
    stand.put("a", b"x").await;
    let orphan = stand.folder.path().join("data/00/00112233445566778899aabbccddeeff");
    fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    fs::write(&orphan, b"left").unwrap();
    // The files are as old as the machine's clock says, and the storage's stands at another time.
    let since = (cairn_ports::Clock::now(&cairn_ports::clock::SystemClock).seconds()
        - cairn_ports::Clock::now(stand.clock.as_ref()).seconds())
    .max(0);
    stand.clock.advance(since + 100);
    assert_eq!(stand.s3.sweep(Duration::from_secs(10_000)).await.unwrap(), 0);
    assert_eq!(stand.s3.sweep(Duration::from_secs(10)).await.unwrap(), 1);
    assert!(!orphan.exists());
    assert_eq!(stand.get("a").await.text(), "x");
}

#[tokio::test]
async fn announced_objects_wait_until_they_are_handed_over() {
    let stand = Stand::open();
    let mut arrived = stand.s3.arrived();
    stand.put("out/a", b"x").await;
    assert!(!arrived.has_changed().unwrap());
    let put = stand.put("in/a", b"hello").await;
    arrived.changed().await.unwrap();
    stand.put("in/a", b"hello!").await;
    let copy = [("x-amz-copy-source", "/site/out/a")];
    stand.call("PUT", "/site/in/b", &copy, b"").await.ok();
    let stand = stand.reopen();
    let arrivals = stand.s3.arrivals(10).await.unwrap();
    let told: Vec<_> = arrivals.iter().map(|arrival| (arrival.key.as_str(), arrival.size)).collect();
    assert_eq!(told, [("in/a", 5), ("in/a", 6), ("in/b", 1)]);
    let first = &arrivals[0];
    assert_eq!((first.bucket.as_str(), first.etag.as_str()), ("site", "5d41402abc4b2a76b9719d911017c592"));
    assert_eq!(first.version, put.header("x-amz-version-id"));
    assert!(arrivals[0].sequencer < arrivals[1].sequencer);
    stand.s3.forget_arrivals(&[arrivals[0].id, arrivals[2].id]).await.unwrap();
    let left = stand.s3.arrivals(10).await.unwrap();
    assert_eq!(left, arrivals[1..2]);
}

#[tokio::test]
async fn a_copy_is_the_storage_at_one_moment() {
    let stand = Stand::open();
    let version = stand.put("a", b"hello").await.header("x-amz-version-id").to_owned();
    stand.call("PUT", "/site/b", &[("x-amz-copy-source", "/site/a")], b"").await.ok();
    let gone = stand.put("c", b"gone").await.header("x-amz-version-id").to_owned();
    let target = tempfile::tempdir().unwrap();
    let folder = target.path().join("copy");
    copy_ahead(stand.folder.path(), &folder).unwrap();
    stand.delete(&format!("c?versionId={gone}")).await.ok();
    let late = stand.put("d", b"late").await.header("x-amz-version-id").to_owned();
    let still = Standstill::of(stand.folder.path()).unwrap().unwrap();
    let files = still.copy_to(&folder).unwrap();
    let mut sizes: Vec<u64> = files.iter().map(|DataFile { size, .. }| *size).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [4, 5], "a file of two copies is one, and what went before is not named");
    stand.delete(&format!("d?versionId={late}")).await.ok();
    let mut checked = check(&folder).unwrap();
    checked.sort_by(|one, other| one.path.cmp(&other.path));
    let mut files = files;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    assert_eq!(checked, files);
    let copy = EmbeddedS3::open(&folder, super::options(&stand.clock, &stand.keys)).unwrap();
    let copied = Stand { folder: target, s3: copy, clock: stand.clock.clone(), keys: stand.keys.clone() };
    assert_eq!(copied.get(&format!("a?versionId={version}")).await.text(), "hello");
    assert_eq!(copied.get("b").await.text(), "hello");
    assert_eq!(copied.get("d").await.text(), "late");
}

#[tokio::test]
async fn no_bucket_can_have_any_name() {
    let stand = Stand::open();
    let options =
        super::Options { bucket: "Not_A_Bucket".into(), ..super::options(&stand.clock, &stand.keys) };
    let folder = tempfile::tempdir().unwrap();
    assert!(EmbeddedS3::open(folder.path(), options).is_err());
}
