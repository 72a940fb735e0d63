//! Moving files from one storage location to another while they are read: each is copied, compared, and then switched by
//! a write that expects what was read. The old object stays until nobody can have an address of it any more.

use bytes::Bytes;
use cairn_model::{
    Error, Result, Revision,
    files::{Entry, Moved, entry, sort_of},
    kinds::FILES,
    objects::{Checksums, Place},
};
use cairn_ports::{
    Expect, Item, Key, Objects, StoreError,
    objects::{Facts, MOST_PARTS, digest::Digester},
    store::{Cursor, Segment},
};

use super::{
    Files,
    delete::{is_owned, set_of},
    start::stored,
};

/// Items read at once.
const PAGE: usize = 20;
/// Pages of one step: whoever stops the run does not wait long.
const PAGES_A_STEP: usize = 5;
/// A step copies no more files once it has copied so many bytes.
const BYTES_A_STEP: u64 = 1_000_000_000;
/// Bytes copied at a time, unless a file has so many that 10,000 parts would not hold it.
const PART: u64 = 8 * 1024 * 1024;
/// How often a file is switched that others are changing.
const TRIES: u32 = 4;

/// What a piece of a migration came to.
#[derive(Debug, Default)]
pub(crate) struct Migrated {
    /// Files that lie elsewhere now.
    pub(crate) moved: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Files that are still on their way to the old location, or that others were changing.
    pub(crate) left: u64,
    /// What could not be copied: set, name and fault.
    pub(crate) faults: Vec<(String, String, String)>,
    /// Where to go on.
    pub(crate) next: Option<String>,
}

/// What came of one file.
enum Outcome {
    Moved(u64),
    Left,
    Faulty(String),
}

impl Files {
    /// Moves some files from the location `from` to `to`.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for locations that the site does not have; those of store and storages.
    pub(crate) async fn migrate(&self, from: &str, to: &str, after: Option<&str>) -> Result<Migrated> {
        let known = &self.shared.ports.objects.all;
        if from == to || !known.contains_key(from) || !known.contains_key(to) {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            return Err(Error::BadRequest(format!("`from` and `to` are two of: {}", names.join(", "))));
        }
        let mut migrated = Migrated::default();
        let mut after = after.map(|after| Cursor(after.to_owned()));
        for _ in 0..PAGES_A_STEP {
            let page =
                self.shared.ports.store.scan_segment(FILES, Segment::WHOLE, after.as_ref(), PAGE).await?;
            for item in page.items {
                self.migrate_item(item, from, to, &mut migrated).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(migrated);
            }
            if migrated.bytes > BYTES_A_STEP {
                break;
            }
        }
        migrated.next = after.map(|Cursor(after)| after);
        Ok(migrated)
    }

    async fn migrate_item(&self, item: Item, from: &str, to: &str, migrated: &mut Migrated) -> Result<()> {
        let (set, revision) = (item.key.partition.clone(), item.revision);
        let Some(entry) = entry(&item.into())? else { return Ok(()) };
        if entry.object.location != from || entry.transfer.url.is_some() {
            return Ok(());
        }
        if !entry.is_complete() {
            migrated.left += 1;
            return Ok(());
        }
        let outcome = if is_owned(&entry, &set) {
            self.move_file(&set, entry.clone(), revision, to).await?
        } else {
            self.move_with_owner(&set, &entry, revision, to).await?
        };
        match outcome {
            Outcome::Moved(bytes) => {
                migrated.moved += 1;
                migrated.bytes += bytes;
            }
            Outcome::Left => migrated.left += 1,
            Outcome::Faulty(fault) => {
                self.report_fault(&set, &entry, &fault).await?;
                migrated.faults.push((set, entry.key, fault));
            }
        }
        Ok(())
    }

    /// An entry that shares its bytes with a layer below goes where that has gone, which goes first.
    async fn move_with_owner(
        &self,
        set: &str,
        entry: &Entry,
        revision: Revision,
        to: &str,
    ) -> Result<Outcome> {
        if let Some(owner) = set_of(entry)
            && let Some((owned, at)) = self.entry_of(owner, &entry.key).await?
            && owned.object == entry.object
        {
            match self.move_file(owner, owned, at, to).await? {
                Outcome::Moved(_) => {}
                other => return Ok(other),
            }
        }
        Ok(if self.follow(set, entry, revision).await? { Outcome::Moved(0) } else { Outcome::Left })
    }

