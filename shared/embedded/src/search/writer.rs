//! The one thread that writes: it takes changes in, and commits when a reader waits or the interval is over.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, PoisonError,
        mpsc::{Receiver, RecvTimeoutError},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use cairn_ports::search::SearchError;
use serde_json::Value;
use tantivy::{FutureResult, IndexWriter, TantivyError, index::SegmentMeta, indexer::IndexWriterOptions};
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tracing::{error, warn};

use super::{Shared, document, merging, versions::Versions};

/// How long changes wait for others before all are committed together, where no reader waits for them.
const INTERVAL: Duration = Duration::from_millis(200);
/// After so long without changes the segments are tidied, once.
const IDLE: Duration = Duration::from_secs(1);
/// How often a merge under way is looked at.
const MERGE_POLL: Duration = Duration::from_millis(50);
/// Memory that one index may fill before it writes a segment: the least that the engine takes.
const MEMORY: usize = 15_000_000;

/// A change that was accepted.
pub(super) struct Change {
    /// The place of its index.
    pub index: usize,
    pub id: String,
    pub version: u64,
    /// The dump; nothing for a deletion.
    pub source: Option<Value>,
    /// Whether an older state is there.
    pub replaces: bool,
}

/// What the writer is told.
pub(super) enum Message {
    /// Changes that become visible together.
    Write { sequence: u64, changes: Vec<Change>, room: OwnedSemaphorePermit },
    /// A reader waits for what was written before.
    Hurry,
    /// Somebody waits until what was written before is durable; `now` if they should not wait for others.
    Flush { reply: oneshot::Sender<Result<(), SearchError>>, now: bool },
}

type Merge = Pin<Box<FutureResult<Option<SegmentMeta>>>>;

