//! MD5 of local files, read piece by piece.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use md5::{Digest, Md5};

/// Bytes read at a time.
const PIECE: usize = 1024 * 1024;

/// Says to a thread that nobody waits for its result any more.
#[derive(Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The MD5 of a file, in hexadecimal, with its size. It is read in a thread of its own, which ends early if the answer is
/// no longer wanted: a process that was interrupted must not read on for hours.
pub(crate) async fn md5_of(path: &Path) -> io::Result<(String, u64)> {
    let (md5, size, _) = feed(File::open(path)?).await?;
    Ok((hex_of(md5), size))
}

/// Reads what is left of a file into an MD5; tells how much it was, too, and gives the file back, read to its end.
pub(crate) async fn feed(mut file: File) -> io::Result<(Md5, u64, File)> {
    let stop = Stop::default();
    let stopped = stop.0.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let (mut md5, mut size, mut piece) = (Md5::new(), 0, vec![0; PIECE]);
        while !stopped.load(Ordering::Relaxed) {
            match file.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => {
                    md5.update(&piece[..count]);
                    size += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok((md5, size, file))
    });
    reading.await.map_err(io::Error::other)?
}

/// As checksums are written.
pub(crate) fn hex_of(md5: Md5) -> String {
    hex::encode(md5.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_has_the_md5_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(md5_of(&path).await.unwrap(), ("900150983cd24fb0d6963f7d28e17f72".into(), 3));
        assert!(md5_of(&folder.path().join("b")).await.is_err());
    }
}
