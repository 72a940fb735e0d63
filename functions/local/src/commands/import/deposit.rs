//! One line becomes one draft, and one record if asked.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Stopped;
use super::lines::Line;
use crate::commands::api::{Api, Call, Failure, FieldProblem};

/// What became of a line.
#[derive(Default)]
pub(super) struct Outcome {
    line: u64,
    /// The draft, if there is one.
    id: Option<String>,
    /// The draft was made now, not by an earlier run.
    pub(super) created: bool,
    /// The record was published now.
    pub(super) published: bool,
    /// What the repository found missing or wrong in the draft; it is saved all the same.
    problems: Vec<FieldProblem>,
    trouble: Option<Trouble>,
}

enum Trouble {
    Bad(String),
    Unreadable(String),
    Refused(Failure),
}

#[derive(Deserialize)]
struct Draft {
    id: String,
    #[serde(default)]
    is_published: bool,
    #[serde(default)]
    links: Links,
    #[serde(default)]
    errors: Value,
}

#[derive(Deserialize, Default)]
struct Links {
    publish: Option<String>,
}

/// What is told about a line that did not go well.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    line: u64,
    id: Option<&'a str>,
    outcome: &'static str,
    status: Option<u16>,
    reason: String,
    errors: &'a [FieldProblem],
}

/// Saves the draft of a line, and publishes it if asked.
pub(super) async fn deposit(api: &Api, line: Line, publish: bool) -> Outcome {
    let (line, body, key) = match line {
        Line::Draft { number, body, key } => (number, body, key),
        Line::Bad { number, reason } => return Outcome::of(number, Trouble::Bad(reason)),
        Line::Unreadable { reason } => return Outcome::of(0, Trouble::Unreadable(reason)),
    };
    let mut outcome = Outcome { line, ..Outcome::default() };
    let draft = match create(api, Call::post("/api/records").body(body).key(&*key), &mut outcome).await {
        Ok(draft) => draft,
        Err(failure) => return Outcome { trouble: Some(Trouble::Refused(failure)), ..outcome },
    };
    // What is published already may be under edit by now: that edit is not ours to publish.
    if publish && !draft.is_published {
        match publish_draft(api, &draft, &key).await {
            Ok(now) => outcome.published = now,
            Err(failure) => outcome.trouble = Some(Trouble::Refused(failure)),
        }
    }
    // Published in spite of them: they were remarks.
    if !publish || outcome.trouble.is_some() {
        outcome.problems = Vec::deserialize(&draft.errors).unwrap_or_default();
    }
    outcome.id = Some(draft.id);
    outcome
}

async fn create(api: &Api, call: Call, outcome: &mut Outcome) -> Result<Draft, Failure> {
    let answer = api.send(&call).await?;
    let draft: Draft = answer.read()?;
    outcome.created = !answer.replayed && !draft.is_published;
    Ok(draft)
}

/// Whether it was published by this very request.
async fn publish_draft(api: &Api, draft: &Draft, key: &str) -> Result<bool, Failure> {
    let link = draft.links.publish.as_deref().and_then(|link| api.path_of(link));
    let path =
        link.ok_or_else(|| Failure::Unexpected(format!("draft {} has no link to publish it", draft.id)))?;
    let answer = api.send(&Call::post(path).key(format!("publish-{key}"))).await?;
    Ok(!answer.replayed)
}

impl Outcome {
    fn of(line: u64, trouble: Trouble) -> Self {
        Self { line, trouble: Some(trouble), ..Self::default() }
    }

    /// Whether the line was not saved, or not published although asked.
    pub(super) fn failed(&self) -> bool {
        self.trouble.is_some()
    }

    /// Whether there is a draft or record of an earlier run.
    pub(super) fn was_there(&self) -> bool {
        self.id.is_some() && !self.created
    }

    /// Whether the draft was saved with parts missing or wrong.
    pub(super) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Itself, unless every further line would meet the same trouble.
    pub(super) fn lasting(self) -> Result<Self, Stopped> {
        match self.trouble {
            Some(Trouble::Refused(failure)) if failure.is_lasting() => Err(Stopped::Failed(failure)),
            Some(Trouble::Unreadable(reason)) => Err(Stopped::Unreadable(reason)),
            _ => Ok(self),
        }
    }

    /// What to tell about it; nothing if it went well.
    pub(super) fn report(&self) -> Option<Report<'_>> {
        let (status, reason, errors) = match &self.trouble {
            Some(Trouble::Bad(reason) | Trouble::Unreadable(reason)) => (None, reason.clone(), &[][..]),
            Some(Trouble::Refused(failure)) => (failure.status(), failure.to_string(), failure.problems()),
            None if self.problems.is_empty() => return None,
            None => {
                let problems: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
                (None, problems.join("; "), &*self.problems)
            }
        };
        let outcome = if self.failed() { "failed" } else { "saved with problems" };
        Some(Report { line: self.line, id: self.id.as_deref(), outcome, status, reason, errors })
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, outcome, reason, .. } = self;
        match self.id {
            Some(id) if self.status.is_some() => {
                write!(formatter, "line {line}: draft {id} is saved, publishing {outcome}: {reason}")
            }
            Some(id) => write!(formatter, "line {line}: draft {id} {outcome}: {reason}"),
            None => write!(formatter, "line {line}: {outcome}: {reason}"),
        }
    }
}
