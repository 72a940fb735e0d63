//! The one thread that touches the database: it does everything that waits in one transaction, and answers afterwards.

use std::{sync::mpsc, thread::JoinHandle};

use cairn_ports::queue::QueueError;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use super::schema::failed;

/// Most tasks of one transaction: bounds how long the first of them waits.
const BATCH: usize = 256;

/// What a task does to those who wait for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Messages come: that outlives a power cut once it is answered, since their sender forgets them then.
    Arrival,
    /// Messages go, if anything: after a power cut they come once more.
    Departure,
}

/// Answers the caller once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(Result<(), QueueError>) + Send>;

struct Job {
    effect: Effect,
    run: Box<dyn FnOnce(&Connection) -> Answer + Send>,
}

/// The thread. It ends with this handle, after all that was handed to it.
pub(super) struct Thread {
    jobs: Option<mpsc::Sender<Job>>,
    handle: Option<JoinHandle<()>>,
    changed: watch::Receiver<u64>,
}

impl Thread {
    pub(super) fn start(connection: Connection) -> Result<Self, QueueError> {
        let (jobs, waiting) = mpsc::channel();
        let (sender, changed) = watch::channel(0);
        let handle = std::thread::Builder::new()
            .name("queues".into())
            .spawn(move || serve(connection, &waiting, &sender))
            .map_err(|error| QueueError::Unavailable(error.to_string()))?;
        Ok(Self { jobs: Some(jobs), handle: Some(handle), changed })
    }

    /// Changes whenever messages may have come.
    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.clone()
    }

    /// Runs a task in a transaction and waits for its answer.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        effect: Effect,
        task: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        let run = Box::new(move |connection: &Connection| {
            let outcome = task(connection).map_err(failed);
            let answer: Answer = Box::new(move |committed: Result<(), QueueError>| {
                // Nobody waits any more where the caller was cancelled.
                reply.send(committed.and(outcome)).ok();
            });
            answer
        });
        let gone = || QueueError::Unavailable("the thread of the queues has ended".into());
        self.jobs.as_ref().ok_or_else(gone)?.send(Job { effect, run }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(handle) = self.handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the thread of the queues had panicked");
        }
    }
}

fn serve(mut connection: Connection, waiting: &mpsc::Receiver<Job>, changed: &watch::Sender<u64>) {
    while let Ok(first) = waiting.recv() {
        let batch: Vec<Job> = std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1)).collect();
        let arrival = batch.iter().any(|job| job.effect == Effect::Arrival);
        transact(&mut connection, batch, arrival);
        if arrival {
            changed.send_modify(|count| *count += 1);
        }
    }
}

fn transact(connection: &mut Connection, batch: Vec<Job>, synced: bool) {
    let level = if synced { "FULL" } else { "NORMAL" };
    let mut answers = Vec::with_capacity(batch.len());
    let committed = (|| {
        connection.pragma_update(None, "synchronous", level).map_err(failed)?;
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        for job in batch {
            answers.push((job.run)(&transaction));
        }
        transaction.commit().map_err(failed)
    })();
    if let Err(error) = &committed {
        tracing::error!(%error, "the queues could not commit: {error}");
    }
    for answer in answers {
        answer(committed.clone());
    }
}
