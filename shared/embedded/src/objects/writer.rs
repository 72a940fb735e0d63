//! The one thread that writes the database: it does everything that waits in one transaction, and answers after the sync.

use std::{
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use cairn_ports::Clock;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use super::{
    failure::{Failure, Result, damaged},
    files::Incoming,
};

/// Most tasks of one transaction: bounds how long the first of them waits.
const BATCH: usize = 256;

/// What a task works with.
pub(super) struct Transaction<'a> {
    /// Within the transaction.
    pub(super) connection: &'a Connection,
    /// The instant, in microseconds since 1970.
    pub(super) now: i64,
    /// Data files that nothing names any more: they go after the commit.
    pub(super) freed: Vec<String>,
    /// Whether there are new arrivals.
    pub(super) arrived: bool,
}

/// Answers the caller once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(std::result::Result<(), &str>) + Send>;

type Job = Box<dyn FnOnce(&mut Transaction<'_>) -> Result<Answer> + Send>;

/// The thread. It ends with this handle, after all that was handed to it.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    handle: Option<JoinHandle<()>>,
    arrived: watch::Receiver<u64>,
}

impl Writer {
    pub(super) fn start(connection: Connection, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let (sender, arrived) = watch::channel(0);
        let handle = std::thread::Builder::new()
            .name("objects".into())
            .spawn(move || serve(connection, clock.as_ref(), &waiting, &sender))?;
        Ok(Self { jobs: Some(jobs), handle: Some(handle), arrived })
    }

    /// Changes whenever there are new arrivals.
    pub(super) fn arrived(&self) -> watch::Receiver<u64> {
        self.arrived.clone()
    }

    /// Runs a task in a transaction, wholly or not at all, and waits for the commit: what the task made of it, and the
    /// data files that are to go. The incoming files stay if it was done, and go if it was not, whether or not the caller is
    /// still there.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        incoming: Vec<Incoming>,
        task: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<(T, Vec<String>)> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |transaction| {
            let savepoint = Savepoint::begin(transaction.connection)?;
            let outcome = task(transaction);
            savepoint.end(outcome.is_ok())?;
            let freed = std::mem::take(&mut transaction.freed);
            let answer: Answer = Box::new(move |committed: std::result::Result<(), &str>| {
                // Nobody knows what a restart finds after a commit that failed: the files stay, and are swept if need be.
                if outcome.is_ok() || committed.is_err() {
                    incoming.into_iter().for_each(Incoming::keep);
                } else {
                    drop(incoming);
                }
                let committed = committed.map_err(|error| damaged(error.to_owned()));
                let outcome = committed.and(outcome).map(|value| (value, freed));
                // Nobody waits any more where the caller was cancelled.
                reply.send(outcome).ok();
            });
            Ok(answer)
        });
        let gone = || damaged("the thread of the objects has ended".into());
        self.jobs.as_ref().ok_or_else(gone)?.send(job).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(handle) = self.handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the thread of the objects had panicked");
        }
    }
}

/// Undoes what a task did if it did not do it all.
struct Savepoint<'a>(&'a Connection);

impl<'a> Savepoint<'a> {
    fn begin(connection: &'a Connection) -> rusqlite::Result<Self> {
        connection.prepare_cached("SAVEPOINT task")?.execute(())?;
        Ok(Self(connection))
    }

    fn end(self, done: bool) -> rusqlite::Result<()> {
        if !done {
            self.0.execute_batch("ROLLBACK TO task")?;
        }
        self.0.prepare_cached("RELEASE task")?.execute(())?;
        Ok(())
    }
}

fn serve(
    mut connection: Connection,
    clock: &dyn Clock,
    waiting: &mpsc::Receiver<Job>,
    arrived: &watch::Sender<u64>,
) {
    while let Ok(first) = waiting.recv() {
        let batch: Vec<Job> = std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1)).collect();
        let mut answers = Vec::with_capacity(batch.len());
        match transact(&mut connection, clock, batch, &mut answers) {
            Ok(any_arrived) => {
                if any_arrived {
                    arrived.send_modify(|count| *count += 1);
                }
                for answer in answers {
                    answer(Ok(()));
                }
            }
            Err(failure) => {
                let message = std::io::Error::from(failure).to_string();
                for answer in answers {
                    answer(Err(&message));
                }
            }
        }
    }
}

fn transact(
    connection: &mut Connection,
    clock: &dyn Clock,
    batch: Vec<Job>,
    answers: &mut Vec<Answer>,
) -> Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut arrived = false;
    for job in batch {
        let now = clock.now().micros();
        let mut context = Transaction { connection: &transaction, now, freed: Vec::new(), arrived: false };
        answers.push(job(&mut context)?);
        arrived |= context.arrived;
    }
    transaction.commit().map_err(Failure::from)?;
    Ok(arrived)
}
