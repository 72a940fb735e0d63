//! The upload against a small repository: plain, interrupted, repeated, refused.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Patience, Upload};
use crate::commands::Ending;
use crate::commands::console::Console;
use crate::commands::fake::{Asked, Reply, cairn};
use crate::commands::options::{Access, TokenOption};
use crate::commands::transfer::site::{Site, Stored, md5, text};

const BRISK: Patience = Patience { busy: 12, broken: 3, unreachable: 12, first: Duration::from_millis(1) };
const MEBIBYTE: usize = 1024 * 1024;

struct Done {
    counts: Value,
    files: Vec<Value>,
    ending: anyhow::Result<Ending>,
}

impl Done {
    fn count(&self) -> [u64; 3] {
        ["uploaded", "already_there", "failed"].map(|name| self.counts[name].as_u64().unwrap())
    }

    fn reason(&self) -> &str {
        self.files[0]["reason"].as_str().unwrap()
    }
}

fn upload(site: &Site, folder: &Path, change: impl FnOnce(&mut Upload)) -> Done {
    upload_until(std::future::pending(), site, folder, change)
}

fn upload_until(
    stop: impl Future<Output = ()>,
    site: &Site,
    folder: &Path,
    change: impl FnOnce(&mut Upload),
) -> Done {
    let mut upload = Upload {
        record: "abcde-12345".into(),
        files: vec![folder.join(".")],
        key: None,
        part_size: 5 * MEBIBYTE as u64,
        parallel: 4,
        replace: false,
        token: TokenOption::default(),
    };
    change(&mut upload);
    let access = Access { site: site.api.url().parse().unwrap(), token: Some("secret".parse().unwrap()) };
    let (mut console, out, err) = Console::captured(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wait = Duration::from_secs(1);
    let ending = runtime.block_on(upload.run_until(stop, BRISK, wait, &access, &mut console));
    Done {
        counts: serde_json::from_str(&out.text()).unwrap_or_default(),
        files: err.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        ending,
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn quiet(_: &Asked) -> Option<Reply> {
    None
}

/// A file of three parts, of which those of these numbers have arrived.
fn begun(content: &str, arrived: &[u32]) -> Stored {
    let part = |number: u32| {
        let start = (number as usize - 1) * 5 * MEBIBYTE;
        Bytes::from(content[start..content.len().min(start + 5 * MEBIBYTE)].to_owned())
    };
    let parts = arrived.iter().map(|number| (*number, part(*number))).collect();
    let size = Some(content.len() as u64);
    Stored { part_size: Some(5 * MEBIBYTE as u64), size, parts, ..Stored::default() }
}

#[test]
fn files_of_a_folder_are_sent_committed_and_compared() {
    let site = Site::start(quiet);
    let large = text(11 * MEBIBYTE);
    let files =
        [("a.txt", "abc"), ("d/empty", ""), ("d/é b.txt", "é"), ("film.bin", large.as_str()), ("z", "z")];
    let done = upload(&site, folder(&files).path(), |_| ());
    assert_eq!(done.count(), [5, 0, 0], "{:?}", done.files);
    assert_eq!(done.ending.unwrap(), Ending::Done);
    assert_eq!(done.counts["bytes"], 11 * MEBIBYTE + 6);
    let state = site.state();
    for (key, content) in files {
        assert!(state.files[key].completed, "{key}");
        assert_eq!(md5(state.files[key].content.as_ref().unwrap()), md5(content.as_bytes()), "{key}");
    }
    assert_eq!(site.storage.requests().len(), 3);
    let told = done.files.iter().find(|file| file["key"] == "a.txt").unwrap();
    assert_eq!(told["checksum"], "md5:900150983cd24fb0d6963f7d28e17f72");
    assert!(site.api.requests().iter().all(|asked| asked.header("authorization") == "Bearer secret"));
}

#[test]
fn a_second_run_sends_nothing() {
    let site = Site::start(quiet);
    let files = folder(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")]);
    upload(&site, files.path(), |_| ());
    let before = site.asked("PUT").len();
    let done = upload(&site, files.path(), |_| ());
    assert_eq!((done.count(), site.asked("PUT").len()), ([0, 5, 0], before));
    assert_eq!(done.files[0]["outcome"], "already there");
}

#[test]
fn an_upload_goes_on_with_the_parts_that_are_missing() {
    let site = Site::start(quiet);
    let content = text(14 * MEBIBYTE);
    site.state().files.insert("film.bin".into(), begun(&content, &[1, 3]));
    let files = folder(&[("film.bin", &content)]);
    // Whatever size is asked for now, the parts are those of the first run.
    let done = upload(&site, files.path(), |upload| upload.part_size = 6 * MEBIBYTE as u64);
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
    assert_eq!(done.files[0]["outcome"], "resumed");
    assert_eq!(site.asked("PUT"), ["/film.bin/2?signature=0"]);
    assert_eq!(site.state().files["film.bin"].checksum, Some(format!("md5:{}", md5(content.as_bytes()))));
}

#[test]
fn a_small_file_that_was_begun_is_sent_again() {
    let site = Site::start(quiet);
    let checksum = Some(format!("md5:{}", md5(b"abc")));
    let same = Stored { size: Some(3), checksum, ..Stored::default() };
    let outdated = Stored { size: Some(2), ..Stored::default() };
    site.state().files.extend([("same".into(), same), ("outdated".into(), outdated)]);
    let done = upload(&site, folder(&[("same", "abc"), ("outdated", "xyz")]).path(), |_| ());
    assert_eq!(done.count(), [2, 0, 0], "{:?}", done.files);
    assert_eq!(site.asked("DELETE"), ["/api/records/abcde-12345/draft/files/outdated"]);
}

#[test]
fn another_file_of_the_same_name_stays_unless_it_is_to_be_replaced() {
    let site = Site::start(quiet);
    site.put("a", "old");
    site.put("b", "longer");
    site.state().files.insert("c".into(), begun(&text(11 * MEBIBYTE), &[1]));
    let files = folder(&[("a", "new"), ("b", "new"), ("c", "new"), ("d", "new")]);
    let done = upload(&site, files.path(), |_| ());
    assert_eq!(done.count(), [1, 0, 3]);
    assert_eq!(done.ending.unwrap(), Ending::SomeFailed);
    let failed = done.files.iter().filter(|file| file["outcome"] == "failed");
    assert!(failed.into_iter().all(|file| file["reason"].as_str().unwrap().contains("--replace")));
    let done = upload(&site, files.path(), |upload| upload.replace = true);
    assert_eq!(done.count(), [3, 1, 0], "{:?}", done.files);
    assert_eq!(site.asked("DELETE").len(), 3);
}

#[test]
fn damage_on_the_way_is_seen_by_the_checksum() {
    let site = Site::start(quiet);
    let content = text(11 * MEBIBYTE);
    let mut stored = begun(&content, &[1, 2]);
    stored.parts.insert(1, vec![b'x'; 5 * MEBIBYTE].into());
    site.state().files.insert("film.bin".into(), stored);
    let done = upload(&site, folder(&[("film.bin", &content)]).path(), |_| ());
    assert_eq!(done.count(), [0, 0, 1]);
    assert!(done.reason().contains(&md5(content.as_bytes())) && done.reason().contains("--replace"));
}

#[test]
fn a_checksum_that_takes_its_time_is_waited_for_but_not_for_ever() {
    let site = Site::start(quiet);
    let content = text(11 * MEBIBYTE);
    let late = |looks| Stored { looks, ..begun(&content, &[1, 2]) };
    site.state().files.extend([("late".into(), late(3)), ("later".into(), late(1_000))]);
    let done = upload(&site, folder(&[("late", &content), ("later", &content)]).path(), |_| ());
    assert_eq!(done.count(), [2, 0, 0], "{:?}", done.files);
    let of = |key: &str| done.files.iter().find(|file| file["key"] == key).unwrap();
    assert!(of("late")["checksum"].is_string() && of("late").get("reason").is_none());
    assert!(of("later")["reason"].as_str().unwrap().contains("still being computed"));
}

#[test]
fn one_file_fails_and_the_others_go_on() {
    let refuse = |asked: &Asked| {
        let is_bad = asked.method == "POST" && String::from_utf8_lossy(&asked.body).contains("\"bad\"");
        is_bad.then(|| Reply::json(400, &json!({"message": "Bucket quota exceeded."})))
    };
    let site = Site::start(refuse);
    let files = folder(&[("a", "1"), ("bad", "2"), ("c", "3")]);
    let done = upload(&site, files.path(), |upload| upload.files.push("/nonexistent/x".into()));
    assert_eq!(done.count(), [2, 0, 2]);
    assert_eq!(done.ending.unwrap(), Ending::SomeFailed);
    assert_eq!(done.files[0]["key"], "/nonexistent/x");
    assert!(done.files.iter().any(|file| file["reason"] == "400 Bucket quota exceeded."));
}

#[test]
fn what_breaks_is_sent_again() {
    let asked = AtomicUsize::new(0);
    let site = Site::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) % 5 {
        1 => Some(Reply::json(503, &json!({})).with("retry-after", "0")),
        2 => Some(Reply::hang_up()),
        3 => Some(Reply::json(500, &json!({}))),
        _ => None,
    });
    let content = text(11 * MEBIBYTE);
    let files = folder(&[("a", "1"), ("b", "2"), ("film.bin", &content)]);
    let done = upload(&site, files.path(), |upload| upload.parallel = 1);
    assert_eq!(done.count(), [3, 0, 0], "{:?}", done.files);
}

#[test]
fn the_answer_to_a_start_may_get_lost() {
    let started = AtomicUsize::new(0);
    let site = Site::start(quiet);
    // The name is taken, and nobody heard of it.
    let state = Stored { size: Some(1), checksum: Some(format!("md5:{}", md5(b"1"))), ..Stored::default() };
    let files = folder(&[("a", "1")]);
    site.state().files.insert("a".into(), state);
    let hidden = Site::start(move |asked| {
        let first = asked.method == "GET" && started.fetch_add(1, Ordering::SeqCst) == 0;
        first.then(|| Reply::json(200, &json!({"enabled": true, "entries": [], "links": {}})))
    });
    hidden.state().files.clone_from(&site.state().files);
    let done = upload(&hidden, files.path(), |_| ());
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
}

#[test]
fn signed_addresses_that_have_ended_are_asked_for_again_once() {
    let refused = AtomicUsize::new(0);
    let site = Site::start(move |asked| {
        let is_part = asked.path.starts_with("/film.bin/");
        (is_part && refused.fetch_add(1, Ordering::SeqCst) < 2).then(|| Reply::json(403, &Value::Null))
    });
    let content = text(11 * MEBIBYTE);
    let done = upload(&site, folder(&[("film.bin", &content)]).path(), |_| ());
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
    let site =
        Site::start(|asked| asked.path.starts_with("/film.bin/").then(|| Reply::json(403, &Value::Null)));
    let done = upload(&site, folder(&[("film.bin", &content)]).path(), |_| ());
    assert_eq!(done.count(), [0, 0, 1]);
    assert!(done.reason().contains("the object storage answered 403"), "{}", done.reason());
}

#[test]
fn an_interrupted_upload_ends_with_counts_and_goes_on_later() {
    let site = Site::start(quiet);
    let content = text(26 * MEBIBYTE);
    let files = folder(&[("film.bin", &content)]);
    let soon = async {
        while site.state().files.get("film.bin").is_none_or(|file| file.parts.len() < 2) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let done = upload_until(soon, &site, files.path(), |upload| upload.parallel = 1);
    assert!(done.ending.unwrap_err().to_string().starts_with("interrupted; running the same"));
    assert_eq!(done.counts["complete"], false);
    let before = site.storage.requests().len();
    let done = upload(&site, files.path(), |_| ());
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
    assert!(site.storage.requests().len() - before <= 4);
}

#[test]
fn a_draft_that_is_not_there_is_told_before_anything_is_read() {
    let site = Site::start(quiet);
    let done = upload(&site, folder(&[("a", "1")]).path(), |upload| upload.record = "zzzzz-99999".into());
    assert!(done.ending.unwrap_err().to_string().contains("does not exist"));
    assert_eq!(site.api.requests().len(), 1);
}

#[test]
fn people_read_a_line_for_each_file_and_counts() {
    let site = Site::start(quiet);
    let files = folder(&[("a.txt", "abc")]);
    let path = files.path().join("a.txt").display().to_string();
    let run = site.api.cairn(&["upload", "abcde-12345", &path, "--key", "d/b.txt"]);
    assert_eq!(run.err.text(), "uploaded       d/b.txt  3 B\n");
    assert!(run.out.text().contains("  uploaded              1  3 B\n"), "{}", run.out.text());
    let folder = files.path().display().to_string();
    assert!(site.api.cairn(&["upload", "abcde-12345", &folder, "--key", "x"]).is_wrong_usage());
    let nobody = ["cairn", "--data", "/nonexistent", "--token", "", "upload", "abcde-12345", "x"];
    assert!(cairn(nobody.into_iter()).is_wrong_usage());
}
