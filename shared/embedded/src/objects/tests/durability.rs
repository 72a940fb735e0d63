//! What is left by power cuts, damage and time; arrivals, sweeping, copies of all.

use std::{fs, time::Duration};

use super::{Stand, list};
use crate::objects::{DataFile, EmbeddedS3};

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
        let problems = stand.s3.verify().await.unwrap();
        assert_eq!((problems.len(), problems[0].file.size), (1, 5));
    }
    fs::write(&file, b"hello").unwrap();
    assert!(stand.s3.verify().await.unwrap().is_empty());
    assert_eq!(stand.get("a").await.text(), "hello");
}

#[tokio::test]
async fn a_sweep_removes_what_nothing_names_and_is_old() {
    let stand = Stand::open();
    stand.put("a", b"x").await;
    let orphan = stand.folder.path().join("data/00/00112233445566778899aabbccddeeff");
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
async fn a_backup_is_the_storage_at_one_moment() {
    let stand = Stand::open();
    let version = stand.put("a", b"hello").await.header("x-amz-version-id").to_owned();
    stand.call("PUT", "/site/b", &[("x-amz-copy-source", "/site/a")], b"").await.ok();
    let target = tempfile::tempdir().unwrap();
    let folder = target.path().join("copy");
    let backup = stand.s3.backup(&folder).await.unwrap();
    assert!(stand.s3.backup(&folder).await.is_err());
    // What is deleted meanwhile stays until the backup is done, and goes with a sweep.
    stand.delete(&format!("a?versionId={version}")).await.ok();
    let of_b = stand.head("b").await.header("x-amz-version-id").to_owned();
    stand.delete(&format!("b?versionId={of_b}")).await.ok();
    let [DataFile { path, size: 5 }] = &backup.files[..] else { panic!("{:?}", backup.files) };
    fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
    fs::copy(stand.folder.path().join(path), folder.join(path)).unwrap();
    drop(backup.hold);
    let copy = EmbeddedS3::open(&folder, super::options(&stand.clock, &stand.keys)).unwrap();
    assert!(copy.verify().await.unwrap().is_empty());
    let copied = Stand { folder: target, s3: copy, clock: stand.clock.clone(), keys: stand.keys.clone() };
    assert_eq!(copied.get(&format!("a?versionId={version}")).await.text(), "hello");
    assert_eq!(copied.get("b").await.text(), "hello");
}

#[tokio::test]
async fn no_bucket_can_have_any_name() {
    let stand = Stand::open();
    let options =
        super::Options { bucket: "Not_A_Bucket".into(), ..super::options(&stand.clock, &stand.keys) };
    let folder = tempfile::tempdir().unwrap();
    assert!(EmbeddedS3::open(folder.path(), options).is_err());
}
