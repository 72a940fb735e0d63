//! Archives that were changed at random: nothing panics, nothing costs more than the object is large.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// What is changed: archives of every kind that is read, one of them larger than what is fetched at once.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let text = b"some text ".repeat(30);
    let mixed = archive(&[("d/", b"", STORED), ("d/a.txt", &text, DEFLATED), ("b.bin", &noise(400), STORED)]);
    let mut stream = ZipWriter::new_stream(Vec::new());
    stream.start_file("s.txt", SimpleFileOptions::default().large_file(true)).unwrap();
    stream.write_all(&text).unwrap();
    let stream = stream.finish().unwrap().into_inner();
    let prefixed = [&noise(100)[..], &mixed].concat();
    let nested = archive(&[("in.zip", &mixed, STORED), ("c.txt", &text, DEFLATED)]);
    vec![with_64_bits(&mixed), mixed, stream, prefixed, nested, numbered(2_000)]
});

#[derive(Debug, Clone)]
enum Change {
    /// Overwrites one byte.
    Set(prop::sample::Index, u8),
    /// Writes a number that headers have, or a header's beginning, somewhere.
    Write(prop::sample::Index, &'static [u8]),
    /// Cuts the end off.
    Truncate(prop::sample::Index),
    /// Takes a stretch out of another archive and puts it in.
    Splice {
        from: (prop::sample::Index, prop::sample::Index),
        stretch: usize,
        to: prop::sample::Index,
        insert: bool,
    },
    /// As `Set` and `Write`, but in the last 200 bytes, where it hurts most.
    End(prop::sample::Index, &'static [u8]),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let written = || {
        prop::sample::select(vec![
            &[0xFF; 4][..],
            &[0xFF; 8],
            &[0xFF; 2],
            &[0; 4],
            &[0; 2],
            &[1, 0],
            &[8, 0],
            LOCAL,
            CENTRAL,
            END,
            b"PK\x06\x06",
            b"PK\x06\x07",
            b"PK\x07\x08",
            &[0, 0, 0, 0x80],
        ])
    };
    let splice = (index(), index(), 0_usize..300, index(), any::<bool>());
    prop_oneof![
        3 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        3 => (index(), written()).prop_map(|(at, bytes)| Change::Write(at, bytes)),
        1 => index().prop_map(Change::Truncate),
        2 => splice.prop_map(|(seed, at, stretch, to, insert)| Change::Splice { from: (seed, at), stretch, to, insert }),
        4 => (index(), written()).prop_map(|(at, bytes)| Change::End(at, bytes)),
    ]
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    let length = with.len().min(bytes.len() - at);
    bytes[at..at + length].copy_from_slice(&with[..length]);
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let length = bytes.len();
    if length == 0 {
        return;
    }
    match change {
        Change::Set(at, byte) => overwrite(bytes, at.index(length), &[*byte]),
        Change::Write(at, with) => overwrite(bytes, at.index(length), with),
        Change::End(at, with) => {
            let end = length.min(200);
            overwrite(bytes, length - end + at.index(end), with);
        }
        Change::Truncate(at) => bytes.truncate(at.index(length)),
        Change::Splice { from: (seed, at), stretch, to, insert } => {
            let other = seed.get(&SEEDS);
            let start = at.index(other.len());
            let stretch = &other[start..other.len().min(start + stretch)];
            let to = to.index(length);
            if *insert {
                bytes.splice(to..to, stretch.iter().copied());
            } else {
                overwrite(bytes, to, stretch);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_change_makes_a_reader_panic_or_read_without_bounds(
        seed in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 0..6),
    ) {
        let mut bytes = seed.get(&SEEDS).clone();
        for change in &changes {
            apply(&mut bytes, change);
        }
        let bytes = Bytes::from(bytes);
        let most = 2 * bytes.len() as u64 + (1 << 20);
        let object = Object::of(bytes.clone());
        let listing = block_on(list(&*object, MOST_LISTED));
        prop_assert!(object.asked() <= most);
        let Ok(listing) = listing else { return Ok(()) };
        prop_assert!(listing.entries.len() + listing.directories.len() <= MOST_LISTED);
        prop_assert!(listing.toc_position <= bytes.len() as u64);
        for member in listing.entries.iter().take(4) {
            let object = Object::of(bytes.clone());
            let read = read_from(&object, &member.key);
            prop_assert!(object.asked() <= most);
            prop_assert!(!matches!(read, Ok(None) | Err(Problem::Storage(_))), "what is listed is found, or refused");
        }
    }
}
