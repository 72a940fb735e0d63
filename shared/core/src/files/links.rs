//! Links in place of files: do they still lead to what they led to?

use cairn_model::{
    Identity, Result, Revision,
    files::{Entry, Health, Kind, Look, State, entry},
    kinds::FILES,
};
use cairn_ports::{
    Key, OutboundError,
    outbound::{Answer, Method, Request},
    store::{Cursor, Segment},
};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;

use super::{Audited, DAY, Files};

/// Items read at once.
const PAGE: usize = 100;
/// Most items that one step reads.
const MOST_ITEMS: usize = 5_000;
/// A step looks at no more links than these and a page's: each may take half a minute, a step has 15.
const MOST_LOOKS: u64 = 50;
/// Links looked at together.
const AT_ONCE: usize = 8;
/// Seconds after which a link that failed is due again: less than a day, so that a daily job finds it.
const FAILED_DUE: i64 = 20 * 3_600;

impl Files {
    /// Looks at some links: those that were not looked at for `days`, and those that failed the day before.
    ///
    /// # Errors
    /// Those of the store; the need that was not declared.
    pub(crate) async fn check_links(&self, after: Option<&str>, days: i64) -> Result<Audited> {
        let mut after = after.map(|after| Cursor(after.to_owned()));
        let mut audited = Audited::default();
        let mut read = 0;
        while read < MOST_ITEMS && audited.checked < MOST_LOOKS {
            let page =
                self.shared.ports.store.scan_segment(FILES, Segment::WHOLE, after.as_ref(), PAGE).await?;
            read += PAGE;
            let mut due = Vec::new();
            for item in page.items {
                let (key, revision) = (item.key.clone(), item.revision);
                let Some(entry) = entry(&item.into())?.filter(|entry| entry.transfer.kind == Kind::Remote)
                else {
                    continue;
                };
                if self.is_due(entry.transfer.health.as_ref(), days) {
                    due.push((key, revision, entry));
                } else {
                    audited.fresh += 1;
                }
            }
            audited.checked += due.len() as u64;
            let looks = due.into_iter().map(|(key, revision, entry)| self.check_link(key, revision, entry));
            let found = stream::iter(looks.collect::<Vec<_>>()).buffered(AT_ONCE).try_collect::<Vec<_>>();
            audited.faults.extend(found.await?.into_iter().flatten());
            after = page.next;
            if after.is_none() {
                return Ok(audited);
            }
        }
        audited.next = after.map(|Cursor(after)| after);
        Ok(audited)
    }

    fn is_due(&self, health: Option<&Health>, days: i64) -> bool {
        let Some(health) = health else { return true };
        let seconds = days.saturating_mul(DAY);
        let seconds = if health.was_found() { seconds } else { seconds.min(FAILED_DUE) };
        self.is_older(health.checked, seconds)
    }

    /// Looks at one link and remembers what it found; tells what was not as it should be.
    async fn check_link(
        &self,
        key: Key,
        revision: Revision,
        entry: Entry,
    ) -> Result<Option<(String, String, String)>> {
        let url = entry.transfer.url.clone().unwrap_or_default();
        let (look, why) = match self.look_at(&url).await {
            Ok(look) => (look, None),
            Err(OutboundError::Undeclared(need)) => return Err(cairn_model::Error::Undeclared(need)),
            Err(error) => (failed(&error), Some(error.to_string())),
        };
        let found = match (look.state, look.status) {
            (State::Ok, _) => None,
            (_, Some(status)) => Some(format!("it answers with status {status}")),
            (_, None) => why,
        };
        let set = key.partition.clone();
        let name = entry.key.clone();
        self.note_look(key, revision, entry, &look).await?;
        Ok(found.map(|found| (set, name, found)))
    }

    /// Asks for the head; where that is refused, for the first byte.
    async fn look_at(&self, url: &str) -> Result<Look, OutboundError> {
        let head = self.shared.ports.outbound.send(Request::new(Method::Head, url)).await?;
        if !matches!(head.status, 400 | 403 | 405 | 501) {
            let size = head.headers.get("content-length").and_then(|size| size.parse().ok());
            return Ok(seen(&head, size));
        }
        // Whoever knows no ranges sends all of it: that is hung up on.
        let first = Request::new(Method::Get, url).with("range", "bytes=0-0");
        let answer = self.shared.ports.outbound.send(first).await?;
        let of_range = answer.headers.get("content-range").and_then(|range| range.rsplit('/').next());
        let whole = answer.headers.get("content-length").filter(|_| answer.status == 200);
        let size = of_range.or(whole.map(String::as_str)).and_then(|size| size.parse().ok());
        Ok(seen(&answer, size))
    }

    /// Remembers a look, and tells others if it is news. Who changed the file meanwhile has made it due again.
    async fn note_look(&self, key: Key, revision: Revision, mut entry: Entry, look: &Look) -> Result<()> {
        let before = entry.transfer.health.take();
        let now = self.shared.now();
        let health = Health::after(before.as_ref(), look, now);
        let mut work = self.shared.work();
        if health.is_news(before.as_ref()) {
            let data = json!({
                "set": key.partition, "key": entry.key, "from": before.map(|before| before.state).unwrap_or_default(),
                "to": health.state, "status": health.status, "changed": health.changed == Some(now),
            });
            let subject = format!("links/{}", entry.version_id);
            work.emit(self.shared.moment("file.link_changed", subject, &Identity::system(), data));
        }
        entry.transfer.health = Some(health);
        self.note(work, key, revision, &entry).await
    }
}

/// What an answer says of a link. RFC 9110 §15.
fn seen(answer: &Answer, size: Option<u64>) -> Look {
    let state = match answer.status {
        // Of nothing there is no first byte: 416.
        200..=299 | 304 | 416 => State::Ok,
        300..=399 => State::Moved,
        408 | 425 | 429 | 500..=599 => State::Unreachable,
        _ => State::Broken,
    };
    Look { state, status: Some(answer.status), size, etag: answer.headers.get("etag").cloned() }
}

fn failed(error: &OutboundError) -> Look {
    let state = if matches!(error, OutboundError::Refused(_)) { State::Refused } else { State::Unreachable };
    Look { state, ..Look::default() }
}
