//! Two generations of an index: one that is searched, and while it is made anew, another that is filled beside it.

use std::{
    io,
    path::Path,
    sync::{Arc, MutexGuard, PoisonError, mpsc},
    thread::JoinHandle,
};

use cairn_ports::search::{Document, Generation, SearchError};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tracing::warn;

use super::{
    Seen, Shared,
    compile::unavailable,
    document::Built,
    folder::Opened,
    layout::Layout,
    ledger::{self, Ledger, Numbers},
    spawn,
    state::{State, stopped},
    writer::{Audience, Change, Message},
};

/// The generations of one index.
pub(super) struct Slot {
    pub live: Arc<Opened>,
    pub next: Option<Next>,
    numbers: Numbers,
}

/// A generation that is being made, with a writer of its own: who searches does not wait for it.
pub(super) struct Next {
    pub opened: Arc<Opened>,
    sender: mpsc::Sender<Message>,
    thread: JoinHandle<()>,
}

impl Next {
    fn start(opened: Arc<Opened>) -> Result<Self, SearchError> {
        let (sender, thread) = spawn(Audience::Nobody)?;
        Ok(Self { opened, sender, thread })
    }

    pub(super) fn send(&self, message: Message) -> Result<(), SearchError> {
        self.sender.send(message).map_err(|_| stopped())
    }

    /// Comes when all that was sent is durable.
    pub(super) fn flush(&self, now: bool) -> Result<oneshot::Receiver<Result<(), SearchError>>, SearchError> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Flush { reply, now })?;
        Ok(answer)
    }

    /// Ends the writer, once it has committed what it was sent.
    pub(super) fn end(self) -> Arc<Opened> {
        drop(self.sender);
        if self.thread.join().is_err() {
            warn!("the writer of `{}` has panicked", self.opened.name);
        }
        self.opened
    }
}

impl Slot {
    /// The generations as they were left. One that was being made and is damaged is given up.
    pub(super) fn open(folder: Option<&Path>, layout: Layout, numbers: Numbers) -> Result<Self, SearchError> {
        let index = layout.mapping.index;
        let next = match (folder, numbers.next) {
            (Some(folder), Some(number)) => {
                let name = ledger::name(index, number);
                let found = Opened::existing(&folder.join(&name), &name, layout.clone());
                found.inspect_err(|error| warn!(%error, "`{name}` is damaged and given up")).ok().flatten()
            }
            _ => None,
        };
        let live = Arc::new(Opened::open(folder, ledger::name(index, numbers.live), layout)?);
        let next = next.map(|opened| Next::start(Arc::new(opened))).transpose()?;
        let numbers = Numbers { next: numbers.next.filter(|_| next.is_some()), ..numbers };
        Ok(Self { live, next, numbers })
    }

    /// The names of its generations.
    pub(super) fn names(&self) -> Vec<String> {
        [Generation::Live, Generation::Next]
            .into_iter()
            .filter_map(|one| Some(self.get(one)?.name.clone()))
            .collect()
    }

    /// Whether one of its generations has not taken this in.
    pub(super) fn lacks(&self, document: &Document) -> bool {
        let mut generations =
            [Generation::Live, Generation::Next].into_iter().filter_map(|one| self.get(one));
        generations
            .any(|opened| opened.versions().get(&document.id).is_none_or(|known| known < document.version))
    }

    pub(super) fn get(&self, generation: Generation) -> Option<&Arc<Opened>> {
        match generation {
            Generation::Live => Some(&self.live),
            Generation::Next => self.next.as_ref().map(|next| &next.opened),
        }
    }
}

impl State {
    /// Has what the next generations of some indices were sent committed.
    fn flush_next(&self, places: &[usize]) -> Result<Vec<Flushed>, SearchError> {
        let flush = |place: &usize| {
            let slot = &self.slots[*place];
            slot.next.as_ref().ok_or_else(|| not_being_made(slot))?.flush(true)
        };
        places.iter().map(flush).collect()
    }

    /// Sends documents on to the generations that are being made.
    pub(super) fn fill(&self, documents: Vec<Built>, room: OwnedSemaphorePermit) -> Result<(), SearchError> {
        // First: what is accepted has to be sent.
        if let Some(document) = documents.iter().find(|document| self.slots[document.place].next.is_none()) {
            return Err(not_being_made(&self.slots[document.place]));
        }
        let mut changes: Vec<Vec<Change>> = self.slots.iter().map(|_| Vec::new()).collect();
        for document in documents {
            let place = document.place;
            changes[place]
                .extend(self.slots[place].next.as_ref().and_then(|next| next.opened.accept(document)));
        }
        let (sequence, mut room) = (self.sequence, Some(room));
        for (slot, changes) in self.slots.iter().zip(changes) {
            if let (Some(next), false) = (&slot.next, changes.is_empty()) {
                next.send(Message::Write { sequence, changes, room: room.take() })?;
            }
        }
        Ok(())
    }
}

impl Shared {
    /// A generation of an index.
    pub(super) fn generation(&self, index: &str, generation: Generation) -> Result<Arc<Opened>, SearchError> {
        let place = self.place(index)?;
        let state = self.state();
        let slot = &state.slots[place];
        slot.get(generation).cloned().ok_or_else(|| not_being_made(slot))
    }

