//! Lists of files, in pages and as a tree, and single files.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    Identity, Pid, Result,
    files::{Entry, FileSet, HEAD, entry, keys, sort_of},
    kinds::FILES,
    record::Row,
};
use cairn_ports::store::Page;
use futures::future::try_join_all;

use super::{Files, Mount, Opened, Shown, open::Access};

/// Files of one page where nobody says how many.
const PAGE: usize = 100;
/// Most files of one page.
const MOST: usize = 1_000;

/// Which files are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those after this name.
    pub after: Option<String>,
    /// At most so many.
    pub size: Option<usize>,
    /// Those whose names begin so.
    pub prefix: String,
    /// Folders end with this: what lies in one is told by its folder alone.
    pub delimiter: Option<String>,
}

/// A piece of a set's files.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Whether there are files at all.
    pub enabled: bool,
    /// The file shown first.
    pub default_preview: Option<String>,
    /// Files: by time where these are all, by name in pages and folders.
    pub entries: Vec<Shown>,
    /// Folders, where a tree was asked for.
    pub folders: Option<Vec<String>>,
    /// All files of the set.
    pub total: u64,
    /// Where to go on; nothing at the end.
    pub next: Option<String>,
}

impl Files {
    /// Lists files.
    ///
    /// # Errors
    /// [`cairn_model::Error::NotFound`] where there is no such version, [`cairn_model::Error::Denied`].
    pub async fn list(&self, who: &Identity, pid: &Pid, mount: Mount, wanted: &Wanted) -> Result<List> {
        let opened = self.open(who, pid, mount, Access::Read, &[]).await?;
        let FileSet { enabled, default_preview, .. } = opened.set.clone();
        let mut list = List {
            enabled,
            default_preview,
            entries: Vec::new(),
            folders: wanted.delimiter.as_ref().map(|_| Vec::new()),
            total: opened.totals.count,
            next: None,
        };
        if !enabled {
            return Ok(list);
        }
        let mut piece = self.piece(&opened, wanted).await?;
        if piece.next.is_none() && *wanted == Wanted::default() {
            piece.entries.sort_by(Entry::by_time);
        }
        for entry in &piece.entries {
            list.entries.push(self.show(&opened, entry, 1).await?);
        }
        list.folders = list.folders.map(|_| piece.folders.into_iter().collect());
        list.next = piece.next;
        Ok(list)
    }

    /// One file; of one that waits for parts, those from number `from` on.
    ///
    /// # Errors
    /// As [`Files::list`]; [`cairn_model::Error::NotFound`] where there is no such file.
    pub async fn read(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str, from: u32) -> Result<Shown> {
        let opened = self.open(who, pid, mount, Access::Read, &[key]).await?;
        let seen = opened.file(key)?;
        let mut shown = self.show(&opened, &seen.entry, from).await?;
        self.tell_arrived(&seen.entry, &mut shown).await?;
        Ok(shown)
    }

    /// Files in the order of their names, each as the newest layer has it: pages of all layers are read side by side.
    pub(super) async fn piece(&self, opened: &Opened, wanted: &Wanted) -> Result<Piece> {
        let most = wanted.size.unwrap_or(PAGE).clamp(1, MOST);
        let mut piece = Piece::default();
        let mut after = wanted.after.as_deref().map(sort_of);
        loop {
            let (seen, end) = self.page(opened, &wanted.prefix, after.as_deref(), most + 1).await?;
            for (key, entry) in seen {
                if piece.entries.len() + piece.folders.len() == most && !piece.has_folder_of(&key, wanted) {
                    piece.next = piece.last.take();
                    return Ok(piece);
                }
                piece.take(key, entry, wanted);
            }
            let Some(end) = end else { return Ok(piece) };
            after = Some(end);
        }
    }

    /// What is seen of the layers from one place to another: as far as every layer was read. None: to the end.
    async fn page(
        &self,
        opened: &Opened,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(BTreeMap<String, Entry>, Option<String>)> {
        let read = |layer: &String| {
            let layer = layer.clone();
            async move {
                let (prefix, after) = (sort_of(prefix), after.or(Some(HEAD)).map(str::to_owned));
                let page = Page { prefix, after, limit, descending: false };
                self.shared.ports.store.query(FILES, &layer, &page).await
            }
        };
        let pages = try_join_all(opened.set.layers.iter().map(read)).await?;
        let end = pages.iter().filter_map(|page| page.next.clone()).min();
        let mut seen = BTreeMap::<String, Option<Entry>>::new();
        for item in pages.into_iter().flat_map(|page| page.items) {
            if end.as_ref().is_some_and(|end| item.key.sort > *end) {
                continue;
            }
            let row = Row::from(item);
            if let std::collections::btree_map::Entry::Vacant(place) = seen.entry(row.sort.clone()) {
                place.insert(entry(&row)?);
            }
        }
        let seen = seen.into_values().flatten().map(|entry| (entry.key.clone(), entry)).collect();
        Ok((seen, end))
    }

    /// Every file of the set, in the order of their names.
    pub(super) async fn all(&self, opened: &Opened, prefix: &str) -> Result<Vec<Entry>> {
        let mut wanted = Wanted { prefix: prefix.to_owned(), size: Some(MOST), ..Wanted::default() };
        let mut all = Vec::new();
        loop {
            let piece = self.piece(opened, &wanted).await?;
            all.extend(piece.entries);
            match piece.next {
                Some(next) => wanted.after = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// Files and folders of one page.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) entries: Vec<Entry>,
    folders: BTreeSet<String>,
    last: Option<String>,
    pub(super) next: Option<String>,
}

impl Piece {
    fn folder<'key>(key: &'key str, wanted: &Wanted) -> Option<&'key str> {
        keys::folder(key, &wanted.prefix, wanted.delimiter.as_deref()?)
    }

    fn has_folder_of(&self, key: &str, wanted: &Wanted) -> bool {
        Self::folder(key, wanted).is_some_and(|folder| self.folders.contains(folder))
    }

    fn take(&mut self, key: String, entry: Entry, wanted: &Wanted) {
        match Self::folder(&key, wanted) {
            Some(folder) => drop(self.folders.insert(folder.to_owned())),
            None => self.entries.push(entry),
        }
        self.last = Some(key);
    }
}
