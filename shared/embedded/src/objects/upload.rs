//! A body on its way to the disk: hashed and written on two threads, while the next bytes come.

use std::{
    fs::File,
    io::{self, Write},
    sync::Arc,
};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use s3s::{S3ErrorCode, StdError, dto::Checksum};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    declared::{Declared, custom, incomplete},
    digest::{Etag, Hashes},
    failure::{Failure, Result, refuse},
    files::{Files, Incoming},
};

/// Bytes that are hashed and written at once. An upload holds two such batches at most.
const BATCH: usize = 1 << 20;

/// After so many bytes the disk is told to begin: so it is not idle until the end.
const SYNC_EVERY: u64 = 32 << 20;

/// What has come and is on the disk, but has no row yet.
pub(super) struct Uploaded {
    /// Absent if nothing came: there is no file without bytes.
    pub(super) file: Option<Incoming>,
    pub(super) size: u64,
    /// The MD5 in hex.
    pub(super) etag: String,
    pub(super) checksums: Checksum,
}

/// Receives a body and compares it with what was declared. Nothing is left of it if it is not that, or if this is
/// cancelled.
pub(super) async fn receive(
    files: &Arc<Files>,
    mut body: impl Stream<Item = std::result::Result<Bytes, StdError>> + Unpin,
    declared: Declared,
) -> Result<Uploaded> {
    let hashes = Hashes::with(&declared.algorithms());
    let sink = Box::new(Sink { hashes, incoming: Incoming::new(files), file: None });
    let mut worker = Worker::Idle(sink, Etag::new());
    let (mut size, mut last_sync) = (0, 0);
    let mut syncing: Option<JoinHandle<io::Result<()>>> = None;
    let (sink, etag) = loop {
        let (batch, length) = match gather(&mut body, declared.length() - size).await {
            Ok(gathered) => gathered,
            Err(failure) => {
                // Until no thread writes any more: so nothing is left when the client is told.
                worker.idle().await.ok();
                return Err(failure);
            }
        };
        size += length;
        let (sink, etag) = worker.idle().await?;
        if length == 0 {
            break (sink, etag);
        }
        if size - last_sync >= SYNC_EVERY && syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            syncing = sink.sync_after(syncing).await?;
            last_sync = size;
        }
        worker = Worker::start(sink, etag, batch);
    };
    let Sink { hashes, incoming, file } = *sink;
    let (etag, checksums) = (etag.finish(), hashes.finish());
    declared.compare(size, &etag, &checksums)?;
    if let Some(syncing) = syncing {
        // An error of the disk is told to one sync only.
        syncing.await??;
    }
    let file = match file {
        Some(file) => Some(spawn_blocking(move || incoming.settle(file)).await??),
        None => None,
    };
    Ok(Uploaded { file, size, etag, checksums })
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
}

impl Sink {
    fn take(&mut self, batch: &[Bytes]) -> io::Result<()> {
        self.hashes.update(batch);
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(File::create_new(self.incoming.temporary())?),
        };
        batch.iter().try_for_each(|bytes| file.write_all(bytes))
    }

    /// Lets the disk begin with what is written so far, unless it failed with what was before.
    async fn sync_after(
        &self,
        before: Option<JoinHandle<io::Result<()>>>,
    ) -> Result<Option<JoinHandle<io::Result<()>>>> {
        if let Some(before) = before {
            before.await??;
        }
        let Some(file) = &self.file else { return Ok(None) };
        let file = file.try_clone()?;
        Ok(Some(spawn_blocking(move || file.sync_data())))
    }
}

/// Who hashes and writes. No thread waits for the network: each works through one batch and is free again.
enum Worker {
    Idle(Box<Sink>, Etag),
    Busy { sink: JoinHandle<io::Result<Box<Sink>>>, etag: JoinHandle<Etag> },
}

impl Worker {
    fn start(mut sink: Box<Sink>, mut etag: Etag, batch: Vec<Bytes>) -> Self {
        let batch = Arc::new(batch);
        let same = Arc::clone(&batch);
        Self::Busy {
            sink: spawn_blocking(move || sink.take(&batch).map(|()| sink)),
            etag: spawn_blocking(move || {
                etag.update(&same);
                etag
            }),
        }
    }

    async fn idle(self) -> Result<(Box<Sink>, Etag)> {
        match self {
            Self::Idle(sink, etag) => Ok((sink, etag)),
            Self::Busy { sink, etag } => Ok((sink.await??, etag.await?)),
        }
    }
}
