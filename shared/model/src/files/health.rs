//! Whether a link still leads somewhere: what was seen each time, and what is held to be true.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// How many times in a row a link has to fail before that is believed.
const PATIENCE: usize = 3;

/// How a link answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not looked at often enough to know.
    #[default]
    Unknown,
    /// It is there.
    Ok,
    /// It is said to be elsewhere; nobody went there.
    Moved,
    /// There is an answer, but it is not the file.
    Broken,
    /// There is no answer, or none for now.
    Unreachable,
    /// It may not be asked any more: its host is not listed, or leads to an address that is not.
    Refused,
}

/// What one look has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// How it answered.
    pub state: State,
    /// The status of the answer (RFC 9110 §15).
    pub status: Option<u16>,
    /// Bytes that the content is said to have.
    pub size: Option<u64>,
    /// The content's `ETag`, as it was sent.
    pub etag: Option<String>,
}

/// What is known of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// What is held to be true: one failure alone changes nothing.
    pub state: State,
    /// When that began.
    pub since: Timestamp,
    /// When it was last looked at.
    pub checked: Timestamp,
    /// The status last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes, as last said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The `ETag` last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When size or `ETag` were last seen to have become others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
    /// The last looks, newest last.
    recent: Vec<State>,
}

impl Health {
    /// What is known after a look.
    #[must_use]
    pub fn after(before: Option<&Self>, look: &Look, now: Timestamp) -> Self {
        let held = before.map(|before| before.state).unwrap_or_default();
        let mut recent = before.map(|before| before.recent.clone()).unwrap_or_default();
        recent.push(look.state);
        recent.drain(..recent.len().saturating_sub(PATIENCE));
        let state = believed(held, look.state, &recent);
        let (size, etag) =
            (before.and_then(|before| before.size), before.and_then(|before| before.etag.clone()));
        let is_other = look.state == State::Ok
            && (differs(size.as_ref(), look.size.as_ref()) || differs(etag.as_ref(), look.etag.as_ref()));
        Self {
            state,
            since: before.filter(|_| state == held).map_or(now, |before| before.since),
            checked: now,
            status: look.status,
            // What an error page says of itself is not said of the file.
            size: look.size.filter(|_| look.state == State::Ok).or(size),
            etag: look.etag.clone().filter(|_| look.state == State::Ok).or(etag),
            changed: if is_other { Some(now) } else { before.and_then(|before| before.changed) },
            recent,
        }
    }

    /// Whether the last look found it as it should be.
    pub fn was_found(&self) -> bool {
        self.recent.last() == Some(&State::Ok)
    }

    /// Whether others should hear of it: its state, or what it leads to, has become another.
    pub fn is_news(&self, before: Option<&Self>) -> bool {
        let held = before.map(|before| before.state).unwrap_or_default();
        self.state != held || self.changed != before.and_then(|before| before.changed)
    }
}

/// What was found is true at once. A failure is, once there were enough in a row; and one takes the place of another only
/// if it was the same each time.
fn believed(held: State, seen: State, recent: &[State]) -> State {
    let failing = recent.len() == PATIENCE && !recent.contains(&State::Ok);
    let constant = recent.iter().all(|state| *state == seen);
    let was_well = matches!(held, State::Ok | State::Unknown);
    if seen == State::Ok || (failing && (was_well || constant)) { seen } else { held }
}

fn differs<T: PartialEq>(before: Option<&T>, now: Option<&T>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before != now)
}

#[cfg(test)]
mod tests {
    use super::{State::*, *};

    fn look(state: State, size: u64, etag: &str) -> Look {
        Look { state, status: Some(200), size: Some(size), etag: Some(etag.to_owned()) }
    }

    /// The states that are held after each of these looks.
    fn held(looks: &[State]) -> Vec<State> {
        let mut health = None;
        let mut held = Vec::new();
        for (at, state) in (1_i64..).zip(looks) {
            let after = Health::after(health.as_ref(), &look(*state, 1, "a"), Timestamp::from_micros(at));
            held.push(after.state);
            health = Some(after);
        }
        held
    }

    #[test]
    fn no_single_failure_changes_a_state_and_any_success_does() {
        assert_eq!(held(&[Ok, Broken, Broken, Ok]), [Ok, Ok, Ok, Ok]);
        assert_eq!(held(&[Ok, Broken, Broken, Broken, Ok]), [Ok, Ok, Ok, Broken, Ok]);
        assert_eq!(held(&[Broken, Broken, Broken]), [Unknown, Unknown, Broken]);
        assert_eq!(held(&[Ok, Broken, Unreachable, Moved]), [Ok, Ok, Ok, Moved]);
        assert_eq!(
            held(&[Broken, Broken, Broken, Unreachable, Broken, Unreachable, Unreachable, Unreachable])[2..],
            [Broken, Broken, Broken, Broken, Broken, Unreachable]
        );
    }

    #[test]
    fn content_that_has_become_another_is_noted_once() {
        let at = Timestamp::from_micros;
        let first = Health::after(None, &look(Ok, 5, "a"), at(1));
        assert_eq!((first.changed, first.since, first.is_news(None)), (None, at(1), true));
        let same = Health::after(Some(&first), &look(Ok, 5, "a"), at(2));
        assert_eq!((same.changed, same.since, same.is_news(Some(&first))), (None, at(1), false));
        for other in [look(Ok, 6, "a"), look(Ok, 5, "b")] {
            let after = Health::after(Some(&same), &other, at(3));
            assert_eq!((after.changed, after.is_news(Some(&same))), (Some(at(3)), true));
            let again = Health::after(Some(&after), &other, at(4));
            assert_eq!((again.changed, again.is_news(Some(&after))), (Some(at(3)), false));
        }
        let page = Health::after(Some(&same), &look(Broken, 99, "z"), at(3));
        assert_eq!((page.size, page.etag.as_deref(), page.changed), (Some(5), Some("a"), None));
        assert!(!page.was_found() && same.was_found());
    }
}
