//! What a plan makes is read back by another implementation of ZIP.

use std::io::{Read, Seek, SeekFrom};

use cairn_model::Timestamp;
use proptest::prelude::*;
use zip::ZipArchive;

use super::{Entry, Piece, Plan, names, plan};

/// 2026-11-20T22:30:34Z.
const NOW: i64 = 1_795_213_834_000_000;

/// The bytes of a planned archive, made piece by piece; files that have no content given are zeros.
struct Planned<'a> {
    plan: &'a Plan,
    contents: &'a [Vec<u8>],
    position: u64,
}

impl<'a> Planned<'a> {
    fn of(plan: &'a Plan, contents: &'a [Vec<u8>]) -> Self {
        Self { plan, contents, position: 0 }
    }

    fn part(&self, range: std::ops::Range<u64>) -> Vec<u8> {
        let mut out = Vec::new();
        for (place, part) in self.plan.slice(range) {
            let (start, end) = (usize::try_from(part.start).unwrap(), usize::try_from(part.end).unwrap());
            match &self.plan.pieces[place] {
                Piece::Bytes(bytes) => out.extend_from_slice(&bytes[start..end]),
                Piece::File(entry) => match self.contents.get(*entry) {
                    Some(content) => out.extend_from_slice(&content[start..end]),
                    None => out.resize(out.len() + end - start, 0),
                },
            }
        }
        out
    }
}

impl Read for Planned<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.part(self.position..self.position + buffer.len() as u64);
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.position += bytes.len() as u64;
        Ok(bytes.len())
    }
}

impl Seek for Planned<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            SeekFrom::Current(by) => self.position.checked_add_signed(by).unwrap(),
            SeekFrom::End(by) => self.plan.size.checked_add_signed(by).unwrap(),
        };
        Ok(self.position)
    }
}

fn entry<'a>(name: &'a str, content: &[u8]) -> Entry<'a> {
    let crc32 = crc32fast::hash(content);
    Entry { name, size: content.len() as u64, crc32, modified: Timestamp::from_micros(NOW) }
}

fn zeros(name: &str, size: u64) -> Entry<'_> {
    Entry { name, size, crc32: 0, modified: Timestamp::from_micros(NOW) }
}

fn safe(given: &[&str]) -> Vec<String> {
    names::safe(given.iter().copied())
}

#[test]
fn an_empty_archive_is_an_archive() {
    let plan = plan(&[]);
    assert_eq!(plan.size, 22);
    assert_eq!(ZipArchive::new(Planned::of(&plan, &[])).unwrap().len(), 0);
}

