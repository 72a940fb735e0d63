//! Finding one member, and being sure that its bytes can be given out.

use std::{
    collections::BTreeMap,
    ops::{ControlFlow, Range},
};

use rawzip::{CompressionMethod, ZipArchiveEntryWayfinder, ZipFileHeaderRecord};

use super::directory::{Archive, declared, length, locate, walk};
use super::listing::Member;
use super::window::Window;
use super::{DIRECTORY_BYTES, MEMBER_BYTES, MOST_ENTRIES, Problem, RATIO, Ranges, names};

/// Most entries that are looked for together: the header of each is read.
pub const MOST_TOGETHER: usize = 200;
/// What is fetched where a local header begins.
const BLOCK: u64 = 4 << 10;
/// The smallest local header (APPNOTE.TXT 4.3.7).
const LOCAL_HEADER: u64 = 30;

/// A member that can be given out: within the limits, apart from all others, its bytes found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// What the central directory says of it.
    pub member: Member,
    /// Where its bytes lie, compressed or not.
    pub(super) data: Range<u64>,
    /// Whether they have to be inflated.
    pub(super) deflated: bool,
}

/// What was kept of the record that has the right name.
struct Candidate {
    member: Member,
    name: Vec<u8>,
    method: CompressionMethod,
    encrypted: bool,
    header: u64,
    wayfinder: ZipArchiveEntryWayfinder,
}

/// The file that the archive knows as `path`, exactly; of several the last, as extractors leave it. `None` when there
/// is none, and for directories.
///
/// # Errors
/// [`Problem`]: the archive is none, is damaged or beyond the limits, has overlapping entries, or the member is kept
/// in a way that is not understood. After this, only its bytes themselves can still be wrong.
pub async fn find(source: &dyn Ranges, path: &str) -> Result<Option<Located>, Problem> {
    let found = search(source, |name| name == path).await?;
    Ok(found.into_values().next().flatten())
}

/// The files below a directory, by name; `None` where the archive has neither these nor the directory itself.
///
/// # Errors
/// As [`find`], of any of them; [`Problem::Beyond`] for more than [`MOST_TOGETHER`].
pub async fn find_below(source: &dyn Ranges, directory: &str) -> Result<Option<Vec<Located>>, Problem> {
    let prefix = format!("{directory}/");
    let found = search(source, |name| name.starts_with(&prefix)).await?;
    Ok((!found.is_empty()).then(|| found.into_values().flatten().collect()))
}

/// What the archive has by the names that are wanted; nothing in place of directories.
async fn search(
    source: &dyn Ranges,
    wanted: impl Fn(&str) -> bool + Send + Sync,
) -> Result<BTreeMap<String, Option<Located>>, Problem> {
    let window = Window::over(source);
    let archive = locate(&window).await?;
    if length(&archive) > DIRECTORY_BYTES {
        return Err(Problem::Beyond("its central directory is larger than 64 MiB".into()));
    }
    if declared(&archive) > MOST_ENTRIES {
        return Err(too_many());
    }
    let (mut extents, mut candidates) = (Vec::new(), BTreeMap::<String, Option<Candidate>>::new());
    let walked = walk(&archive, DIRECTORY_BYTES, |record| {
        if extents.len() as u64 >= MOST_ENTRIES {
            return Err(too_many());
        }
        extents.push(extent(record)?);
        let name = names::decoded(record.file_path().as_bytes());
        if wanted(&name) {
            let candidate = (!name.ends_with('/')).then(|| Candidate::of(record));
            candidates.insert(name.into_owned(), candidate);
            if candidates.len() > MOST_TOGETHER {
                let why = format!("a directory of more than {MOST_TOGETHER} entries is not extracted");
                return Err(Problem::Beyond(why));
            }
        }
        Ok(ControlFlow::Continue(()))
    });
    walked.await?;
    let mut found = BTreeMap::new();
    if candidates.is_empty() {
        return Ok(found);
    }
    candidates.values().flatten().try_for_each(Candidate::check)?;
    let starts = starts(extents, archive.directory_offset())?;
    for (name, candidate) in candidates {
        let located = match candidate {
            Some(candidate) => Some(candidate.locate(&window, &archive, &starts).await?),
            None => None,
        };
        found.insert(name, located);
    }
    Ok(found)
}

