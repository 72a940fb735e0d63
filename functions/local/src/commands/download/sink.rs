//! A file that is being written: bytes are hashed as they come, in a thread beside the network.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use md5::{Digest, Md5};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::commands::transfer::{feed, hex_of};

/// Pieces that wait for the disk.
const WAITING: usize = 16;

/// An open file.
pub(super) struct Sink {
    path: PathBuf,
    length: u64,
    sender: mpsc::Sender<Bytes>,
    writer: JoinHandle<io::Result<Md5>>,
}

impl Sink {
    /// Opens a file to go on with it, or without `keep` from its beginning.
    pub(super) async fn open(path: &Path, keep: bool) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(!keep).open(path)?;
        let (md5, length, file) = feed(file).await?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || write(file, md5, receiver));
        Ok(Self { path: path.to_owned(), length, sender, writer })
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes.
    pub(super) async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        let count = bytes.len() as u64;
        if self.sender.send(bytes).await.is_err() {
            // The writer ended before its time, and knows why.
            let ended = (&mut self.writer).await.map_err(io::Error::other)?;
            return Err(ended.err().unwrap_or_else(|| io::Error::other("writing ended")));
        }
        self.length += count;
        Ok(())
    }

    /// Begins again with nothing.
    pub(super) async fn restart(&mut self) -> io::Result<()> {
        // What the old writer has yet to write would land in the same file: it ends first.
        let (sender, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.sender, sender));
        (&mut self.writer).await.map_err(io::Error::other)??;
        *self = Self::open(&self.path, false).await?;
        Ok(())
    }

    /// Waits until all is written; tells the MD5.
    pub(super) async fn finish(self) -> io::Result<String> {
        drop(self.sender);
        Ok(hex_of(self.writer.await.map_err(io::Error::other)??))
    }
}

fn write(mut file: File, mut md5: Md5, mut receiver: mpsc::Receiver<Bytes>) -> io::Result<Md5> {
    while let Some(bytes) = receiver.blocking_recv() {
        file.write_all(&bytes)?;
        md5.update(&bytes);
    }
    Ok(md5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_gone_on_with_or_begun_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "ab").unwrap();
        let mut sink = Sink::open(&path, true).await.unwrap();
        assert_eq!(sink.length(), 2);
        sink.write("c".into()).await.unwrap();
        assert_eq!(sink.finish().await.unwrap(), "900150983cd24fb0d6963f7d28e17f72");
        let mut sink = Sink::open(&path, true).await.unwrap();
        sink.write("nonsense".into()).await.unwrap();
        sink.restart().await.unwrap();
        assert_eq!(sink.length(), 0);
        sink.write("abc".into()).await.unwrap();
        assert_eq!(sink.finish().await.unwrap(), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(std::fs::read(&path).unwrap(), b"abc");
    }
}
