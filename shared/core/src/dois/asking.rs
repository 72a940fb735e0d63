//! One request to a registry, and what may come of it.

use std::time::Duration;

use bytes::Bytes;
use cairn_ports::{
    Outbound,
    outbound::{Answer, Request},
};
use futures::TryStreamExt;

use super::state::Deposit;

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(15);
/// How long nobody asks again where the registry does not say it.
const PAUSE: Duration = Duration::from_mins(1);
/// Most characters of a registry's explanation that are kept.
const LONGEST: usize = 300;

/// Why a registry was not told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// For people.
    pub why: String,
    /// It wants to be left alone for so long.
    pub pause: Option<Duration>,
}

impl Failure {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), pause: None }
    }
}

/// What came of asking a registry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It knows what has this digest; whether it hides the DOI.
    Told {
        /// SHA-256 of what was said.
        digest: String,
        /// Nobody finds it there any more.
        hidden: bool,
    },
    /// It has taken it, and says later what becomes of it.
    Taken(Deposit),
    /// It has taken it, and then refused it.
    Refused {
        /// What was refused.
        deposit: Deposit,
        /// Why.
        why: String,
        /// The DOI that it does not know, if it says that this was the reason.
        unknown: Option<String>,
    },
    /// There is nothing to tell.
    Nothing,
}

/// An answer as a whole.
pub(super) struct Said {
    pub status: u16,
    pub body: Vec<u8>,
    /// It wants to be left alone for so long.
    pause: Option<Duration>,
}

impl Said {
    /// That it was not done, with what the registry says to it.
    pub(super) fn failure(&self, explanation: &str) -> Failure {
        let status = self.status;
        let text: String = explanation.trim().chars().take(LONGEST).collect();
        let why = if text.is_empty() {
            format!("it answers {status}")
        } else {
            format!("it answers {status}: {text}")
        };
        Failure { why, pause: self.pause.filter(|_| status == 503) }
    }
}

/// Asks, and reads the answer.
///
/// # Errors
/// [`Failure`] where there is no answer, or where the registry does not want to be asked now.
pub(super) async fn send(outbound: &dyn Outbound, request: Request) -> Result<Said, Failure> {
    let unanswered = |error: cairn_ports::OutboundError| Failure::new(error.to_string());
    let Answer { status, headers, body } =
        outbound.send(Request { within: WITHIN, ..request }).await.map_err(unanswered)?;
    let pause = headers.get("retry-after").and_then(|wait| wait.trim().parse().ok()).map(Duration::from_secs);
    if status == 429 {
        return Err(Failure { why: "it is asked too often".into(), pause: Some(pause.unwrap_or(PAUSE)) });
    }
    let chunks: Vec<Bytes> = body.try_collect().await.map_err(unanswered)?;
    Ok(Said { status, body: chunks.concat(), pause })
}
