//! Archives as they should not be: each is refused with a sentence, none costs much.

use super::*;
use crate::files::container::LISTING_BYTES;

/// Two files, `a.txt` and `b.txt`.
fn two() -> Vec<u8> {
    archive(&[("a.txt", b"hello hello hello", DEFLATED), ("b.txt", b"world", STORED)])
}

fn refused(bytes: Vec<u8>, path: &str) -> String {
    read(bytes, path).unwrap_err().to_string()
}

#[test]
fn what_is_no_archive_is_refused_in_the_known_words() {
    let mut cut = two();
    cut.truncate(cut.len() - 10);
    for bytes in [Vec::new(), b"PK".to_vec(), b"hello".repeat(9), vec![0; 300_000], cut] {
        let error = listed(bytes.clone()).unwrap_err().of_file("e.zip");
        let expected = "Invalid file content for file 'e.zip': File is not a zip file.";
        assert!(matches!(&error, Error::BadRequest(sentence) if sentence == expected), "{error:?}");
        assert!(matches!(read(bytes, "a.txt"), Err(Problem::NotZip)));
    }
}

#[test]
fn damaged_directories_are_refused() {
    let mut bytes = two();
    patch(&mut bytes, CENTRAL, 1, 0, b"XX");
    assert_eq!(
        listed(bytes).unwrap_err().to_string(),
        "The archive is damaged: a header is not where it should be."
    );
}

#[test]
fn names_are_listed_and_looked_up_as_they_are() {
    let mut bytes = archive(&[("xxxxxxxxx", b"1", STORED), ("yyyyy", b"2", STORED), ("zzz", b"3", STORED)]);
    for (from, to) in [("xxxxxxxxx", "../../etc"), ("yyyyy", "/root"), ("zzz", "\0\n\u{7f}")] {
        patch(&mut bytes, from.as_bytes(), 0, 0, to.as_bytes());
        patch(&mut bytes, from.as_bytes(), 0, 0, to.as_bytes());
    }
    assert_eq!(keys(&listed(bytes.clone()).unwrap()), ["../../etc", "/root", "\0\n\u{7f}"]);
    assert_eq!(read(bytes.clone(), "../../etc").unwrap().unwrap(), b"1");
    assert_eq!(read(bytes, "\0\n\u{7f}").unwrap().unwrap(), b"3");
}

#[test]
fn of_several_members_with_one_name_the_last_is_taken() {
    let mut bytes = archive(&[("aa.txt", b"first", STORED), ("bb.txt", b"second", STORED)]);
    patch(&mut bytes, b"bb.txt", 0, 0, b"aa.txt");
    patch(&mut bytes, b"bb.txt", 0, 0, b"aa.txt");
    assert_eq!(read(bytes, "aa.txt").unwrap().unwrap(), b"second");
}

#[test]
fn encrypted_members_and_unknown_methods_are_refused_but_listed() {
    let mut bytes = two();
    patch(&mut bytes, CENTRAL, 0, 8, &[1]);
    assert_eq!(refused(bytes.clone(), "a.txt"), "The member cannot be extracted: it is encrypted.");
    assert_eq!(listed(bytes).unwrap().entries.len(), 2);
    let mut bytes = two();
    patch(&mut bytes, CENTRAL, 0, 10, &[14]);
    let expected = "The member cannot be extracted: its compression method 14 (LZMA) is not known.";
    assert_eq!(refused(bytes, "a.txt"), expected);
}

#[test]
fn members_out_of_proportion_are_refused() {
    let bytes = archive(&[("zeros", &vec![0; 1_000_000], DEFLATED)]);
    let expected =
        "The archive is beyond the limits: a member is more than 200 times larger than compressed.";
    assert_eq!(refused(bytes, "zeros"), expected);
    let mut bytes = two();
    patch(&mut bytes, CENTRAL, 0, 24, &500_000_001_u32.to_le_bytes());
    let expected =
        "The archive is beyond the limits: a member of more than 500000000 bytes is not extracted.";
    assert_eq!(refused(bytes, "a.txt"), expected);
}

#[test]
fn overlapping_entries_are_refused() {
    let expected = "The archive is damaged: its entries overlap.";
    // Both at the same place.
    let mut bytes = two();
    patch(&mut bytes, CENTRAL, 1, 42, &0_u32.to_le_bytes());
    assert_eq!(refused(bytes, "a.txt"), expected);
    // A member that goes on into the next one, and one that goes on into the directory.
    for member in 0..2 {
        let mut bytes = two();
        patch(&mut bytes, CENTRAL, member, 20, &90_u32.to_le_bytes());
        patch(&mut bytes, CENTRAL, member, 24, &90_u32.to_le_bytes());
        assert_eq!(refused(bytes, ["a.txt", "b.txt"][member]), expected);
    }
    // One whose local header is longer than the directory knows: its data would begin in the next entry.
    let mut bytes = two();
    patch(&mut bytes, LOCAL, 0, 28, &30_u16.to_le_bytes());
    assert_eq!(refused(bytes, "a.txt"), expected);
}

