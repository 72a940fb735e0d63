//! Files that the repository fetches itself: from a listed host, by the outbound client, into its storage.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use cairn_model::{
    Error, Event, Identity, Pid, Result,
    files::{Entry, Kind, Status},
    objects::Place,
};
use cairn_ports::{
    Expect, Item, Objects, OutboundError,
    objects::{Facts, SMALLEST_PART, Upload, digest::Digester},
    outbound::{Answer, Method, Request},
};
use futures::TryStreamExt;
use serde_json::json;

use super::{
    Files, Mount, Opened,
    open::{Access, Seen},
    reserve::{Delta, signed},
    start::stored,
};
use crate::framework::{Attempt, State};

/// Longest time for one fetch: the lease of its message is 15 minutes.
const WITHIN: Duration = Duration::from_mins(10);
/// Bytes that are held in memory and stored together.
const PIECE: u64 = 2 * SMALLEST_PART;
/// How often a file is asked for that does not come for now: less often than its message does.
const ATTEMPTS: u32 = 4;

/// Why a file was not fetched.
enum Failure {
    /// It will not be, and why: shown to those who see the file.
    Final(String),
    /// It may be later.
    Passing(String),
    /// Something of ours does not work.
    Ours(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Ours(error.into())
    }
}

/// What has become of a file.
type Fetched = std::result::Result<(Place, Facts), String>;

impl Files {
    /// Fetches a file that was started so. Doing it again does nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the file may come later, those of store and object storage: the event comes again.
    pub(crate) async fn fetch(&self, event: &Event) -> Result<()> {
        let id = event.subject.rsplit('/').next().unwrap_or_default();
        let (Ok(pid), Some(key)) = (Pid::parse(id), event.data["key"].as_str()) else { return Ok(()) };
        let set = if event.data["media"] == true { "media_files" } else { "files" };
        let mount = Mount { state: State::Draft, set };
        let Some((opened, seen)) = self.to_fetch(&pid, mount, key).await? else { return Ok(()) };
        let fetched = match self.bring(&opened, &seen.entry).await {
            Ok(fetched) => Ok(fetched),
            Err(Failure::Final(why)) => Err(why),
            Err(Failure::Ours(error)) => return Err(error),
            Err(Failure::Passing(why)) if seen.entry.transfer.attempts + 1 >= ATTEMPTS => Err(why),
            Err(Failure::Passing(why)) => {
                let mut entry = seen.entry;
                entry.transfer.attempts += 1;
                self.note(self.shared.work(), opened.file_key(key), seen.revision, &entry).await?;
                return Err(Error::Unavailable(why));
            }
        };
        self.shared.attempt(|| self.try_settle(&pid, mount, &seen.entry, &fetched)).await
    }

