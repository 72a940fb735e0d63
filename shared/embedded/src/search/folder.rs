//! An index on disk or in memory: opened as it is, or made anew where it is damaged or of another mapping.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use cairn_ports::search::SearchError;
use tantivy::{
    Index, IndexReader, IndexSettings, ReloadPolicy,
    directory::{MmapDirectory, RamDirectory},
};
use tracing::warn;

use super::{
    compile::unavailable, document::Built, layout::Layout, tokens, versions::Versions, writer::Change,
};

/// Changes whenever documents are indexed in another way than before.
const FORMAT: u32 = 3;
/// Says how the index was made; it is written last, so that a half-made index counts as none.
const LAYOUT_FILE: &str = "layout.txt";
/// Is there until the index holds all that it should.
const UNFILLED_FILE: &str = "unfilled";

/// One generation of an index, open for reading.
pub(super) struct Opened {
    /// Its name, which no other generation has.
    pub name: String,
    pub layout: Layout,
    pub index: Index,
    pub reader: IndexReader,
    /// Where it is; nowhere in memory.
    folder: Option<PathBuf>,
    /// What it has taken in.
    versions: Mutex<Versions>,
    /// Another has taken its place, or it was given up.
    retired: AtomicBool,
}

impl Opened {
    /// The generation below `parent`, as it is if it is sound, else made anew; in memory where there is no parent.
    pub(super) fn open(parent: Option<&Path>, name: String, layout: Layout) -> Result<Self, SearchError> {
        if let Some(parent) = parent {
            match Self::existing(&parent.join(&name), &name, layout.clone()) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                Err(error) => warn!(index = name, %error, "the search index is damaged and made anew"),
            }
        }
        Self::create(parent, name, layout)
    }

    /// An empty generation below `parent`; in memory where there is none.
    pub(super) fn create(parent: Option<&Path>, name: String, layout: Layout) -> Result<Self, SearchError> {
        let folder = parent.map(|parent| parent.join(&name));
        let index = match &folder {
            Some(folder) => create(folder, &layout).map_err(|error| failed(folder, &error))?,
            None => Index::create(RamDirectory::create(), layout.schema.clone(), settings())
                .map_err(unavailable)?,
        };
        Self::new(name, layout, index, folder)
    }

    /// The generation in `folder`, if it is one of this layout.
    pub(super) fn existing(folder: &Path, name: &str, layout: Layout) -> Result<Option<Self>, SearchError> {
        if fs::read_to_string(folder.join(LAYOUT_FILE)).ok() != Some(described(&layout)) {
            return Ok(None);
        }
        let index = Index::open_in_dir(folder).map_err(unavailable)?;
        let damaged = index.validate_checksum().map_err(unavailable)?;
        if let Some(file) = damaged.iter().next() {
            return Err(SearchError::Unavailable(format!("`{}` is damaged", file.display())));
        }
        let opened = Self::new(name.to_owned(), layout, index, Some(folder.to_owned()))?;
        opened.read_again().map_err(unavailable)?;
        Ok(Some(opened))
    }

    fn new(name: String, layout: Layout, index: Index, folder: Option<PathBuf>) -> Result<Self, SearchError> {
        tokens::register(index.tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(16)
            .try_into()
            .map_err(unavailable)?;
        let (versions, retired) = (Mutex::default(), AtomicBool::new(false));
        Ok(Self { name, layout, index, reader, folder, versions, retired })
    }

    /// What it has taken in.
    pub(super) fn versions(&self) -> MutexGuard<'_, Versions> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the version of `document`; nothing to do if that is not newer than what is there.
    pub(super) fn accept(self: &Arc<Self>, built: Built) -> Option<Change> {
        let Built { id, version, document, .. } = built;
        let mut versions = self.versions();
        let known = versions.get(&id);
        if known.is_some_and(|known| known >= version) {
            return None;
        }
        versions.set(&id, version);
        Some(Change { into: self.clone(), is_known: known.is_some(), id, document })
    }

    /// Goes back to what is committed.
    pub(super) fn read_again(&self) -> tantivy::Result<()> {
        self.reader.reload()?;
        *self.versions() = Versions::of(&self.reader.searcher())?;
        Ok(())
    }

    pub(super) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    /// From now on nothing is written to it.
    pub(super) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }

    /// Removes its files. Who reads it still can; what cannot be removed goes when the indices are opened again.
    pub(super) fn remove(&self) {
        if let Some(folder) = &self.folder
            && let Err(error) = fs::remove_dir_all(folder)
        {
            warn!(%error, "`{}` could not be removed", folder.display());
        }
    }

    /// Whether the index still lacks what was there before it was made.
    pub(super) fn unfilled(&self) -> bool {
        self.folder.as_ref().is_some_and(|folder| folder.join(UNFILLED_FILE).exists())
    }

    /// Notes that the index holds all that it should.
    pub(super) fn mark_filled(&self) -> io::Result<()> {
        match &self.folder {
            Some(folder) if self.unfilled() => fs::remove_file(folder.join(UNFILLED_FILE)),
            _ => Ok(()),
        }
    }
}

fn create(folder: &Path, layout: &Layout) -> io::Result<Index> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join(UNFILLED_FILE), "")?;
    let directory = MmapDirectory::open(folder).map_err(io::Error::other)?;
    let index = Index::create(directory, layout.schema.clone(), settings()).map_err(io::Error::other)?;
    fs::write(folder.join(LAYOUT_FILE), described(layout))?;
    Ok(index)
}

fn settings() -> IndexSettings {
    IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() }
}

fn described(layout: &Layout) -> String {
    let fields = layout.mapping.fields.iter().map(|field| format!("{}: {:?}\n", field.path, field.kind));
    std::iter::once(format!("format {FORMAT}\n")).chain(fields).collect()
}

fn failed(folder: &Path, error: &io::Error) -> SearchError {
    SearchError::Unavailable(format!("`{}`: {error}", folder.display()))
}

#[cfg(test)]
mod tests {
    use cairn_model::kinds::users::MAPPING;
    use cairn_ports::search::{Document, Generation, SearchIndex};
    use serde_json::json;

    use super::super::TantivyIndex;

    #[tokio::test]
    async fn what_was_on_its_way_as_a_write_failed_is_replaced() {
        let index = TantivyIndex::in_memory(&[&MAPPING]).unwrap();
        let document = |version, source| Document { index: MAPPING.index, id: "ada".into(), version, source };
        index.write(vec![document(1, Some(json!({})))], None).await.unwrap();
        // What a failure does: known is what is committed, and that is nothing yet.
        index.shared.state().slots[0].live.read_again().unwrap();
        index.write(vec![document(2, None)], None).await.unwrap();
        index.flush().await.unwrap();
        assert_eq!(index.count(MAPPING.index, Generation::Live).await.unwrap(), 0);
    }
}
