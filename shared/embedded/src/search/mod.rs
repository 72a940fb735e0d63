//! The search port on tantivy: one index per mapping, one writer thread, commits shared by all readers.

mod automaton;
mod collect;
mod compile;
mod cursor;
mod document;
mod facets;
mod folder;
mod layout;
mod leaf;
mod merging;
mod rank;
mod source;
mod spans;
mod tokens;
mod versions;
mod writer;

use std::{
    collections::HashMap,
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc},
    thread::JoinHandle,
};

use async_trait::async_trait;
use cairn_model::{Query, UserId, mapping::Mapping};
use cairn_ports::search::{Document, Found, Search, SearchError, SearchIndex};
use tantivy::{Searcher, TantivyError};
use tokio::sync::{Semaphore, oneshot, watch};

use self::{
    collect::View,
    folder::Opened,
    layout::Layout,
    versions::Versions,
    writer::{Change, Message, Writer},
};

/// Documents that may wait for the writer; who brings more waits until there is room.
const ROOM: usize = 256;

/// The embedded search index.
///
/// Reads see what was committed last; a reader who wrote waits for the commit that holds their last write.
pub struct TantivyIndex {
    shared: Arc<Shared>,
    visible: watch::Receiver<u64>,
    room: Arc<Semaphore>,
    /// Taken when the index is dropped, which ends the writer.
    writer: Option<JoinHandle<()>>,
}

/// What readers and the writer share.
struct Shared {
    indices: Vec<Opened>,
    state: Mutex<State>,
    searchers: RwLock<Arc<Vec<Searcher>>>,
}

/// What is known of documents that were taken in.
struct State {
    sender: Option<mpsc::Sender<Message>>,
    versions: Vec<Versions>,
    /// The number of the last write.
    sequence: u64,
    /// The last write of each user that may not be visible yet.
    last_writes: HashMap<UserId, u64>,
    /// Why writes were lost since the last flush, if any were.
    lost: Option<String>,
}

impl State {
    fn forget_writes_until(&mut self, visible: u64) {
        self.last_writes.retain(|_, sequence| *sequence > visible);
    }

    fn send(&self, message: Message) -> Result<(), SearchError> {
        let stopped = || SearchError::Unavailable("the writer has stopped".into());
        self.sender.as_ref().ok_or_else(stopped)?.send(message).map_err(|_| stopped())
    }

    /// Notes the versions of `documents` and keeps those that are newer than what is there.
    fn accept(&mut self, documents: Vec<(usize, Document)>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, document) in documents {
            let known = self.versions[index].get(&document.id);
            if known.is_none_or(|known| known < document.version) {
                self.versions[index].set(&document.id, document.version);
                let Document { id, version, source, .. } = document;
                changes.push(Change { index, id, version, source, replaces: known.is_some() });
            }
        }
        changes
    }
}

impl Shared {
    fn searchers(&self) -> Arc<Vec<Searcher>> {
        self.searchers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows what is committed, of all indices at once.
    fn reload(&self) -> Result<(), TantivyError> {
        for opened in &self.indices {
            opened.reader.reload()?;
        }
        let searchers = self.indices.iter().map(|opened| opened.reader.searcher()).collect();
        *self.searchers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(searchers);
        Ok(())
    }

    fn place(&self, index: &str) -> Result<usize, SearchError> {
        let found = self.indices.iter().position(|opened| opened.layout.mapping.index == index);
        found.ok_or_else(|| SearchError::Unavailable(format!("there is no index `{index}`")))
    }

    fn search(&self, search: &Search) -> Result<Found, SearchError> {
        let searchers = self.searchers();
        let views = search.indices.iter().map(|index| {
            let place = self.place(index)?;
            Ok(View { layout: &self.indices[place].layout, searcher: &searchers[place] })
        });
        collect::run(&views.collect::<Result<Vec<_>, SearchError>>()?, search)
    }
}

impl TantivyIndex {
    /// Opens the indices below `folder`, one folder each. One that is damaged, or was made for another mapping, is
    /// made anew and empty: [`TantivyIndex::unfilled`] tells.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(folder: &Path, mappings: &[&'static Mapping]) -> Result<Self, SearchError> {
        let opened = mappings.iter().map(|mapping| Opened::on_disk(folder, Layout::of(mapping)));
        let (indices, versions) = opened.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
        Self::start(indices, versions)
    }

