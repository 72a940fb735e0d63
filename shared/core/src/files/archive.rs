//! All files of a set, or of a folder, as one ZIP file: planned, so that no byte of a file is read before it is wanted.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use cairn_formats::archive::{Entry as Planned, Piece, Plan, plan};
use cairn_model::{Error, Identity, Pid, Result, files::Entry, files::media, objects::Place};
use cairn_ports::{
    Objects,
    objects::{Composed, SMALLEST_PART, Shown as Served},
};
use sha2::{Digest, Sha256};

use super::{Files, Mount, content::Counted, open::Access};

/// What keys of objects begin with that are answers too large for a function.
pub const REPLIES: &str = "replies/";
/// Largest file whose checksum is computed while somebody waits for it, in bytes.
const HASHED_AT_ONCE: u64 = 200_000_000;
/// Largest archive that a function makes while somebody waits for it, in bytes.
const MADE_AT_ONCE: u64 = 500_000_000;

/// A ZIP file that could be read.
pub struct Archive {
    /// What it is made of.
    pub plan: Plan,
    /// Tells it from others: the same files, named alike, make the same archive.
    pub tag: String,
    /// What is counted where it is fetched.
    pub(crate) counted: Option<Counted>,
    files: Vec<Entry>,
}

impl Files {
    /// The archive of the files whose names begin with `prefix`.
    ///
    /// # Errors
    /// Those of [`Files::list`]; [`Error::Forbidden`] where files are not enabled.
    pub async fn archive(&self, who: &Identity, pid: &Pid, mount: Mount, prefix: &str) -> Result<Archive> {
        let opened = self.open(who, pid, mount, Access::Read, &[]).await?;
        opened.require_enabled()?;
        let all = self.all(&opened, prefix).await?;
        let mut files: Vec<Entry> =
            all.into_iter().filter(|file| file.is_complete() && file.transfer.url.is_none()).collect();
        for file in files.iter_mut().filter(|file| file.checksums.crc32.is_none()) {
            if file.size.unwrap_or(0) > HASHED_AT_ONCE {
                return Err(Error::Unavailable(format!("the checksum of `{}` is being computed", file.key)));
            }
            file.checksums = self.digest(file).await?;
        }
        let crc = |file: &Entry| {
            u32::from_str_radix(file.checksums.crc32.as_deref().unwrap_or("0"), 16).unwrap_or(0)
        };
        let planned = |file: &Entry| (file.key.clone(), file.size.unwrap_or(0), crc(file), file.updated);
        let planned: Vec<_> = files.iter().map(planned).collect();
        let entries: Vec<Planned<'_>> = planned
            .iter()
            .map(|(name, size, crc32, modified)| Planned {
                name,
                size: *size,
                crc32: *crc32,
                modified: *modified,
            })
            .collect();
        let mut digest = Sha256::new();
        for (name, size, crc, modified) in &planned {
            digest.update(format!("{name}\0{size}\0{crc}\0{modified}\0"));
        }
        let tag = hex::encode(&digest.finalize()[..16]);
        let counted = Counted::of(&opened, &files);
        Ok(Archive { plan: plan(&entries), tag, counted, files })
    }

    /// Some bytes of an archive, in memory: callers bound the range.
    ///
    /// # Errors
    /// Those of the object storage.
    pub async fn archived(&self, archive: &Archive, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = BytesMut::new();
        for (piece, part) in archive.plan.slice(range) {
            match &archive.plan.pieces[piece] {
                Piece::Bytes(own) => bytes.extend_from_slice(&own[at(part.start)..at(part.end)]),
                Piece::File(file) => {
                    let place = &archive.files[*file].object;
                    bytes.extend_from_slice(&self.objects_at(place)?.read(place, part).await?);
                }
            }
        }
        Ok(bytes.to_vec())
    }

    /// What a gateway puts together: bytes of the archive's own, and addresses of files.
    ///
    /// # Errors
    /// Those of the object storage.
    pub async fn archive_pieces(&self, archive: &Archive, range: Range<u64>) -> Result<Vec<Composed>> {
        let mut pieces = Vec::new();
        for (piece, part) in archive.plan.slice(range) {
            pieces.push(match &archive.plan.pieces[piece] {
                Piece::Bytes(own) => {
                    Composed::Bytes(Bytes::copy_from_slice(&own[at(part.start)..at(part.end)]))
                }
                Piece::File(file) => {
                    let place = &archive.files[*file].object;
                    let shown = Served {
                        media_type: "application/octet-stream".into(),
                        disposition: "attachment".into(),
                    };
                    let address = self.objects_at(place)?.sign_get(place, &shown).await?;
                    Composed::Object { address, range: part }
                }
            });
        }
        Ok(pieces)
    }

    /// Where the archive can be fetched: it is made now, unless it was made before.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if it is too large to be made while somebody waits.
    pub async fn archive_address(&self, archive: &Archive, name: &str) -> Result<String> {
        if archive.plan.size > MADE_AT_ONCE {
            return Err(Error::BadRequest(format!(
                "Archive download is only available for records with total file size up to {MADE_AT_ONCE} bytes."
            )));
        }
        let objects = self.shared.ports.objects.home()?;
        let location = self.shared.ports.objects.default.clone();
        let place = Place { location, key: format!("{REPLIES}{}.zip", archive.tag), version: None };
        if objects.head(&place).await?.is_none() {
            self.make_archive(objects.as_ref(), archive, &place).await?;
        }
        let disposition = media::attachment(&format!("{name}.zip"));
        let shown = Served { media_type: "application/zip".into(), disposition };
        Ok(objects.sign_get(&place, &shown).await?)
    }

    /// In parts, each made in memory.
    async fn make_archive(&self, objects: &dyn Objects, archive: &Archive, place: &Place) -> Result<()> {
        let upload = objects.begin(&place.key).await?;
        let (mut parts, mut from, mut number) = (Vec::new(), 0, 1);
        while from < archive.plan.size {
            let to = archive.plan.size.min(from + 2 * SMALLEST_PART);
            let bytes = self.archived(archive, from..to).await?;
            parts.push(objects.put_part(&upload, number, bytes.into()).await?);
            (from, number) = (to, number + 1);
        }
        objects.complete(&upload, &parts).await?;
        Ok(())
    }
}

impl Archive {
    /// All its files lie in this location.
    pub fn lies_in(&self, location: &str) -> bool {
        self.files.iter().all(|file| file.object.location == location)
    }
}

/// A place within bytes that are in memory.
fn at(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
