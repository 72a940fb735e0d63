//! The threads that write: one for all generations that are searched, one more for each that is being made. They take
//! changes in, and commit when a reader waits or the interval is over.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use cairn_ports::search::SearchError;
use tantivy::{
    FutureResult, IndexWriter, TantivyDocument, TantivyError, index::SegmentMeta, indexer::IndexWriterOptions,
};
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tracing::{error, warn};

use super::{Shared, folder::Opened, merging};

/// How long changes wait for others before all are committed together, where no reader waits for them.
const INTERVAL: Duration = Duration::from_millis(200);
/// After so long without changes the segments are tidied, once.
const IDLE: Duration = Duration::from_secs(1);
/// After so long without changes, and with nothing left to tidy, the engine's writers go, with their threads and what memory
/// these keep; they come again with the next change.
const AT_REST: Duration = Duration::from_secs(10);
/// How often a merge under way is looked at.
const MERGE_POLL: Duration = Duration::from_millis(50);
/// Memory that one index may fill before it writes a segment: the least that the engine takes.
const MEMORY: usize = 15_000_000;
/// The same where many documents come at once and nobody searches them yet: of all threads together.
const BULK_MEMORY: usize = 60_000_000;
/// The most threads that write such an index; each has its share of the memory.
const BULK_THREADS: usize = 2;
/// Documents that a generation takes in before they are committed, where nobody waits: the engine would queue any number.
const BULK: usize = 16_000;

/// A change that was accepted.
pub(super) struct Change {
    /// The generation that it changes.
    pub into: Arc<Opened>,
    /// An older state was there when it was accepted.
    pub is_known: bool,
    pub id: String,
    pub document: TantivyDocument,
}

/// What a writer is told.
pub(super) enum Message {
    /// Changes that become visible together.
    Write { sequence: u64, changes: Vec<Change>, room: Option<OwnedSemaphorePermit> },
    /// A reader waits for what was written before.
    Hurry,
    /// Somebody waits until what was written before is durable; `now` if they should not wait for others.
    Flush { reply: oneshot::Sender<Result<(), SearchError>>, now: bool },
    /// Some generations have become live in the place of others, which nobody needs any more.
    Swapped { live: Vec<Arc<Opened>>, reply: oneshot::Sender<()> },
}

/// Whom a writer writes for.
pub(super) enum Audience {
    /// Those who search.
    Searchers { shared: Arc<Shared>, visible: watch::Sender<u64> },
    /// Nobody yet: the generation is being made.
    Nobody,
}

type Merge = Pin<Box<FutureResult<Option<SegmentMeta>>>>;

/// A generation that was written to.
struct Held {
    opened: Arc<Opened>,
    writer: IndexWriter,
    changed: bool,
}

/// A writer's own state.
pub(super) struct Writer {
    audience: Audience,
    held: Vec<Held>,
    /// The last sequence number taken in.
    taken: u64,
    /// Changes that are not committed.
    uncommitted: usize,
    /// Since when somebody waits for the commit.
    since: Option<Instant>,
    hurry: bool,
    flushes: Vec<oneshot::Sender<Result<(), SearchError>>>,
    /// Why writes were lost since the last flush, if any were.
    lost: Option<String>,
    untidy: bool,
    merges: Vec<Merge>,
}

impl Writer {
    pub(super) fn new(audience: Audience) -> Self {
        Self {
            audience,
            held: Vec::new(),
            taken: 0,
            uncommitted: 0,
            since: None,
            hurry: false,
            flushes: Vec::new(),
            lost: None,
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
            None if self.untidy => Some(IDLE),
            None => (self.is_searched() && !self.held.is_empty()).then_some(AT_REST),
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Write { sequence, changes, room } => {
                self.taken = sequence;
                self.uncommitted += changes.len();
                if self.is_searched() {
                    self.since.get_or_insert_with(Instant::now);
                }
                if let Err(error) = changes.into_iter().try_for_each(|change| self.index(change)) {
                    self.fail(&error);
                }
                drop(room);
                if !self.is_searched() && self.uncommitted >= BULK {
                    self.commit();
                }
            }
            Message::Hurry => self.hurry = self.since.is_some(),
            Message::Flush { reply, now } => {
                self.flushes.push(reply);
                if self.uncommitted > 0 {
                    self.since.get_or_insert_with(Instant::now);
                    // Where nobody searches, there is nothing to wait for.
                    self.hurry |= now || !self.is_searched();
                } else if self.since.is_none() {
                    self.answer_flushes();
                }
            }
            Message::Swapped { live, reply } => {
                self.change_over(live);
                // Whoever swapped may be gone.
                let _ = reply.send(());
            }
        }
    }

    fn is_searched(&self) -> bool {
        matches!(self.audience, Audience::Searchers { .. })
    }

    /// Does what was put off: a commit, else tidying.
    fn rest(&mut self) {
        if self.since.is_some() {
            self.commit();
        } else if !self.merges.is_empty() {
            self.poll_merges();
        } else if self.untidy {
            self.tidy();
        } else {
            self.held.clear();
        }
    }

    fn index(&mut self, change: Change) -> Result<(), TantivyError> {
        let Change { into, is_known, id, document } = change;
        if into.is_retired() {
            return Ok(());
        }
        // What is known goes back to what was committed where a write fails, and an older state may be on its way then:
        // where somebody searches, it is looked for in any case.
        let may_be_there = is_known || self.is_searched();
        let held = self.hold(&into)?;
        if may_be_there {
            held.writer.delete_term(into.layout.id_term(&id));
        }
        held.writer.add_document(document)?;
        held.changed = true;
        Ok(())
    }