    /// Empty indices in memory.
    ///
    /// # Errors
    /// The writer thread cannot be started.
    pub fn in_memory(mappings: &[&'static Mapping]) -> Result<Self, SearchError> {
        let indices = mappings.iter().map(|mapping| Opened::in_memory(Layout::of(mapping)));
        let versions = mappings.iter().map(|_| Versions::default()).collect();
        Self::start(indices.collect::<Result<_, _>>()?, versions)
    }

    fn start(indices: Vec<Opened>, versions: Vec<Versions>) -> Result<Self, SearchError> {
        let (sender, receiver) = mpsc::channel();
        let searchers = indices.iter().map(|opened| opened.reader.searcher()).collect();
        let state =
            State { sender: Some(sender), versions, sequence: 0, last_writes: HashMap::new(), lost: None };
        let shared = Arc::new(Shared {
            indices,
            state: Mutex::new(state),
            searchers: RwLock::new(Arc::new(searchers)),
        });
        let (visible_sender, visible) = watch::channel(0);
        let writer = Writer::new(shared.clone(), visible_sender);
        let writer = std::thread::Builder::new()
            .name("search-writer".into())
            .spawn(move || writer.run(&receiver))
            .map_err(|error| SearchError::Unavailable(error.to_string()))?;
        Ok(Self { shared, visible, room: Arc::new(Semaphore::new(ROOM)), writer: Some(writer) })
    }

    /// The indices that were made anew and still lack what the primary storage holds.
    pub fn unfilled(&self) -> Vec<&'static str> {
        let unfilled = self.shared.indices.iter().filter(|opened| opened.unfilled());
        unfilled.map(|opened| opened.layout.mapping.index).collect()
    }

    /// Notes that every index holds all that it should; [`SearchIndex::flush`] comes first.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn mark_filled(&self) -> io::Result<()> {
        self.shared.indices.iter().try_for_each(Opened::mark_filled)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until what was taken in is durable: `now`, or with the next commit.
    async fn wait_for_commit(&self, now: bool) -> Result<(), SearchError> {
        let (reply, answer) = oneshot::channel();
        self.state().send(Message::Flush { reply, now })?;
        answer.await.map_err(|_| SearchError::Unavailable("the writer has stopped".into()))?
    }

    /// Waits until a reader's own writes can be seen.
    async fn catch_up(&self, reader: &UserId) -> Result<(), SearchError> {
        let wanted = {
            let state = self.state();
            let Some(wanted) = state.last_writes.get(reader).copied() else { return Ok(()) };
            state.send(Message::Hurry)?;
            wanted
        };
        let mut visible = self.visible.clone();
        let seen = visible.wait_for(|visible| *visible >= wanted).await;
        seen.map(|_| ()).map_err(|_| SearchError::Unavailable("the writer has stopped".into()))
    }
}

#[async_trait]
impl SearchIndex for TantivyIndex {
    async fn write(&self, documents: Vec<Document>, writer: Option<&UserId>) -> Result<(), SearchError> {
        let placed = documents.into_iter().map(|document| Ok((self.shared.place(document.index)?, document)));
        let placed = placed.collect::<Result<Vec<_>, SearchError>>()?;
        let wanted = u32::try_from(placed.len().clamp(1, ROOM)).unwrap_or(1);
        let room = self.room.clone().acquire_many_owned(wanted).await;
        let room = room.map_err(|error| SearchError::Unavailable(error.to_string()))?;
        let mut state = self.state();
        let changes = state.accept(placed);
        if !changes.is_empty() {
            state.sequence += 1;
            state.send(Message::Write { sequence: state.sequence, changes, room })?;
        }
        // Also where another was faster to bring the same version: it may not be visible yet.
        if let Some(writer) = writer {
            let sequence = state.sequence;
            if sequence > *self.visible.borrow() {
                state.last_writes.insert(writer.clone(), sequence);
            }
        }
        Ok(())
    }

    async fn search(&self, search: &Search) -> Result<Found, SearchError> {
        if let Some(reader) = &search.reader {
            self.catch_up(reader).await?;
        }
        if matches!(search.query, Query::Nothing) && search.facets.is_empty() {
            return Ok(Found::default());
        }
        let shared = self.shared.clone();
        let search = search.clone();
        let found = tokio::task::spawn_blocking(move || shared.search(&search)).await;
        found.map_err(|error| SearchError::Unavailable(error.to_string()))?
    }

    async fn version(&self, index: &'static str, id: &str) -> Result<Option<u64>, SearchError> {
        let place = self.shared.place(index)?;
        Ok(self.state().versions[place].get(id))
    }

    async fn flush(&self) -> Result<(), SearchError> {
        self.wait_for_commit(true).await
    }

    async fn settled(&self) -> Result<(), SearchError> {
        self.wait_for_commit(false).await
    }

    async fn count(&self, index: &'static str) -> Result<u64, SearchError> {
        let all = Search { indices: vec![index], ..Search::default() };
        Ok(self.search(&all).await?.total)
    }
}

impl Drop for TantivyIndex {
    /// Commits what was taken in and ends the writer.
    fn drop(&mut self) {
        self.state().sender = None;
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has said so; the outbox brings what it lost.
            let _ = writer.join();
        }
    }
}
