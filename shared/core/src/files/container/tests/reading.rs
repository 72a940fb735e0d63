//! Archives as they should be.

use futures::TryStreamExt;

use super::*;
use crate::files::container::{Content, Directory};

#[test]
fn a_list_says_what_the_central_directory_says() {
    let text = b"inner text ".repeat(50);
    let bytes =
        archive(&[("dir/", b"", STORED), ("a.txt", b"hello", STORED), ("dir/inner.txt", &text, DEFLATED)]);
    let toc_position = bytes.windows(4).position(|window| window == CENTRAL).unwrap() as u64;
    let listing = listed(bytes).unwrap();
    assert_eq!((listing.total, listing.truncated, listing.toc_position), (2, false, toc_position));
    assert_eq!(keys(&listing), ["a.txt", "dir/inner.txt"]);
    let inner = &listing.entries[1];
    assert_eq!((inner.size, inner.crc), (550, 801_680_382));
    assert!(inner.compressed_size < 50);
    assert_eq!(listing.directories, [Directory { key: "dir".into(), entries: vec!["dir/inner.txt".into()] }]);
}

#[test]
fn directories_are_listed_only_with_an_entry_of_their_own() {
    let files = [
        ("a/b/c.txt", &b""[..], STORED),
        ("a/", b"", STORED),
        ("a/d/", b"", STORED),
        ("a/e.txt", b"", STORED),
    ];
    let listing = listed(archive(&files)).unwrap();
    let directories: Vec<_> =
        listing.directories.iter().map(|one| (one.key.as_str(), one.entries.join(" "))).collect();
    assert_eq!(directories, [("a", "a/e.txt".into()), ("a/d", String::new())]);
}

#[test]
fn members_come_as_they_were_put_in() {
    let (noise, zeros) = (noise(3_000_000), vec![b'x'; 100_000]);
    let mixed = [&noise[..600_000], &zeros[..], &noise[600_000..]].concat();
    let files: [(&str, &[u8], _); 6] = [
        ("stored.bin", &noise, STORED),
        ("deflated.bin", &mixed, DEFLATED),
        ("empty stored", b"", STORED),
        ("empty deflated", b"", DEFLATED),
        ("chunk.bin", &noise[..256 << 10], DEFLATED),
        ("Müller/データ.csv", b"1,2", STORED),
    ];
    let bytes = Bytes::from(archive(&files));
    for (name, content, _) in files {
        assert!(read(bytes.clone(), name).unwrap().unwrap() == content, "{name}");
    }
    for absent in ["", "/", "stored", "Stored.bin", "./stored.bin", "stored.bin/", "Müller", "Müller/"] {
        assert!(read(bytes.clone(), absent).unwrap().is_none(), "{absent}");
    }
}

#[test]
fn a_member_of_a_large_object_costs_little_more_than_its_own_bytes() {
    let files = [("large.bin", &noise(3_000_000)[..], STORED), ("small.txt", b"small", DEFLATED)];
    let object = Object::of(archive(&files));
    assert_eq!(read_from(&object, "small.txt").unwrap().unwrap(), b"small");
    assert!(object.asked() < 150_000, "{} bytes", object.asked());
    assert_eq!(object.reads.load(Ordering::Relaxed), 2, "the end, which has the header, too, and the member");
}

#[test]
fn sizes_may_come_after_the_data() {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for name in ["a.txt", "b.txt"] {
        writer.start_file(name, SimpleFileOptions::default().compression_method(DEFLATED)).unwrap();
        writer.write_all(b"text text text text").unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.windows(4).any(|window| window == b"PK\x07\x08"), "there is a data descriptor");
    assert_eq!(read(bytes, "a.txt").unwrap().unwrap(), b"text text text text");
}

#[test]
fn archives_with_64_bits_are_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(STORED).large_file(true);
    writer.start_file("a.txt", options).unwrap();
    writer.write_all(b"large").unwrap();
    assert_eq!(read(writer.finish().unwrap().into_inner(), "a.txt").unwrap().unwrap(), b"large");

    let wide = with_64_bits(&archive(&[("a.txt", b"wide", DEFLATED)]));
    assert_eq!(listed(wide.clone()).unwrap().total, 1);
    assert_eq!(read(wide, "a.txt").unwrap().unwrap(), b"wide");

    let many = Bytes::from(numbered(70_000));
    let listing = listed(many.clone()).unwrap();
    assert_eq!((listing.entries.len(), listing.total, listing.truncated), (1_000, 70_000, true));
    let refused = read(many, "00001.txt").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The archive is beyond the limits: members of an archive with more than 10000 entries are not extracted."
    );
}

#[test]
fn comments_and_what_comes_before_an_archive_do_not_matter() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.set_comment("c".repeat(65_535)).unwrap();
    writer.start_file("a.txt", SimpleFileOptions::default().compression_method(DEFLATED)).unwrap();
    writer.write_all(b"commented").unwrap();
    let commented = writer.finish().unwrap().into_inner();
    let prefixed = [&noise(200_000)[..], &commented].concat();
    for bytes in [commented, prefixed] {
        assert_eq!(keys(&listed(bytes.clone()).unwrap()), ["a.txt"]);
        assert_eq!(read(bytes, "a.txt").unwrap().unwrap(), b"commented");
    }
    let prefixed_empty = [b"#!/bin/sh".repeat(9), archive(&[])].concat();
    assert_eq!(listed(prefixed_empty).unwrap().entries, []);
}

#[test]
fn a_list_is_truncated_only_if_something_is_left_out() {
    let listing = listed(numbered(1_000)).unwrap();
    assert_eq!((listing.entries.len(), listing.total, listing.truncated), (1_000, 1_000, false));
    let listing = listed(numbered(1_001)).unwrap();
    assert_eq!((listing.entries.len(), listing.total, listing.truncated), (1_000, 1_001, true));
}

#[test]
fn an_archive_in_an_archive_is_a_member_like_others() {
    let inner = archive(&[("deep.txt", b"deep", STORED)]);
    let outer = archive(&[("inner.zip", &inner, STORED), ("after.txt", b"", STORED)]);
    assert_eq!(keys(&listed(outer.clone()).unwrap()), ["inner.zip", "after.txt"]);
    assert_eq!(read(outer.clone(), "inner.zip").unwrap().unwrap(), inner);
    assert!(read(outer, "deep.txt").unwrap().is_none());
}

#[test]
fn contents_are_streams_that_may_be_sent_anywhere() {
    fn sendable<T: Send + 'static>(value: T) -> T {
        value
    }
    let object = Object::of(archive(&[("a.txt", b"hello", STORED)]));
    let located = block_on(sendable(Box::pin({
        let object = object.clone();
        async move { find(&*object, "a.txt").await }
    })));
    let stream = sendable(Content::into_stream(open(object, &located.unwrap().unwrap())));
    assert_eq!(block_on(stream.try_collect::<Vec<_>>()).unwrap(), [&b"hello"[..]]);
}