    /// The file, if it is still waited for.
    async fn to_fetch(&self, pid: &Pid, mount: Mount, key: &str) -> Result<Option<(Opened, Seen)>> {
        let opened = match self.open(&Identity::system(), pid, mount, Access::Write, &[key]).await {
            Ok(opened) => opened,
            Err(Error::NotFound(_) | Error::Gone { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let seen = opened.seen(0)?;
        let waits = |seen: &Seen| {
            seen.own && seen.entry.transfer.kind == Kind::Fetch && seen.entry.status == Status::Pending
        };
        Ok(seen.filter(waits).map(|seen| (opened, seen)))
    }

    /// Asks for the file and stores it as it comes.
    async fn bring(&self, opened: &Opened, entry: &Entry) -> std::result::Result<(Place, Facts), Failure> {
        let quota = opened.bounds.quota;
        let free = quota.bytes.saturating_sub(opened.totals.bytes.saturating_sub(entry.reserved));
        let most = entry.declared.size.unwrap_or(quota.file_bytes).min(quota.file_bytes).min(free);
        let url = entry.transfer.url.clone().unwrap_or_default();
        let request = Request { within: WITHIN, most, ..Request::new(Method::Get, url) };
        let answer = self.shared.ports.outbound.send(request).await.map_err(|error| unanswered(&error))?;
        let status = answer.status;
        match status {
            200 => {}
            408 | 425 | 429 | 500..=599 => {
                return Err(Failure::Passing(format!("The address answers with status {status}.")));
            }
            _ => return Err(Failure::Final(format!("The address answers with status {status}."))),
        }
        let objects = self.objects_at(&entry.object)?;
        let mut upload = None;
        let stored = store(objects.as_ref(), &entry.object.key, answer, &mut upload).await;
        if let (Err(_), Some(upload)) = (&stored, &upload)
            && let Err(error) = objects.abort(upload).await
        {
            tracing::warn!(%error, "an upload is left for the sweep: {error}");
        }
        Ok((entry.object.clone(), stored?))
    }

    /// Makes the file what was fetched, or says that it was not, unless somebody took it out meanwhile.
    async fn try_settle(
        &self,
        pid: &Pid,
        mount: Mount,
        asked: &Entry,
        fetched: &Fetched,
    ) -> std::result::Result<(), Attempt> {
        let Some((opened, seen)) = self.to_fetch(pid, mount, &asked.key).await? else { return Ok(()) };
        if seen.entry.file_id != asked.file_id {
            return Ok(());
        }
        let why = match fetched {
            Ok((place, facts)) => {
                match self.commit_arrived(&Identity::system(), &opened, &seen, place.clone(), facts).await {
                    Err(Attempt::Failed(Error::BadRequest(why))) => why,
                    committed => return committed.map(drop),
                }
            }
            Err(why) => why.clone(),
        };
        self.give_up_fetch(&opened, seen, why).await
    }

    /// The file stays, so that its owner sees why it did not come; it holds no bytes any more.
    async fn give_up_fetch(
        &self,
        opened: &Opened,
        seen: Seen,
        why: String,
    ) -> std::result::Result<(), Attempt> {
        let mut entry = seen.entry;
        let back = signed(entry.reserved);
        (entry.status, entry.updated, entry.reserved) = (Status::Failed, self.shared.now(), 0);
        entry.transfer.error = Some(why);
        let mut work = self.shared.work();
        let item = Item::new(opened.file_key(&entry.key), seen.revision.next(), stored(&entry)?);
        work.put(item, Expect::At(seen.revision));
        opened.count(&mut work, Delta { bytes: -back, ..Delta::default() });
        let data = json!({"set": opened.own(), "key": entry.key});
        self.emit(&mut work, "draft.file_updated", opened, &Identity::system(), data);
        self.commit_change(work, opened).await
    }
}

/// Why there is no answer, in words that tell nothing of the network.
fn unanswered(error: &OutboundError) -> Failure {
    tracing::warn!(%error, "a file was not fetched: {error}");
    match error {
        OutboundError::Refused(_) => Failure::Final("The address may not be asked.".into()),
        OutboundError::Unreachable(_) => Failure::Passing("The address does not answer.".into()),
        OutboundError::TooLarge(_) => {
            Failure::Final("The file is larger than declared, or than it may be.".into())
        }
        OutboundError::Undeclared(need) => Failure::Ours(Error::Undeclared(need.clone())),
    }
}

/// Stores a body as it comes: in one if it is small, else in parts. `upload` is what was begun and has to be given up
/// after an error.
async fn store(
    objects: &dyn Objects,
    key: &str,
    answer: Answer,
    upload: &mut Option<Upload>,
) -> std::result::Result<Facts, Failure> {
    let (mut body, mut digester, mut held) = (answer.body, Digester::default(), BytesMut::new());
    let mut parts = Vec::new();
    while let Some(bytes) = body.try_next().await.map_err(|error| unanswered(&error))? {
        digester.update(&bytes);
        held.extend_from_slice(&bytes);
        if held.len() as u64 >= PIECE {
            let begun = match upload.take() {
                Some(begun) => begun,
                None => objects.begin(key).await?,
            };
            let begun = upload.insert(begun);
            parts.push(objects.put_part(begun, next(&parts), take(&mut held)).await?);
        }
    }
    let Some(begun) = upload.as_ref() else { return Ok(objects.put(key, held.freeze()).await?) };
    if !held.is_empty() {
        parts.push(objects.put_part(begun, next(&parts), take(&mut held)).await?);
    }
    let facts = objects.complete(begun, &parts).await?;
    Ok(Facts { checksums: digester.finish(), ..facts })
}

fn next<T>(parts: &[T]) -> u32 {
    u32::try_from(parts.len()).unwrap_or(u32::MAX).saturating_add(1)
}

fn take(held: &mut BytesMut) -> Bytes {
    held.split().freeze()
}