    /// Lets an entry that shares its bytes with a layer below say where they are now. Tells whether it was changed.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn follow(&self, set: &str, entry: &Entry, revision: Revision) -> Result<bool> {
        let Some(owner) = set_of(entry).filter(|owner| *owner != set) else { return Ok(false) };
        let Some((owned, _)) = self.entry_of(owner, &entry.key).await? else { return Ok(false) };
        if owned.file_id != entry.file_id || !owned.is_complete() || owned.object == entry.object {
            return Ok(false);
        }
        self.switch(set, entry.clone(), revision, owned.object, owned.checksums).await
    }

    async fn move_file(&self, set: &str, entry: Entry, revision: Revision, to: &str) -> Result<Outcome> {
        let (place, checksums) = match self.copy_to(&entry, to).await? {
            Ok(copied) => copied,
            Err(fault) => return Ok(Outcome::Faulty(fault)),
        };
        let size = entry.size.unwrap_or(0);
        let moved = self.switch(set, entry, revision, place, checksums).await?;
        Ok(if moved { Outcome::Moved(size) } else { Outcome::Left })
    }

    /// The entry names another place from now on. What others change about it meanwhile stays; whoever takes the file out
    /// leaves the copy to the sweep.
    async fn switch(
        &self,
        set: &str,
        mut entry: Entry,
        mut revision: Revision,
        place: Place,
        checksums: Checksums,
    ) -> Result<bool> {
        let key = Key::new(FILES, set, sort_of(&entry.key));
        let from = entry.object.clone();
        for _ in 0..TRIES {
            let switched = Entry {
                object: place.clone(),
                checksums: entry.checksums.clone().or(checksums.clone()),
                moved: Some(Moved { from: from.clone(), at: self.shared.now() }),
                ..entry
            };
            let mut work = self.shared.work();
            work.put(Item::new(key.clone(), revision.next(), stored(&switched)?), Expect::At(revision));
            match self.shared.ports.store.commit(&work).await {
                Ok(()) => return Ok(true),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
            match self.entry_of(set, &switched.key).await? {
                Some((now, at)) if now.object == from => (entry, revision) = (now, at),
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Copies the bytes of a file; tells where they are and their checksums, or what is wrong with them.
    async fn copy_to(
        &self,
        entry: &Entry,
        to: &str,
    ) -> Result<std::result::Result<(Place, Checksums), String>> {
        let target = self.shared.ports.objects.get(to)?;
        let size = entry.size.unwrap_or(0);
        let mut digester = Digester::default();
        let copied = if size <= PART {
            match self.piece_of(entry, 0..size, &mut digester).await? {
                Ok(bytes) => Copied::Small(bytes),
                Err(fault) => return Ok(Err(fault)),
            }
        } else {
            let upload = target.begin(&entry.object.key).await?;
            let mut parts = Vec::new();
            let part = PART.max(size.div_ceil(u64::from(MOST_PARTS)));
            for (number, from) in (1..).zip((0..size).step_by(usize::try_from(part).unwrap_or(usize::MAX))) {
                match self.piece_of(entry, from..size.min(from + part), &mut digester).await? {
                    Ok(bytes) => parts.push(target.put_part(&upload, number, bytes).await?),
                    Err(fault) => {
                        target.abort(&upload).await?;
                        return Ok(Err(fault));
                    }
                }
            }
            Copied::Large(upload, parts)
        };
        let checksums = digester.finish();
        if let Some(name) = entry.checksums.differs(&checksums) {
            if let Copied::Large(upload, _) = &copied {
                target.abort(upload).await?;
            }
            return Ok(Err(format!("its {name} has changed")));
        }
        let facts = copied.finish(target.as_ref(), &entry.object.key).await?;
        if facts.size != size || facts.checksums.differs(&checksums).is_some() {
            return Err(Error::Unavailable(format!("the copy in `{to}` is not what was sent")));
        }
        let place = Place { location: to.to_owned(), key: entry.object.key.clone(), version: facts.version };
        Ok(Ok((place, checksums)))
    }

    /// Some bytes of a file, or what is wrong with it.
    async fn piece_of(
        &self,
        entry: &Entry,
        range: std::ops::Range<u64>,
        digester: &mut Digester,
    ) -> Result<std::result::Result<Bytes, String>> {
        let wanted = range.end - range.start;
        match self.objects_at(&entry.object)?.read(&entry.object, range).await {
            Ok(bytes) if bytes.len() as u64 == wanted => {
                digester.update(&bytes);
                Ok(Ok(bytes))
            }
            Ok(_) => Ok(Err("it is truncated".into())),
            Err(error) => self.unreadable(entry, error.into()).await.map(Err),
        }
    }
}

/// What was sent to the new location, and is no object yet.
enum Copied {
    Small(Bytes),
    Large(cairn_ports::objects::Upload, Vec<cairn_ports::objects::Part>),
}

impl Copied {
    async fn finish(self, target: &dyn Objects, key: &str) -> Result<Facts> {
        Ok(match self {
            Self::Small(bytes) => target.put(key, bytes).await?,
            Self::Large(upload, parts) => target.complete(&upload, &parts).await?,
        })
    }
}