#[test]
fn times_are_kept_to_the_second_and_modes_let_all_read() {
    let contents = [b"inner text".to_vec()];
    let plan = plan(&[entry("dir/inner.txt", &contents[0])]);
    let mut archive = ZipArchive::new(Planned::of(&plan, &contents)).unwrap();
    let file = archive.by_index(0).unwrap();
    assert_eq!(file.last_modified().unwrap().to_string(), "2026-11-20 22:30:34");
    assert_eq!(file.unix_mode(), Some(0o100_644));
    let seconds = file.extra_data_fields().find_map(|field| match field {
        zip::ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    assert_eq!(i64::from(seconds.unwrap()), NOW / 1_000_000);
}

#[test]
fn times_that_dos_does_not_know_become_the_nearest() {
    for (year, expected) in [("1970-01-01", "1980-01-01 00:00:00"), ("2200-05-05", "2107-12-31 00:00:00")] {
        let at = format!("{year}T00:00:00Z").parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let modified = Timestamp::from_micros(at.timestamp_micros());
        let plan = plan(&[Entry { modified, ..entry("a", b"") }]);
        let mut archive = ZipArchive::new(Planned::of(&plan, &[])).unwrap();
        assert_eq!(archive.by_index(0).unwrap().last_modified().unwrap().to_string(), expected);
    }
}

#[test]
fn sizes_and_offsets_of_four_gibibytes_take_zip64_and_smaller_ones_do_not() {
    let four = 1_u64 << 32;
    for (size, is_zip64) in [(four - 2, false), (four - 1, true), (four, true), (5 << 30, true)] {
        let plan = plan(&[zeros("large.bin", size), zeros("after.bin", 3)]);
        let headers = |place: usize| match &plan.pieces[place] {
            Piece::Bytes(bytes) => bytes.clone(),
            Piece::File(_) => unreachable!("headers come before files"),
        };
        assert_eq!(headers(0)[4..6] == [45, 0], is_zip64, "{size}");
        assert_eq!(headers(2)[4..6], [10, 0], "a small file behind a large one has a small local header");
        let mut archive = ZipArchive::new(Planned::of(&plan, &[])).unwrap();
        assert_eq!(archive.by_index(0).unwrap().size(), size);
        let second = archive.by_index(1).unwrap();
        assert_eq!((second.size(), second.header_start()), (3, headers(0).len() as u64 + size));
    }
}

#[test]
fn more_entries_than_16_bits_count_take_zip64() {
    for count in [65_534, 65_535, 70_000] {
        let named: Vec<String> = (0..count).map(|number| format!("{number}.txt")).collect();
        let entries: Vec<_> = named.iter().map(|name| zeros(name, 0)).collect();
        let plan = plan(&entries);
        let Some(Piece::Bytes(end)) = plan.pieces.last() else { unreachable!("a directory comes last") };
        let has_record = end[..end.len() - 22].ends_with(&[0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(has_record, count >= 65_535, "{count}");
        let mut archive = ZipArchive::new(Planned::of(&plan, &[])).unwrap();
        assert_eq!(archive.len(), count);
        assert_eq!(archive.by_index(count - 1).unwrap().name().unwrap(), named[count - 1]);
    }
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let given = [
        "/etc/passwd",
        "../../x",
        "a/../b",
        "C:\\Windows\\x",
        "a\\..\\b",
        "nul\0byte",
        "line\nfeed",
        "",
        "/",
        "dir/",
        "a/./c",
        ".. /x",
        "a//d",
        "C:/x",
        "\u{7f}\u{85}",
        "...",
    ];
    let expected = [
        "etc/passwd",
        "__/__/x",
        "a/__/b",
        "C__Windows_x",
        "a_.._b",
        "nul_byte",
        "line_feed",
        "_",
        "_ (2)",
        "dir",
        "a/_/c",
        "___/x",
        "a/d",
        "C_/x",
        "__ (2)",
        "___ (2)",
    ];
    assert_eq!(safe(&given), expected);
}

#[test]
fn ordinary_names_stay_as_they_are() {
    let given =
        ["Müller/データ.csv", "12:30.txt", ".hidden", "a..b", "x (2).txt", "con", "a b.txt", "v1.2/x.tar.gz"];
    assert_eq!(safe(&given), given);
}

#[test]
fn names_that_become_equal_are_numbered_and_those_that_were_safe_go_first() {
    assert_eq!(
        safe(&["/a.txt", "a.txt", "//a.txt", "a (2).txt"]),
        ["a (3).txt", "a.txt", "a (4).txt", "a (2).txt"]
    );
    assert_eq!(safe(&["x/.gz", "x/.gz", "same", "same"]), ["x/.gz", "x/.gz (2)", "same", "same (2)"]);
    assert_eq!(safe(&["a", "a/b", "a/b/c"]), ["a (2)", "a/b (2)", "a/b/c"]);
}

#[test]
fn very_long_names_are_cut() {
    let long = format!("{}ü", "x/".repeat(40_000));
    let names = safe(&[&long, &long]);
    assert!(names.iter().all(|name| name.len() < 65_536 && !name.ends_with('/')));
    assert_ne!(names[0], names[1]);
}

fn files() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = prop_oneof![any::<String>(), "[a-c./\\\\:]{0,6}", "[a-z]{1,3}/[a-z]{1,8}\\.txt"];
    prop::collection::vec((name, prop::collection::vec(any::<u8>(), 0..40)), 0..12)
}

proptest! {
    #[test]
    fn another_implementation_reads_what_was_planned(files in files()) {
        let contents: Vec<Vec<u8>> = files.iter().map(|(_, content)| content.clone()).collect();
        let entries: Vec<_> = files.iter().map(|(name, content)| entry(name, content)).collect();
        let plan = plan(&entries);
        let mut archive = ZipArchive::new(Planned::of(&plan, &contents)).unwrap();
        prop_assert_eq!(archive.len(), files.len());
        let expected = safe(&files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
        for (place, content) in contents.iter().enumerate() {
            let mut file = archive.by_index(place).unwrap();
            prop_assert_eq!(file.name().unwrap(), expected[place].as_str());
            prop_assert!(file.enclosed_name().is_some());
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            prop_assert_eq!(&read, content);
        }
    }

    #[test]
    fn names_are_never_twice_and_safe_names_are_safe_again(given in prop::collection::vec("[ab./\\\\ ]{0,4}", 0..20)) {
        let names = names::safe(given.iter().map(String::as_str));
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        prop_assert_eq!(distinct.len(), names.len());
        prop_assert_eq!(&names::safe(names.iter().map(String::as_str)), &names);
    }

    #[test]
    fn every_range_is_a_slice_of_the_whole(files in files(), start in 0_u64..2_000, length in 0_u64..2_000) {
        let contents: Vec<Vec<u8>> = files.iter().map(|(_, content)| content.clone()).collect();
        let entries: Vec<_> = files.iter().map(|(name, content)| entry(name, content)).collect();
        let plan = plan(&entries);
        let planned = Planned::of(&plan, &contents);
        let whole = planned.part(0..plan.size);
        prop_assert_eq!(whole.len() as u64, plan.size);
        let within = |at: u64| usize::try_from(at.min(plan.size)).unwrap();
        let part = planned.part(start..start + length);
        prop_assert_eq!(&part[..], &whole[within(start)..within(start + length)]);
        prop_assert_eq!(planned.part(start..u64::MAX), &whole[within(start)..]);
        prop_assert!(plan.slice(start..start + length).iter().all(|(_, part)| part.start < part.end));
    }
}
