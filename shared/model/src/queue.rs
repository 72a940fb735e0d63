//! Queues: where events and jobs wait for those who act on them.

/// A queue, and what its consumers are promised. Each has a dead-letter queue, named `<name>-dead`.
#[derive(Debug)]
pub struct Queue {
    /// Its name; a deployment may put its own name before it.
    pub name: &'static str,
    /// Seconds that a received message stays hidden: six times as long as its consumer may take, and as long as a batch may
    /// wait for more, as AWS advises.
    pub visibility: u32,
    /// A message that was received so often without success goes to the dead-letter queue.
    pub receives: u32,
    /// Most messages that a consumer is given at once. AWS: at most 10,000 for an event source mapping.
    pub batch: usize,
}

/// A batch of no more messages need not wait for others.
const SMALL_BATCH: usize = 10;

/// Documents for the search index.
pub static INDEX: Queue = Queue { name: "index", visibility: 200, receives: 5, batch: 1_000 };
/// Usage events on their way to statistics.
pub static STATS: Queue = Queue { name: "stats", visibility: 200, receives: 5, batch: 1_000 };
/// Work on stored files.
pub static FILES: Queue = Queue { name: "files", visibility: 5_400, receives: 5, batch: 10 };
/// Registrations of persistent identifiers. Registries may not answer for a day: so long it is tried again.
pub static PIDS: Queue = Queue { name: "pids", visibility: 400, receives: 150, batch: 10 };
/// Steps of jobs, and requests for jobs by machines.
pub static JOBS: Queue = Queue { name: "jobs", visibility: 900, receives: 5, batch: 10 };
/// Everything that nobody waits for.
pub static LOW_PRIORITY: Queue = Queue { name: "low-priority", visibility: 900, receives: 5, batch: 10 };

/// All queues.
pub static QUEUES: &[&Queue] = &[&INDEX, &STATS, &FILES, &PIDS, &JOBS, &LOW_PRIORITY];

impl Queue {
    /// The queue of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        QUEUES.iter().find(|queue| queue.name == name).copied()
    }

    /// How many seconds a batch waits for more messages. AWS: one that may hold more than ten has to wait for a second.
    pub fn window(&self) -> u32 {
        u32::from(self.batch > SMALL_BATCH)
    }

    /// The name of its dead-letter queue.
    pub fn dead(&self) -> String {
        format!("{}-dead", self.name)
    }
}

impl std::fmt::Display for Queue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Queues are compared by name.
impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
