//! Dropped-in files: an object put under `inbox/<draft>/<name>` becomes a committed file of that draft, under the same
//! rules as one that is sent. Who may put objects there is the storage's business: a grant on the prefix.

use cairn_model::{
    Error, Event, Identity, Pid, Result,
    files::{Declared, Entry, Status, Transfer, keys},
    objects::Place,
};
use cairn_ports::{Item, objects::Facts};
use serde_json::json;

use super::{
    Files, Mount, OBJECTS, Opened,
    open::Access,
    reserve::{Delta, too_many},
    start::stored,
};
use crate::framework::{Attempt, State};

/// What keys of dropped-in files begin with.
pub const INBOX: &str = "inbox/";

impl Files {
    /// Takes in what has been dropped. What cannot be taken is reported as an event, and removed.
    ///
    /// # Errors
    /// Those of store and object storage: the event comes again.
    pub(crate) async fn take_in(&self, event: &Event) -> Result<()> {
        let Some(path) = event.data["key"].as_str().and_then(|key| key.strip_prefix(INBOX)) else {
            return Ok(());
        };
        let place = Place {
            location: self.shared.ports.objects.built_in.clone(),
            key: format!("{INBOX}{path}"),
            version: event.data["version"].as_str().map(str::to_owned),
        };
        // Once it was taken in it is gone: the event has come again.
        let Some(facts) = self.objects_at(&place)?.head(&place).await? else { return Ok(()) };
        let taken = match path.split_once('/') {
            Some((id, key)) => self.adopt(id, key, &place, &facts).await,
            None => Err(Error::BadRequest("it is not below a draft: inbox/<draft>/<name>".into())),
        };
        if let Err(error) = &taken {
            if matches!(
                error,
                Error::Unavailable(_) | Error::Conflict(_) | Error::Internal(_) | Error::Undeclared(_)
            ) {
                return taken;
            }
            self.reject(path, &facts, error).await?;
        }
        Ok(self.objects_at(&place)?.delete(&place).await?)
    }

    async fn adopt(&self, id: &str, key: &str, from: &Place, facts: &Facts) -> Result<()> {
        let pid = Pid::parse(id)?;
        if let Some(problem) = keys::problem(key, true) {
            return Err(Error::BadRequest(problem.into()));
        }
        self.shared.attempt(|| self.try_adopt(&pid, key, from, facts)).await
    }

    async fn try_adopt(&self, pid: &Pid, key: &str, from: &Place, facts: &Facts) -> Result<(), Attempt> {
        let who = Identity::system();
        let mount = Mount { state: State::Draft, set: "files" };
        let opened = self.open(&who, pid, mount, Access::Write, &[key]).await?;
        opened.require_enabled()?;
        opened.require_unlocked()?;
        if let Some(seen) = opened.seen(0)? {
            // Taken in before, but not yet removed from the inbox.
            let same = seen.entry.is_complete() && seen.entry.checksums == facts.checksums;
            let taken = Error::BadRequest(format!("File with key {key} already exists."));
            return if same { Ok(()) } else { Err(taken.into()) };
        }
        let quota = opened.bounds.quota;
        if facts.size > quota.file_bytes {
            return Err(Error::BadRequest("Maximum file size exceeded.".into()).into());
        }
        if opened.totals.count >= quota.files {
            return Err(too_many().into());
        }
        let entry = self.adopted(&opened, key, from, facts).await?;
        let (expect, revision) = opened.expected(0);
        let mut work = self.shared.work();
        work.put(Item::new(opened.file_key(key), revision, stored(&entry)?), expect);
        opened.count(&mut work, Delta::of(std::slice::from_ref(&entry)));
        let data = json!({"set": opened.own(), "key": key});
        self.emit(&mut work, "draft.file_committed", &opened, &who, data);
        self.commit_change(work, &opened).await
    }

    /// The object is copied to a key of ours, within the storage: who can write to the inbox cannot change it.
    async fn adopted(&self, opened: &Opened, key: &str, from: &Place, facts: &Facts) -> Result<Entry> {
        let now = self.shared.now();
        let ids = &self.shared.ports.ids;
        let to = format!("{OBJECTS}{}/{}", opened.own(), ids.ulid(now).to_lowercase());
        let copied = self.objects_at(from)?.copy(from, &to).await?;
        Ok(Entry {
            key: key.to_owned(),
            created: now,
            updated: now,
            status: Status::Completed,
            transfer: Transfer::default(),
            metadata: None,
            hidden: false,
            declared: Declared::default(),
            reserved: facts.size,
            object: Place { location: from.location.clone(), key: to, version: copied.version },
            file_id: ids.uuid(now),
            version_id: ids.uuid(now),
            size: Some(facts.size),
            checksums: facts.checksums.clone(),
            checked: None,
            moved: None,
        })
    }

    async fn reject(&self, path: &str, facts: &Facts, error: &Error) -> Result<()> {
        let reason = error.sentence();
        tracing::warn!(path, reason, "a dropped-in file was rejected: {reason}");
        let data = json!({"key": path, "size": facts.size, "reason": reason});
        Ok(self.shared.say("file.rejected", format!("inbox/{path}"), &Identity::system(), data).await?)
    }
}
