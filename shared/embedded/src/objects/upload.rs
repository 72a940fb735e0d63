//! A body on its way to the disk: hashed and written on two threads, while the next bytes come.

use std::{
    fs::File,
    io::{self, ErrorKind, IoSlice, Write},
    sync::Arc,
};

use bytes::Bytes;
use futures::{FutureExt, Stream, StreamExt};
use s3s::{S3ErrorCode, StdError, dto::Checksum};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    declared::{Declared, custom, incomplete},
    digest::{Etag, Hashes, length},
    failure::{Failure, Result, damaged, refuse},
    files::{Files, Incoming},
};

/// Bytes that are handed over at once.
const BATCH: usize = 512 << 10;

/// Batches that wait for a thread. An upload holds twice as many at most.
const DEPTH: usize = 2;

/// After so many bytes the disk is told to begin: so it is not idle until the end.
const SYNC_EVERY: u64 = 32 << 20;

/// What has come and is on the disk, but has no row yet.
pub(super) struct Uploaded {
    /// Absent if nothing came: there is no file without bytes.
    pub(super) file: Option<Incoming>,
    pub(super) size: u64,
    /// The MD5 in hex, or one that says nothing.
    pub(super) etag: String,
    pub(super) checksums: Checksum,
}

/// Receives a body and compares it with what was declared. MD5 and SHA-256 are computed of no more than `hashed` bytes,
/// unless they were declared. Nothing is left of it if it is not what was declared, or if this is cancelled.
pub(super) async fn receive(
    files: &Arc<Files>,
    mut body: impl Stream<Item = std::result::Result<Bytes, StdError>> + Unpin,
    declared: Declared,
    hashed: u64,
) -> Result<Uploaded> {
    let hashed = if declared.exceeds(hashed) { 0 } else { hashed };
    let sink = Sink::new(Hashes::with(&declared.algorithms(), hashed), Incoming::new(files));
    let (mut sink, needs_md5) = (Chain::new(sink, Sink::take), declared.has_md5());
    let mut md5 = (needs_md5 || hashed > 0).then(|| Chain::new(Etag::new(), hash));
    let mut size = 0;
    loop {
        let (batch, length) = match gather(&mut body, declared.room() - size).await {
            Ok(gathered) => gathered,
            Err(failure) => {
                // Until no thread writes any more: so nothing is left when the client is told.
                sink.finish().await.ok();
                return Err(failure);
            }
        };
        if length == 0 {
            break;
        }
        size += length;
        let batch = Arc::new(batch);
        md5 = md5.filter(|_| needs_md5 || size <= hashed);
        if let Some(md5) = &mut md5 {
            md5.push(Arc::clone(&batch)).await?;
        }
        sink.push(batch).await?;
    }
    let md5 = match md5 {
        Some(md5) => Some(md5.finish().await?.finish()),
        None => None,
    };
    let Sink { hashes, incoming, file, syncing, .. } = *sink.finish().await?;
    let checksums = hashes.finish();
    declared.compare(size, md5.as_deref(), &checksums)?;
    if let Some(syncing) = syncing {
        // An error of the disk is told to one sync only.
        syncing.await??;
    }
    let file = match file {
        Some(file) => Some(spawn_blocking(move || incoming.settle(file)).await??),
        None => None,
    };
    Ok(Uploaded { file, size, etag: md5.unwrap_or_else(Etag::opaque), checksums })
}

/// Takes bytes as they come until they are worth a batch. None: the body has ended. More than `room` are too many.
async fn gather(
    body: &mut (impl Stream<Item = std::result::Result<Bytes, StdError>> + Unpin),
    room: u64,
) -> Result<(Vec<Bytes>, u64)> {
    let (mut batch, mut length) = (Vec::new(), 0);
    while length < BATCH {
        let Some(bytes) = body.next().await else { break };
        let bytes = bytes.map_err(broken_body)?;
        if !bytes.is_empty() {
            length += bytes.len();
            batch.push(bytes);
        }
    }
    if length as u64 > room { Err(incomplete()) } else { Ok((batch, length as u64)) }
}

