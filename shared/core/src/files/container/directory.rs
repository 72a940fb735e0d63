//! The central directory: where it lies, and its records one after the other.

use std::ops::ControlFlow;

use rawzip::{ZipArchive, ZipFileHeaderRecord, ZipLocator};

use super::window::Window;
use super::{HEADER_BYTES, Problem};

/// The end record and the longest comment (APPNOTE.TXT 4.3.16): it begins nowhere before them.
const END_BYTES: u64 = 22 + 65_535;
/// What is fetched first: the end, and of most archives all of the directory.
const TAIL: u64 = 128 << 10;
/// What is fetched where the directory begins.
const BLOCK: u64 = 64 << 10;

/// An archive whose end has been read.
pub(super) type Archive<'w, 'a> = ZipArchive<&'w Window<'a>>;

/// How a walk through the directory ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walked {
    /// After the last record.
    All,
    /// Before: enough was seen, or read.
    Part,
}

/// Finds the directory. Anything may come before the archive, as in programs that extract themselves.
pub(super) async fn locate<'w, 'a>(window: &'w Window<'a>) -> Result<Archive<'w, 'a>, Problem> {
    let size = window.size();
    window.fetch(size.saturating_sub(TAIL), TAIL).await?;
    let located = window.settled(BLOCK, || {
        let mut buffer = vec![0; HEADER_BYTES];
        let locator = ZipLocator::new().max_search_space(END_BYTES);
        locator.locate_in_reader(window, &mut buffer, size).map_err(|(_, error)| error)
    });
    located.await?.map_err(|_| Problem::NotZip)
}

/// How many bytes the directory has, with the records that end it.
pub(super) fn length(archive: &Archive<'_, '_>) -> u64 {
    archive.eocd_offset().saturating_sub(archive.directory_offset())
}

/// How many entries the archive says it has, if its directory could hold that many: 46 bytes is the smallest record.
pub(super) fn declared(archive: &Archive<'_, '_>) -> u64 {
    archive.entries_hint().min(length(archive) / 46)
}

/// Shows every record to `visit`, until that has seen enough or `most` bytes have been read.
pub(super) async fn walk(
    archive: &Archive<'_, '_>,
    most: u64,
    mut visit: impl FnMut(&ZipFileHeaderRecord<'_>) -> Result<ControlFlow<()>, Problem> + Send,
) -> Result<Walked, Problem> {
    // Without entries, what comes before an archive may be taken for its directory.
    if archive.entries_hint() == 0 {
        return Ok(Walked::All);
    }
    let window = *archive.get_ref();
    let (start, end) = (archive.directory_offset(), archive.eocd_offset());
    window.go_to(start);
    let mut buffer = vec![0; HEADER_BYTES];
    let mut entries = archive.entries(&mut buffer);
    loop {
        if window.cover(end).await? - start > most {
            return Ok(Walked::Part);
        }
        match entries.next_entry()? {
            None => return Ok(Walked::All),
            Some(record) if visit(&record)?.is_break() => return Ok(Walked::Part),
            Some(_) => {}
        }
    }
}