#[test]
fn headers_that_contradict_each_other_are_refused() {
    let expected = "The archive is damaged: the header of a member contradicts the central directory.";
    for (offset, with) in [(30, &b"x"[..]), (8, &[0]), (6, &[1])] {
        let mut bytes = two();
        patch(&mut bytes, LOCAL, 0, offset, with);
        assert_eq!(refused(bytes, "a.txt"), expected, "{offset}");
    }
    let mut bytes = two();
    patch(&mut bytes, LOCAL, 1, 0, b"XX");
    assert_eq!(refused(bytes, "b.txt"), "The archive is damaged: a header is not where it should be.");
}

#[test]
fn sizes_that_lie_stop_at_the_declared_size() {
    for (size, expected) in
        [(16_u32, "a member is larger than it says"), (18, "a member is smaller than it says")]
    {
        let mut bytes = two();
        patch(&mut bytes, CENTRAL, 0, 24, &size.to_le_bytes());
        assert_eq!(refused(bytes, "a.txt"), format!("The archive is damaged: {expected}."));
    }
    let mut bytes = two();
    patch(&mut bytes, CENTRAL, 1, 24, &4_u32.to_le_bytes());
    let expected = "The archive is damaged: a member that is not compressed has two sizes.";
    assert_eq!(refused(bytes, "b.txt"), expected);
}

#[test]
fn the_last_bytes_come_only_with_the_right_checksum() {
    let mut bytes = archive(&[("a.bin", &noise(2_500_000), STORED)]);
    patch(&mut bytes, CENTRAL, 0, 16, &[1, 2, 3, 4]);
    let object = Object::of(bytes);
    block_on(async {
        let located = find(&*object, "a.bin").await.unwrap().unwrap();
        let mut content = open(object.clone(), &located);
        assert_eq!(content.next_chunk().await.unwrap().unwrap().len(), 1 << 20);
        assert_eq!(content.next_chunk().await.unwrap().unwrap().len(), 1 << 20);
        let error = content.next_chunk().await.unwrap_err();
        assert_eq!(error.to_string(), "The archive is damaged: the checksum of a member is wrong.");
        assert!(content.next_chunk().await.unwrap().is_none());
    });
    let mut bytes = archive(&[("empty", b"", STORED)]);
    patch(&mut bytes, CENTRAL, 0, 16, &[1]);
    assert!(refused(bytes, "empty").contains("checksum"));
}

/// A directory of `count` records with names of `name` bytes and comments of `comment`.
fn directory(count: usize, name: usize, comment: usize) -> Vec<u8> {
    let mut record = [CENTRAL, &[0; 42]].concat();
    record[28..30].copy_from_slice(&u16::try_from(name).unwrap().to_le_bytes());
    record[32..34].copy_from_slice(&u16::try_from(comment).unwrap().to_le_bytes());
    record.resize(46 + name + comment, b'x');
    let mut bytes = record.repeat(count);
    let length = u32::try_from(bytes.len()).unwrap();
    bytes.extend_from_slice(&[END, &[0; 4], &[0xFF; 4], &length.to_le_bytes(), &[0; 6]].concat());
    bytes
}

#[test]
fn a_million_entries_are_listed_as_far_as_a_list_goes() {
    let object = Object::of(directory(1_000_000, 8, 0));
    let listing = block_on(list(&*object, MOST_LISTED)).unwrap();
    // The end record has 16 bits for the number, all of them set.
    assert_eq!((listing.entries.len(), listing.total, listing.truncated), (1_000, 65_535, true));
    assert!(object.asked() < 1 << 20, "{} bytes", object.asked());
}

#[test]
fn long_names_and_comments_end_a_list_early() {
    let object = Object::of(directory(2_000, 5_000, 5_000));
    let listing = block_on(list(&*object, MOST_LISTED)).unwrap();
    assert!(listing.truncated && (300..500).contains(&listing.entries.len()), "{}", listing.entries.len());
    assert!(object.asked() < LISTING_BYTES + (2 << 20), "{} bytes", object.asked());
    assert!(
        read_from(&Object::of(directory(7_000, 5_000, 5_000)), "x")
            .unwrap_err()
            .to_string()
            .contains("64 MiB")
    );
    let too_long = listed(directory(2, 40_000, 40_000)).unwrap_err();
    assert_eq!(too_long.to_string(), "The archive is beyond the limits: a header is larger than 64 KiB.");
}

struct Broken(Result<Bytes, Error>);

#[async_trait]
impl Ranges for Broken {
    async fn read(&self, _: u64, _: u64) -> Result<Bytes, Error> {
        self.0.clone()
    }

    fn size(&self) -> u64 {
        1_000
    }
}

#[test]
fn a_storage_that_fails_says_nothing_about_the_archive() {
    let failing = Broken(Err(Error::Unavailable("the storage does not answer".into())));
    let error = block_on(list(&failing, 9)).unwrap_err().of_file("a.zip");
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    let error = block_on(list(&Broken(Ok(Bytes::from_static(b"short"))), 9)).unwrap_err().of_file("a.zip");
    assert!(matches!(error, Error::Internal(_)), "{error:?}");
}