/// What it means that a body cannot be read to its end. s3s hides the types of its errors, so their texts must do.
#[expect(clippy::needless_pass_by_value, reason = "so that it can be named in map_err")]
fn broken_body(error: StdError) -> Failure {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        return custom(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        );
    }
    if text.contains("SignatureMismatch") {
        return S3ErrorCode::SignatureDoesNotMatch.into();
    }
    if text.contains("AwsChunkedStreamError") && !text.contains("Underlying") && !text.contains("Incomplete")
    {
        return refuse(S3ErrorCode::InvalidRequest, "The chunks of the body are not well-formed.");
    }
    incomplete()
}

/// Where bytes go. The file goes with it, also where the upload is cancelled while a thread still writes.
struct Sink {
    hashes: Hashes,
    incoming: Incoming,
    file: Option<File>,
    unsynced: u64,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl Sink {
    fn new(hashes: Hashes, incoming: Incoming) -> Self {
        Self { hashes, incoming, file: None, unsynced: 0, syncing: None }
    }

    fn take(&mut self, batch: &[Bytes]) -> io::Result<()> {
        self.hashes.update(batch);
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(File::create_new(self.incoming.temporary())?),
        };
        write_all(file, batch)?;
        self.unsynced += length(batch);
        if self.unsynced >= SYNC_EVERY && self.syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            if let Some(outcome) = self.syncing.take().and_then(FutureExt::now_or_never) {
                outcome.map_err(io::Error::other)??;
            }
            let file = file.try_clone()?;
            self.syncing = Some(spawn_blocking(move || file.sync_data()));
            self.unsynced = 0;
        }
        Ok(())
    }
}

/// All of a batch, with as few calls as the system lets.
fn write_all(file: &mut File, batch: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = batch.iter().map(|bytes| IoSlice::new(bytes)).collect();
    let mut rest = &mut slices[..];
    while !rest.is_empty() {
        match file.write_vectored(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of all work")]
fn hash(etag: &mut Etag, batch: &[Bytes]) -> io::Result<()> {
    etag.update(batch);
    Ok(())
}

/// Work on batches in their order. No thread waits for the network: each works through what is there and is free again.
struct Chain<S> {
    idle: Option<Box<S>>,
    busy: Option<JoinHandle<io::Result<Box<S>>>>,
    waiting: Vec<Arc<Vec<Bytes>>>,
    work: fn(&mut S, &[Bytes]) -> io::Result<()>,
}

impl<S: Send + 'static> Chain<S> {
    fn new(state: S, work: fn(&mut S, &[Bytes]) -> io::Result<()>) -> Self {
        Self { idle: Some(Box::new(state)), busy: None, waiting: Vec::new(), work }
    }

    /// Hands a batch over; waits if too many wait already.
    async fn push(&mut self, batch: Arc<Vec<Bytes>>) -> Result<()> {
        self.waiting.push(batch);
        let is_at_work = self.busy.as_ref().is_some_and(|busy| !busy.is_finished());
        if is_at_work && self.waiting.len() < DEPTH {
            return Ok(());
        }
        self.rest().await?;
        self.start();
        Ok(())
    }

    async fn rest(&mut self) -> Result<()> {
        if let Some(busy) = &mut self.busy {
            let state = busy.await;
            self.busy = None;
            self.idle = Some(state??);
        }
        Ok(())
    }

    fn start(&mut self) {
        if let Some(mut state) = self.idle.take() {
            let (batches, work) = (std::mem::take(&mut self.waiting), self.work);
            let run = move || batches.iter().try_for_each(|batch| work(&mut state, batch)).map(|()| state);
            self.busy = Some(spawn_blocking(run));
        }
    }

    /// Waits until all is done.
    async fn finish(mut self) -> Result<Box<S>> {
        self.rest().await?;
        self.start();
        self.rest().await?;
        self.idle.ok_or_else(|| damaged("an upload has lost its state".into()))
    }
}