    /// The writer of a generation, made when it is first written to.
    fn hold(&mut self, opened: &Arc<Opened>) -> Result<&mut Held, TantivyError> {
        let known = self.held.iter().position(|held| Arc::ptr_eq(&held.opened, opened));
        if let Some(place) = known {
            return Ok(&mut self.held[place]);
        }
        let (memory, threads) = if self.is_searched() { (MEMORY, 1) } else { (BULK_MEMORY, bulk_threads()) };
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(memory / threads)
            .num_worker_threads(threads)
            .num_merge_threads(1)
            .build();
        let writer = opened.index.writer_with_options(options)?;
        // Who died left files that belong to nothing that is committed; their names come again, and must be free.
        writer.garbage_collect_files().wait()?;
        writer.set_merge_policy(if self.is_searched() {
            Box::new(merging::BySize)
        } else {
            Box::new(merging::SmallOnes)
        });
        let place = self.held.len();
        self.held.push(Held { opened: opened.clone(), writer, changed: false });
        Ok(&mut self.held[place])
    }

    /// Leaves the generations that were, and looks after those that have come, whose many segments are to be merged.
    fn change_over(&mut self, live: Vec<Arc<Opened>>) {
        self.merges.clear();
        self.held.retain(|held| !held.opened.is_retired());
        self.untidy = true;
        for opened in live {
            if let Err(error) = self.hold(&opened) {
                self.fail(&error);
            }
        }
    }

    fn commit(&mut self) {
        if self.since.is_none() && self.uncommitted == 0 {
            return;
        }
        if let Err(error) = self.try_commit() {
            return self.fail(&error);
        }
        self.untidy = self.is_searched();
        self.settle();
    }

    fn try_commit(&mut self) -> Result<(), TantivyError> {
        for held in self.held.iter_mut().filter(|held| held.changed && !held.opened.is_retired()) {
            held.writer.commit()?;
            held.changed = false;
        }
        self.reload()
    }

    /// Shows what is committed.
    fn reload(&self) -> Result<(), TantivyError> {
        match &self.audience {
            Audience::Searchers { shared, .. } => shared.reload(),
            Audience::Nobody => self.held.iter().try_for_each(|held| held.opened.reader.reload()),
        }
    }

    /// All that was taken in can be seen (or is lost): nobody waits any longer.
    fn settle(&mut self) {
        self.since = None;
        self.hurry = false;
        self.uncommitted = 0;
        if let Audience::Searchers { shared, visible } = &self.audience {
            shared.state().forget_writes_until(self.taken);
            visible.send_replace(self.taken);
        }
        self.answer_flushes();
    }

    fn answer_flushes(&mut self) {
        if self.flushes.is_empty() {
            return;
        }
        let lost = self.lost.take();
        for reply in self.flushes.drain(..) {
            let answer = lost.clone().map_or(Ok(()), |reason| Err(SearchError::Unavailable(reason)));
            // Whoever asked may have gone; the others still want their answer.
            let _ = reply.send(answer);
        }
    }

    /// Goes back to what is committed; what came since has to be sent again.
    fn fail(&mut self, failure: &TantivyError) {
        error!(error = %failure, "the search index could not be written");
        self.merges.clear();
        let reread: Vec<Arc<Opened>> = self.held.drain(..).map(|held| held.opened).collect();
        let reread = reread.iter().try_for_each(|opened| opened.read_again());
        let reloaded = self.reload();
        if let Err(error) = reread.and(reloaded) {
            warn!(%error, "the search index could not be read again");
        }
        self.lost = Some(failure.to_string());
        self.settle();
    }

    fn tidy(&mut self) {
        self.untidy = false;
        for held in &mut self.held {
            match held.opened.index.searchable_segment_metas().map(merging::leftovers) {
                Ok(segments) if segments.is_empty() => {}
                Ok(segments) => self.merges.push(Box::pin(held.writer.merge(&segments))),
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
            && let Err(error) = self.reload()
        {
            warn!(%error, "the search index could not be read again");
        }
    }
}

/// How many threads write an index that is being made: one for two cores, as those who bring documents keep the other busy.
/// Each makes segments of its own, and more of them, with the same words once more in each, are a sixth more CPU.
fn bulk_threads() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).clamp(1, BULK_THREADS))
}

#[cfg(test)]
mod tests {
    use cairn_model::kinds::users::MAPPING;

    use super::{super::TantivyIndex, *};

    #[test]
    fn at_rest_the_writers_of_the_engine_go_and_come_again() {
        let index = TantivyIndex::in_memory(&[&MAPPING]).unwrap();
        let (visible, _) = watch::channel(0);
        let mut writer = Writer::new(Audience::Searchers { shared: index.shared.clone(), visible });
        let into = index.shared.state().slots[0].live.clone();
        for sequence in 1..=2 {
            let document = TantivyDocument::default();
            let change = Change { into: into.clone(), is_known: false, id: sequence.to_string(), document };
            writer.take(Message::Write { sequence, changes: vec![change], room: None });
            assert_eq!(writer.held.len(), 1);
            // A commit, then tidying, as long as there is something to tidy.
            while writer.patience() != Some(AT_REST) {
                writer.rest();
            }
            writer.rest();
            assert!(writer.held.is_empty());
            assert_eq!(writer.patience(), None);
            assert_eq!(into.reader.searcher().num_docs(), sequence);
        }
    }
}
