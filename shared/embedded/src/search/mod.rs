//! The search port on tantivy: one index per mapping, one writer thread, commits shared by all readers. While an index is
//! made anew, there are two generations of it ([`generations`]).

mod among;
mod automaton;
mod best;
mod collect;
mod columns;
mod compile;
mod cursor;
mod document;
mod exclude;
mod facets;
mod folder;
mod generations;
mod layout;
mod leaf;
mod ledger;
mod listing;
mod merging;
mod open;
mod pairs;
mod rank;
mod sloppy;
mod state;
mod tokens;
mod versions;
mod writer;

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use async_trait::async_trait;
use cairn_model::{Query, UserId, mapping::Mapping};
use cairn_ports::search::{Document, Found, Generation, Search, SearchError, SearchIndex};
use tantivy::{Searcher, TantivyError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use self::{
    among::Remembered,
    collect::View,
    compile::unavailable,
    folder::Opened,
    generations::Slot,
    layout::Layout,
    ledger::Ledger,
    state::{State, stopped},
    writer::{Audience, Message, Writer},
};

/// Documents that may wait for the writer; who brings more waits until there is room.
const ROOM: usize = 256;
/// The same of documents for generations that are being made.
const FILL_ROOM: usize = 1_024;

/// The embedded search index.
///
/// Reads see what was committed last; a reader who wrote waits for the commit that holds their last write.
pub struct TantivyIndex {
    shared: Arc<Shared>,
    visible: watch::Receiver<u64>,
    room: Arc<Semaphore>,
    fill_room: Arc<Semaphore>,
    /// Taken when the index is dropped, which ends the writer.
    writer: Option<JoinHandle<()>>,
}

/// What readers and writers share.
struct Shared {
    mappings: Vec<&'static Mapping>,
    /// Where the indices are; nowhere in memory.
    folder: Option<PathBuf>,
    state: Mutex<State>,
    /// The live generations as they are seen, by the place of their mapping.
    seen: RwLock<Arc<Vec<Seen>>>,
    /// Held while `seen` is made: an older state must not follow a newer one.
    reloading: Mutex<()>,
    /// Held while generations come and go.
    changing: Mutex<()>,
    remembered: Remembered,
}

/// A live generation and a state of it.
struct Seen {
    opened: Arc<Opened>,
    searcher: Searcher,
}

/// A thread that writes.
fn spawn(audience: Audience) -> Result<(mpsc::Sender<Message>, JoinHandle<()>), SearchError> {
    let (sender, receiver) = mpsc::channel();
    let writer = Writer::new(audience);
    let thread = std::thread::Builder::new().name("search-writer".into());
    let thread = thread.spawn(move || writer.run(&receiver));
    Ok((sender, thread.map_err(|error| SearchError::Unavailable(error.to_string()))?))
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> Arc<Vec<Seen>> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows what is committed, of all indices at once.
    fn reload(&self) -> Result<(), TantivyError> {
        let _alone = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let live: Vec<Arc<Opened>> = self.state().slots.iter().map(|slot| slot.live.clone()).collect();
        live.iter().try_for_each(|opened| opened.reader.reload())?;
        let seen = seen(live);
        self.remembered.keep(seen.iter().map(|seen| &seen.searcher));
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(seen);
        Ok(())
    }

    fn place(&self, index: &str) -> Result<usize, SearchError> {
        let found = self.mappings.iter().position(|mapping| mapping.index == index);
        found.ok_or_else(|| SearchError::Unavailable(format!("there is no index `{index}`")))
    }

    fn search(&self, search: &Search) -> Result<Found, SearchError> {
        let seen = self.seen();
        let views = search.indices.iter().map(|index| {
            let Seen { opened, searcher } = &seen[self.place(index)?];
            Ok(View { layout: &opened.layout, searcher, remembered: &self.remembered })
        });
        collect::run(&views.collect::<Result<Vec<_>, SearchError>>()?, search)
    }
}

fn seen(live: Vec<Arc<Opened>>) -> Vec<Seen> {
    live.into_iter().map(|opened| Seen { searcher: opened.reader.searcher(), opened }).collect()
}

impl TantivyIndex {
    /// Opens the indices below `folder`, one folder each. One that is damaged, or was made for another mapping, is
    /// made anew and empty: [`TantivyIndex::unfilled`] tells.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(folder: &Path, mappings: &[&'static Mapping]) -> Result<Self, SearchError> {
        Self::start(Some(folder), mappings)
    }

    /// Empty indices in memory.
    ///
    /// # Errors
    /// The writer thread cannot be started.
    pub fn in_memory(mappings: &[&'static Mapping]) -> Result<Self, SearchError> {
        Self::start(None, mappings)
    }

    fn start(folder: Option<&Path>, mappings: &[&'static Mapping]) -> Result<Self, SearchError> {
        let ledger = folder.map_or_else(Ledger::new, ledger::read);
        let slots = mappings.iter().map(|mapping| {
            let numbers = ledger.get(mapping.index).copied().unwrap_or_default();
            Slot::open(folder, Layout::of(mapping), numbers)
        });
        let slots = slots.collect::<Result<Vec<_>, _>>()?;
        if let Some(folder) = folder {
            let kept: Vec<String> = slots.iter().flat_map(Slot::names).collect();
            ledger::remove_others(folder, &kept);
        }
        let live = slots.iter().map(|slot| slot.live.clone()).collect();
        let shared = Arc::new(Shared {
            mappings: mappings.to_vec(),
            folder: folder.map(Path::to_owned),
            state: Mutex::new(State { sender: None, slots, sequence: 0, last_writes: HashMap::new() }),
            seen: RwLock::new(Arc::new(seen(live))),
            reloading: Mutex::default(),
            changing: Mutex::default(),
            remembered: Remembered::default(),
        });
        let (visible_sender, visible) = watch::channel(0);
        let (sender, writer) =
            spawn(Audience::Searchers { shared: shared.clone(), visible: visible_sender })?;
        shared.state().sender = Some(sender);
        let room = |size| Arc::new(Semaphore::new(size));
        Ok(Self { shared, visible, room: room(ROOM), fill_room: room(FILL_ROOM), writer: Some(writer) })
    }

    /// The indices that were made anew and still lack what the primary storage holds.
    pub fn unfilled(&self) -> Vec<&'static str> {
        let state = self.shared.state();
        let unfilled = state.slots.iter().filter(|slot| slot.live.unfilled());
        unfilled.map(|slot| slot.live.layout.mapping.index).collect()
    }

    /// Notes that every index holds all that it should; [`SearchIndex::flush`] comes first.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn mark_filled(&self) -> io::Result<()> {
        self.shared.state().slots.iter().try_for_each(|slot| slot.live.mark_filled())
    }

    /// Waits until what was taken in is durable: `now`, or with the next commit.
    async fn wait_for_commit(&self, now: bool) -> Result<(), SearchError> {
        let mut answers = Vec::new();
        {
            let state = self.shared.state();
            let (reply, answer) = oneshot::channel();
            state.send(Message::Flush { reply, now })?;
            answers.push(answer);
            for next in state.slots.iter().filter_map(|slot| slot.next.as_ref()) {
                answers.push(next.flush(now)?);
            }
        }
        for answer in answers {
            answer.await.map_err(|_| stopped())??;
        }
        Ok(())
    }

    /// Waits until a reader's own writes can be seen.
    async fn catch_up(&self, reader: &UserId) -> Result<(), SearchError> {
        let wanted = {
            let state = self.shared.state();
            let Some(wanted) = state.last_writes.get(reader).copied() else { return Ok(()) };
            state.send(Message::Hurry)?;
            wanted
        };
        let mut visible = self.visible.clone();
        let seen = visible.wait_for(|visible| *visible >= wanted).await;
        seen.map(|_| ()).map_err(|_| stopped())
    }

    /// Documents with the places of their indices, and room for them.
    async fn placed(
        &self,
        documents: Vec<Document>,
        room: &Arc<Semaphore>,
        size: usize,
    ) -> Result<(Vec<(usize, Document)>, OwnedSemaphorePermit), SearchError> {
        let placed = documents.into_iter().map(|document| Ok((self.shared.place(document.index)?, document)));
        let placed = placed.collect::<Result<Vec<_>, SearchError>>()?;
        let wanted = u32::try_from(placed.len().clamp(1, size)).unwrap_or(1);
        let room = room.clone().acquire_many_owned(wanted).await;
        Ok((placed, room.map_err(|error| SearchError::Unavailable(error.to_string()))?))
    }

    /// Does what takes its time where it hinders nobody.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, SearchError> + Send + 'static,
    ) -> Result<T, SearchError> {
        let shared = self.shared.clone();
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        done.map_err(|error| SearchError::Unavailable(error.to_string()))?
    }
}