impl Candidate {
    fn of(record: &ZipFileHeaderRecord<'_>) -> Self {
        let flags = record.flags();
        Self {
            member: Member::of(record),
            name: record.file_path().as_bytes().to_vec(),
            method: record.compression_method(),
            encrypted: flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked(),
            header: record.local_header_offset(),
            wayfinder: record.wayfinder(),
        }
    }

    /// What the central directory says has to be understood, possible and within the limits.
    fn check(&self) -> Result<(), Problem> {
        let (size, compressed) = (self.member.size, self.member.compressed_size);
        if self.encrypted {
            return Err(Problem::Unsupported("it is encrypted".into()));
        }
        if ![CompressionMethod::STORE, CompressionMethod::DEFLATE].contains(&self.method) {
            return Err(Problem::Unsupported(format!("its compression method {} is not known", self.method)));
        }
        if size.max(compressed) > MEMBER_BYTES {
            return Err(Problem::Beyond(format!(
                "a member of more than {MEMBER_BYTES} bytes is not extracted"
            )));
        }
        if self.method == CompressionMethod::STORE && size != compressed {
            return Err(Problem::Damaged("a member that is not compressed has two sizes"));
        }
        if size > compressed * RATIO {
            return Err(Problem::Beyond(format!(
                "a member is more than {RATIO} times larger than compressed"
            )));
        }
        Ok(())
    }

    async fn locate(
        self,
        window: &Window<'_>,
        archive: &Archive<'_, '_>,
        starts: &[u64],
    ) -> Result<Located, Problem> {
        // It has to end where another begins, or the directory.
        let next = starts.partition_point(|start| *start <= self.header);
        let end = starts.get(next).copied().unwrap_or(archive.directory_offset());
        let data = self.data(window, archive, end).await?;
        let deflated = self.method == CompressionMethod::DEFLATE && self.member.compressed_size > 0;
        Ok(Located { member: self.member, data, deflated })
    }

    /// Where the bytes lie. The local header has to agree with the directory, and all to end before `end`.
    async fn data(
        &self,
        window: &Window<'_>,
        archive: &Archive<'_, '_>,
        end: u64,
    ) -> Result<Range<u64>, Problem> {
        let read = window.settled(BLOCK, || -> Result<_, rawzip::Error> {
            let entry = archive.get_entry(self.wayfinder)?;
            let mut buffer = vec![0; super::HEADER_BYTES];
            let header = entry.local_header(&mut buffer)?;
            let agrees = header.file_path().as_bytes() == self.name
                && header.compression_method() == self.method
                && !header.flags().is_encrypted();
            Ok((agrees, entry.compressed_data_range()))
        });
        let (agrees, (from, to)) = read.await??;
        if !agrees {
            return Err(Problem::Damaged("the header of a member contradicts the central directory"));
        }
        if to > end {
            return Err(overlap());
        }
        Ok(from..to)
    }
}

/// Where an entry begins, and before which byte it certainly does not end.
fn extent(record: &ZipFileHeaderRecord<'_>) -> Result<Range<u64>, Problem> {
    let start = record.local_header_offset();
    let length = record.compressed_size_hint().checked_add(LOCAL_HEADER);
    let end = length.and_then(|length| start.checked_add(length));
    end.map(|end| start..end).ok_or(Problem::Damaged("a member lies beyond its end"))
}

/// Where entries begin, and the directory, in order.
/// That no two overlap keeps small archives from being large ones (D. Fifield, *A better zip bomb*, 2019).
fn starts(mut extents: Vec<Range<u64>>, directory: u64) -> Result<Vec<u64>, Problem> {
    extents.sort_unstable_by_key(|extent| (extent.start, extent.end));
    extents.push(directory..directory);
    if extents.windows(2).any(|pair| pair[0].end > pair[1].start) {
        return Err(overlap());
    }
    Ok(extents.into_iter().map(|extent| extent.start).collect())
}

fn overlap() -> Problem {
    Problem::Damaged("its entries overlap")
}

fn too_many() -> Problem {
    Problem::Beyond(format!("members of an archive with more than {MOST_ENTRIES} entries are not extracted"))
}