/// The writer's own state.
pub(super) struct Writer {
    shared: Arc<Shared>,
    visible: watch::Sender<u64>,
    /// One per index, made when it is first written to.
    writers: Vec<Option<IndexWriter>>,
    changed: Vec<bool>,
    /// The last sequence number taken in.
    taken: u64,
    /// When the oldest uncommitted change came.
    since: Option<Instant>,
    hurry: bool,
    flushes: Vec<oneshot::Sender<Result<(), SearchError>>>,
    untidy: bool,
    merges: Vec<Merge>,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, visible: watch::Sender<u64>) -> Self {
        let count = shared.indices.len();
        Self {
            shared,
            visible,
            writers: (0..count).map(|_| None).collect(),
            changed: vec![false; count],
            taken: 0,
            since: None,
            hurry: false,
            flushes: Vec::new(),
            untidy: false,
            merges: Vec::new(),
        }
    }

    /// Works until nobody can send any more.
    pub(super) fn run(mut self, receiver: &Receiver<Message>) {
        loop {
            let message = match self.patience() {
                Some(patience) if patience.is_zero() => Err(RecvTimeoutError::Timeout),
                Some(patience) => receiver.recv_timeout(patience),
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => self.rest(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.commit();
    }

    /// How long to wait for the next message; for ever where nothing is left to do.
    fn patience(&self) -> Option<Duration> {
        match self.since {
            Some(_) if self.hurry => Some(Duration::ZERO),
            Some(since) => Some(INTERVAL.saturating_sub(since.elapsed())),
            None if !self.merges.is_empty() => Some(MERGE_POLL),
            None => self.untidy.then_some(IDLE),
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Write { sequence, changes, room } => {
                self.since.get_or_insert_with(Instant::now);
                self.taken = sequence;
                if let Err(error) = changes.into_iter().try_for_each(|change| self.index(change)) {
                    self.fail(&error);
                }
                drop(room);
            }
            Message::Hurry => self.hurry = self.since.is_some(),
            Message::Flush { reply, now } => {
                self.flushes.push(reply);
                if self.since.is_some() { self.hurry |= now } else { self.answer_flushes() }
            }
        }
    }

    /// Does what was put off: a commit, else tidying.
    fn rest(&mut self) {
        if self.since.is_some() {
            self.commit();
        } else if self.merges.is_empty() {
            self.tidy();
        } else {
            self.poll_merges();
        }
    }

    fn index(&mut self, change: Change) -> Result<(), TantivyError> {
        let shared = self.shared.clone();
        let opened = &shared.indices[change.index];
        let layout = &opened.layout;
        let writer = match &mut self.writers[change.index] {
            Some(writer) => writer,
            none => {
                let options = IndexWriterOptions::builder()
                    .memory_budget_per_thread(MEMORY)
                    .num_worker_threads(1)
                    .num_merge_threads(1)
                    .build();
                let writer = opened.index.writer_with_options(options)?;
                writer.set_merge_policy(Box::new(merging::BySize));
                none.insert(writer)
            }
        };
        if change.replaces {
            writer.delete_term(layout.id_term(&change.id));
        }
        writer.add_document(match change.source {
            Some(source) => document::build(layout, &change.id, change.version, source),
            None => document::grave(layout, &change.id, change.version),
        })?;
        self.changed[change.index] = true;
        Ok(())
    }

    fn commit(&mut self) {
        if self.since.is_none() {
            return;
        }
        if let Err(error) = self.try_commit() {
            return self.fail(&error);
        }
        self.untidy = true;
        self.settle();
    }

    fn try_commit(&mut self) -> Result<(), TantivyError> {
        for (writer, changed) in self.writers.iter_mut().zip(&mut self.changed) {
            if let (Some(writer), true) = (writer, *changed) {
                writer.commit()?;
                *changed = false;
            }
        }
        self.shared.reload()
    }

    /// All that was taken in can be seen (or is lost): nobody waits any longer.
    fn settle(&mut self) {
        self.since = None;
        self.hurry = false;
        self.shared.state().forget_writes_until(self.taken);
        self.visible.send_replace(self.taken);
        self.answer_flushes();
    }

    fn answer_flushes(&mut self) {
        for reply in self.flushes.drain(..) {
            let lost = std::mem::take(&mut self.shared.state().lost);
            let answer = lost.map_or(Ok(()), |reason| Err(SearchError::Unavailable(reason)));
            // Whoever asked may have gone; the others still want their answer.
            let _ = reply.send(answer);
        }
    }

    /// Goes back to what is committed; what came since has to be sent again.
    fn fail(&mut self, failure: &TantivyError) {
        error!(error = %failure, "the search index could not be written");
        self.merges.clear();
        self.changed.fill(false);
        self.writers.fill_with(|| None);
        let reloaded = self.shared.reload();
        let searchers = self.shared.searchers();
        let versions: Result<Vec<Versions>, TantivyError> = searchers.iter().map(Versions::of).collect();
        match (reloaded, versions) {
            (Ok(()), Ok(versions)) => self.shared.state().versions = versions,
            (Err(error), _) | (_, Err(error)) => warn!(%error, "the search index could not be read again"),
        }
        self.shared.state().lost = Some(failure.to_string());
        self.settle();
    }

    fn tidy(&mut self) {
        self.untidy = false;
        for (opened, writer) in self.shared.indices.iter().zip(&mut self.writers) {
            let Some(writer) = writer else { continue };
            match opened.index.searchable_segment_metas().map(merging::leftovers) {
                Ok(segments) if segments.is_empty() => {}
                Ok(segments) => self.merges.push(Box::pin(writer.merge(&segments))),
                Err(error) => warn!(%error, "the segments cannot be listed"),
            }
        }
    }

    fn poll_merges(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        self.merges.retain_mut(|merge| match merge.as_mut().poll(&mut context) {
            Poll::Pending => true,
            Poll::Ready(Ok(_)) => false,
            Poll::Ready(Err(error)) => {
                warn!(%error, "segments could not be merged");
                false
            }
        });
        if self.merges.is_empty()
            && let Err(error) = self.shared.reload()
        {
            warn!(%error, "the search index could not be read again");
        }
    }
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, super::State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