    /// A generation as it can be seen now.
    pub(super) fn look(&self, index: &str, generation: Generation) -> Result<Seen, SearchError> {
        match generation {
            Generation::Live => {
                let seen = self.seen();
                let Seen { opened, searcher } = &seen[self.place(index)?];
                Ok(Seen { opened: opened.clone(), searcher: searcher.clone() })
            }
            Generation::Next => {
                let opened = self.generation(index, generation)?;
                Ok(Seen { searcher: opened.reader.searcher(), opened })
            }
        }
    }

    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down which generations there are: with this index's `numbers`.
    fn note(&self, changed: &[(usize, Numbers)], state: &State) -> Result<(), SearchError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut ledger: Ledger = (self.mappings.iter().zip(&state.slots))
            .map(|(mapping, slot)| (mapping.index.to_owned(), slot.numbers))
            .collect();
        ledger.extend(
            changed.iter().map(|(place, numbers)| (self.mappings[*place].index.to_owned(), *numbers)),
        );
        ledger::write(folder, &ledger).map_err(|error| failed(&error))
    }

    pub(super) fn begin(&self, index: &str) -> Result<String, SearchError> {
        let _alone = self.change();
        let place = self.place(index)?;
        let (numbers, layout) = {
            let state = self.state();
            let slot = &state.slots[place];
            if let Some(next) = &slot.next {
                return Ok(next.opened.name.clone());
            }
            (slot.numbers, slot.live.layout.clone())
        };
        let number = numbers.last + 1;
        let name = ledger::name(index, number);
        let opened = Opened::create(self.folder.as_deref(), name.clone(), layout)?;
        let numbers = Numbers { next: Some(number), last: number, ..numbers };
        let mut state = self.state();
        self.note(&[(place, numbers)], &state)?;
        state.slots[place].next = Some(Next::start(Arc::new(opened))?);
        state.slots[place].numbers = numbers;
        Ok(name)
    }

    pub(super) fn abandon(&self, index: &str) -> Result<(), SearchError> {
        let _alone = self.change();
        let place = self.place(index)?;
        let next = {
            let mut state = self.state();
            let numbers = Numbers { next: None, ..state.slots[place].numbers };
            if state.slots[place].next.is_none() {
                return Ok(());
            }
            self.note(&[(place, numbers)], &state)?;
            state.slots[place].numbers = numbers;
            state.slots[place].next.take()
        };
        if let Some(next) = next {
            next.opened.retire();
            next.end().remove();
        }
        Ok(())
    }

    pub(super) fn swap(&self, indices: &[&'static str]) -> Result<(), SearchError> {
        let _alone = self.change();
        let places = indices.iter().map(|index| self.place(index)).collect::<Result<Vec<_>, _>>()?;
        // Most is made durable while others go on writing.
        let flushed = self.state().flush_next(&places)?;
        flushed.into_iter().try_for_each(wait)?;
        let (old, swapped) = {
            let mut state = self.state();
            // From here on nobody writes: what the new generations are sent is all there is.
            state.flush_next(&places)?.into_iter().try_for_each(wait)?;
            self.exchange(&mut state, &places)?
        };
        self.reload().map_err(unavailable)?;
        wait_for(swapped)?;
        for opened in old {
            opened.remove();
        }
        Ok(())
    }

    /// Makes the next generations live: first on disk, then for all who write. Gives the old ones, and what comes when the
    /// writer has let go of them.
    fn exchange(
        &self,
        state: &mut State,
        places: &[usize],
    ) -> Result<(Vec<Arc<Opened>>, oneshot::Receiver<()>), SearchError> {
        let mut changed = Vec::new();
        for place in places {
            let slot = &state.slots[*place];
            let Some(next) = &slot.next else { return Err(not_being_made(slot)) };
            next.opened.mark_filled().map_err(|error| failed(&error))?;
            let live = slot.numbers.next.unwrap_or(slot.numbers.live);
            changed.push((*place, Numbers { live, next: None, ..slot.numbers }));
        }
        self.note(&changed, state)?;
        let (mut old, mut live) = (Vec::new(), Vec::new());
        for (place, numbers) in changed {
            let slot = &mut state.slots[place];
            let Some(next) = slot.next.take() else { continue };
            let opened = next.end();
            live.push(opened.clone());
            let before = std::mem::replace(&mut slot.live, opened);
            before.retire();
            old.push(before);
            slot.numbers = numbers;
        }
        let (reply, swapped) = oneshot::channel();
        state.send(Message::Swapped { live, reply })?;
        Ok((old, swapped))
    }
}

type Flushed = oneshot::Receiver<Result<(), SearchError>>;

fn wait(flushed: Flushed) -> Result<(), SearchError> {
    wait_for(flushed)?
}

fn wait_for<T>(answer: oneshot::Receiver<T>) -> Result<T, SearchError> {
    answer.blocking_recv().map_err(|_| stopped())
}

fn not_being_made(slot: &Slot) -> SearchError {
    SearchError::Unavailable(format!("`{}` is not being made anew", slot.live.layout.mapping.index))
}

fn failed(error: &io::Error) -> SearchError {
    SearchError::Unavailable(format!("the generations of the search index cannot be noted: {error}"))
}