#[async_trait]
impl SearchIndex for TantivyIndex {
    async fn write(&self, documents: Vec<Document>, writer: Option<&UserId>) -> Result<(), SearchError> {
        let (mut placed, room) = self.placed(documents, &self.room, ROOM).await?;
        {
            // Most that the relay brings was written before.
            let state = self.shared.state();
            placed.retain(|(place, document)| state.slots[*place].lacks(document));
        }
        let built = self.shared.build(placed);
        let mut state = self.shared.state();
        state.write(built, room)?;
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
        let search = search.clone();
        self.aside(move |shared| shared.search(&search)).await
    }

    async fn version(&self, index: &'static str, id: &str) -> Result<Option<u64>, SearchError> {
        let place = self.shared.place(index)?;
        let state = self.shared.state();
        let slot = &state.slots[place];
        let live = slot.live.versions().get(id);
        Ok(slot.next.as_ref().map_or(live, |next| live.min(next.opened.versions().get(id))))
    }

    async fn flush(&self) -> Result<(), SearchError> {
        self.wait_for_commit(true).await
    }

    async fn settled(&self) -> Result<(), SearchError> {
        self.wait_for_commit(false).await
    }

    async fn count(&self, index: &'static str, generation: Generation) -> Result<u64, SearchError> {
        self.aside(move |shared| {
            let Seen { opened, searcher } = shared.look(index, generation)?;
            listing::count(&opened.layout, &searcher).map_err(unavailable)
        })
        .await
    }

