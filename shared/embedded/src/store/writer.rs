//! The writer: one thread that commits everything that waits in one transaction, and answers after the sync.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use cairn_ports::{Clock, StoreError, clock::SystemClock, prepared::Prepared};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use super::{
    error,
    marker::Marker,
    write::{self, State},
};

/// Most tasks of one transaction: bounds how long the first of them waits.
const BATCH: usize = 256;

/// Something to write.
pub(super) enum Task {
    /// A work; answers 0.
    Commit(Prepared),
    /// Remove expired items; answers how many went.
    Sweep {
        /// Seconds since 1970.
        before: i64,
        /// At most so many.
        limit: usize,
    },
}

type Outcome = Result<usize, StoreError>;

struct Job {
    task: Task,
    reply: oneshot::Sender<Outcome>,
}

/// The thread that writes. It ends with this handle, after all that was handed to it.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    committed: watch::Receiver<()>,
}

impl Writer {
    /// Starts the thread. Without a marker nothing is kept beside the database.
    pub(super) fn start(
        connection: Arc<Mutex<Connection>>,
        marker: Option<Marker>,
    ) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel();
        let (sender, committed) = watch::channel(());
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(&connection, marker.as_ref(), &waiting, &sender))
            .map_err(error::of_file)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), committed })
    }

    /// Changes after each commit.
    pub(super) fn committed(&self) -> watch::Receiver<()> {
        self.committed.clone()
    }

    /// Hands a task to the thread and waits for its answer.
    pub(super) async fn run(&self, task: Task) -> Outcome {
        let (reply, answer) = oneshot::channel();
        let gone = || StoreError::Unavailable("the store's writer has ended".into());
        self.jobs.as_ref().ok_or_else(gone)?.send(Job { task, reply }).map_err(|_| gone())?;
        // The thread had the task: if it ended without an answer, the commit may or may not have happened.
        answer.await.map_err(|_| StoreError::Unknown("the store's writer ended before it answered".into()))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer had panicked");
        }
    }
}

fn serve(
    connection: &Mutex<Connection>,
    marker: Option<&Marker>,
    waiting: &mpsc::Receiver<Job>,
    committed: &watch::Sender<()>,
) {
    while let Ok(first) = waiting.recv() {
        let batch: Vec<Job> = std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1)).collect();
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let outcomes = transact(&mut connection, marker, &batch);
        drop(connection);
        match outcomes {
            Ok(outcomes) => {
                batch.into_iter().zip(outcomes).for_each(|(job, outcome)| answer(job, outcome));
                committed.send_replace(());
            }
            Err(error) => {
                tracing::error!(%error, works = batch.len(), "the store could not commit");
                for job in batch {
                    answer(job, Err(error::again(&error)));
                }
            }
        }
    }
}

fn answer(job: Job, outcome: Outcome) {
    if job.reply.send(outcome).is_err() {
        tracing::debug!("nobody waits for the outcome of a commit any more");
    }
}

/// Runs the tasks one after the other, each wholly or not at all, and commits once. An error undoes all of them.
fn transact(
    connection: &mut Connection,
    marker: Option<&Marker>,
    batch: &[Job],
) -> Result<Vec<Outcome>, StoreError> {
    let now = SystemClock.now().seconds();
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error::of)?;
    let before = State::load(&transaction)?;
    let mut state = before;
    let mut outcomes = Vec::with_capacity(batch.len());
    for job in batch {
        outcomes.push(attempt(&transaction, &mut state, &job.task, now)?);
    }
    if state == before {
        return Ok(outcomes);
    }
    state.save(&transaction)?;
    transaction.commit().map_err(error::of_commit)?;
    if let Some(marker) = marker
        && let Err(error) = marker.write(state.commits)
    {
        // The commit stands; only the check of the next start knows less.
        tracing::warn!(%error, "primary.commits cannot be written");
    }
    Ok(outcomes)
}

/// One task: what it wrote is undone if it fails.
fn attempt(connection: &Connection, state: &mut State, task: &Task, now: i64) -> Result<Outcome, StoreError> {
    connection.execute_batch("SAVEPOINT task").map_err(error::of)?;
    let mut changed = *state;
    let outcome = match task {
        Task::Commit(work) => write::commit(connection, &mut changed, work, now).map(|()| 0),
        Task::Sweep { before, limit } => write::sweep(connection, &mut changed, *before, *limit),
    };
    if outcome.is_ok() {
        *state = changed;
    } else {
        connection.execute_batch("ROLLBACK TO task").map_err(error::of)?;
    }
    connection.execute_batch("RELEASE task").map_err(error::of)?;
    Ok(outcome)
}
