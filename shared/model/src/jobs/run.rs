//! A job being done once: its state, how far it came, and what it said on the way.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Result, time::Timestamp};

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It waits for its first step.
    Queued,
    /// Some of it is done.
    Running,
    /// All of it is done.
    Success,
    /// It cannot go on, or nothing of it worked.
    Failed,
    /// All of it is done, and there is something to look at.
    Warning,
    /// It is to stop.
    Cancelling,
    /// It was stopped.
    Cancelled,
    /// All of it is done, and some entries failed.
    PartialSuccess,
}

impl Status {
    /// Every state, in the order of a run's life.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Running,
        Self::Success,
        Self::Failed,
        Self::Warning,
        Self::Cancelling,
        Self::Cancelled,
        Self::PartialSuccess,
    ];

    /// The name that clients know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Warning => "WARNING",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
            Self::PartialSuccess => "PARTIAL_SUCCESS",
        }
    }

    /// Nothing more happens.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Cancelling)
    }

    /// The next state.
    ///
    /// # Errors
    /// [`Error::BadRequest`] where a run cannot go from here to there.
    pub fn change_to(self, next: Self) -> Result<Self> {
        let allowed = match next {
            Self::Queued => self.is_final() && self != Self::Success,
            Self::Running => self == Self::Queued,
            Self::Cancelling => matches!(self, Self::Queued | Self::Running),
            Self::Cancelled => self == Self::Cancelling,
            Self::Success | Self::Failed | Self::Warning | Self::PartialSuccess => !self.is_final(),
        };
        if allowed {
            return Ok(next);
        }
        let (from, to) = (self.name(), next.name());
        Err(Error::BadRequest(format!("You cannot change run status from {from} to {to}.")))
    }
}

/// What a run has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Entries there are, as far as is known.
    pub total: u64,
    /// Entries that were new.
    pub inserted: u64,
    /// Entries that were changed.
    pub updated: u64,
    /// Entries that were found as they should be.
    #[serde(default)]
    pub unchanged: u64,
    /// Entries that failed.
    pub errored: u64,
}

impl Counts {
    /// Entries that were dealt with.
    pub fn done(self) -> u64 {
        self.inserted + self.updated + self.unchanged + self.errored
    }

    /// `14/40 entries done. 1/40 entries errored. 8 inserted / 3 updated. 2 unchanged.`
    pub fn sentence(self) -> String {
        let Self { inserted, updated, unchanged, errored, .. } = self;
        let total = self.total.max(self.done());
        let errors = if errored > 0 { format!(" {errored}/{total} entries errored.") } else { String::new() };
        let new =
            if inserted > 0 { format!(" {inserted} inserted / {updated} updated.") } else { String::new() };
        let same = if unchanged > 0 { format!(" {unchanged} unchanged.") } else { String::new() };
        format!("{}/{total} entries done.{errors}{new}{same}", self.done())
    }
}

/// A job being done once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// A UUID; later runs have greater ones.
    pub id: String,
    /// The job.
    pub job_id: String,
    /// The task that is done.
    pub task: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// When something of it changed: its heartbeat.
    pub updated: Timestamp,
    /// When its first step began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    /// The user it runs as; nobody: the system.
    #[serde(default)]
    pub started_by: Option<String>,
    /// The state.
    pub status: Status,
    /// How far it came, or why it ended.
    #[serde(default)]
    pub message: Option<String>,
    /// What people call it.
    pub title: String,
    /// Its arguments.
    pub args: Map<String, Value>,
    /// The name of its queue, as clients know it.
    pub queue: String,
    /// Steps that are done.
    pub step: u64,
    /// Where the next step goes on; `null` at the beginning.
    #[serde(default)]
    pub cursor: Value,
    /// How often the next step was tried.
    #[serde(default)]
    pub attempts: u32,
    /// What it has done.
    pub counts: Counts,
    /// Whether its last step is done: what starts it again starts at the beginning.
    #[serde(default)]
    pub complete: bool,
    /// The step with which it began, the last time that it began at the beginning.
    #[serde(default)]
    pub began: u64,
}

impl Run {
    /// How a run ends whose last step is done.
    pub fn outcome(&self) -> Status {
        match self.counts {
            Counts { errored: 0, .. } => Status::Success,
            counts if counts.errored < counts.done() => Status::PartialSuccess,
            _ => Status::Failed,
        }
    }
}

/// Characters of a line of a log.
const LONGEST_LINE: usize = 2_000;

/// How much a line of a log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// For people who follow a run.
    Info,
    /// Something to look at.
    Warning,
    /// Something that did not work.
    Error,
}

/// One line of a run's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// What happened, for people.
    pub message: String,
}

impl LogLine {
    /// A line; of a longer message only the beginning.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(LONGEST_LINE) {
            message.truncate(end);
            message.push('…');
        }
        Self { level, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_forward_and_ends_once() {
        use Status::{Cancelled, Cancelling, Failed, Queued, Running, Success};
        for (from, to) in [
            (Queued, Running),
            (Queued, Cancelling),
            (Running, Success),
            (Cancelling, Cancelled),
            (Cancelling, Success),
            (Failed, Queued),
            (Cancelled, Queued),
        ] {
            assert_eq!(from.change_to(to).unwrap(), to);
        }
        for (from, to) in
            [(Success, Cancelling), (Cancelled, Cancelling), (Success, Queued), (Running, Running)]
        {
            let refused = from.change_to(to).unwrap_err().to_string();
            let (from, to) = (from.name(), to.name());
            assert_eq!(refused, format!("You cannot change run status from {from} to {to}."));
        }
    }

    #[test]
    fn names_are_those_that_are_stored() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
    }

    #[test]
    fn a_line_is_not_longer_than_a_log_can_bear() {
        assert_eq!(LogLine::new(Level::Info, "ü".repeat(2_000)).message.chars().count(), 2_000);
        let long = LogLine::new(Level::Info, "ü".repeat(5_000)).message;
        assert!(long.chars().count() == 2_001 && long.ends_with("ü…"));
    }

    #[test]
    fn progress_is_a_sentence() {
        let counts = Counts { total: 40, inserted: 8, updated: 3, errored: 1, ..Counts::default() };
        assert_eq!(counts.sentence(), "12/40 entries done. 1/40 entries errored. 8 inserted / 3 updated.");
        assert_eq!(Counts::default().sentence(), "0/0 entries done.");
        let counts = Counts { unchanged: 2, ..counts };
        let sentence = "14/40 entries done. 1/40 entries errored. 8 inserted / 3 updated. 2 unchanged.";
        assert_eq!(counts.sentence(), sentence);
    }
}