    async fn versions(
        &self,
        index: &'static str,
        generation: Generation,
        ids: &[String],
    ) -> Result<Vec<Option<u64>>, SearchError> {
        let opened = self.shared.generation(index, generation)?;
        let versions = opened.versions();
        Ok(ids.iter().map(|id| versions.get(id)).collect())
    }

    async fn list(
        &self,
        index: &'static str,
        generation: Generation,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<(String, u64)>, SearchError> {
        let after = after.map(ToOwned::to_owned);
        self.aside(move |shared| {
            let Seen { opened, searcher } = shared.look(index, generation)?;
            listing::page(&opened.layout, &searcher, after.as_deref(), most).map_err(unavailable)
        })
        .await
    }

    async fn begin(&self, index: &'static str) -> Result<String, SearchError> {
        self.aside(move |shared| shared.begin(index)).await
    }

    async fn named(
        &self,
        index: &'static str,
        generation: Generation,
    ) -> Result<Option<String>, SearchError> {
        let place = self.shared.place(index)?;
        let state = self.shared.state();
        Ok(state.slots[place].get(generation).map(|opened| opened.name.clone()))
    }

    fn notice(&self) -> Duration {
        Duration::ZERO
    }

    async fn fill(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        let (placed, room) = self.placed(documents, &self.fill_room, FILL_ROOM).await?;
        self.aside(move |shared| {
            let built = shared.build(placed);
            shared.state().fill(built, room)
        })
        .await
    }

    async fn swap(&self, indices: &[&'static str]) -> Result<(), SearchError> {
        let indices = indices.to_vec();
        self.aside(move |shared| shared.swap(&indices)).await
    }

    async fn abandon(&self, index: &'static str) -> Result<(), SearchError> {
        self.aside(move |shared| shared.abandon(index)).await
    }
}

impl Drop for TantivyIndex {
    /// Commits what was taken in and ends the writers.
    fn drop(&mut self) {
        let nexts: Vec<_> = {
            let mut state = self.shared.state();
            state.sender = None;
            state.slots.iter_mut().filter_map(|slot| slot.next.take()).collect()
        };
        for next in nexts {
            next.end();
        }
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has said so; the outbox brings what it lost.
            let _ = writer.join();
        }
    }
}
