//! An index on disk or in memory: opened as it is, or made anew where it is damaged or of another mapping.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use cairn_ports::search::SearchError;
use tantivy::{
    Index, IndexReader, IndexSettings, ReloadPolicy,
    directory::{MmapDirectory, RamDirectory},
};
use tracing::warn;

use super::{compile::unavailable, layout::Layout, tokens, versions::Versions};

/// Changes whenever documents are indexed in another way than before.
const FORMAT: u32 = 3;
/// Says how the index was made; it is written last, so that a half-made index counts as none.
const LAYOUT_FILE: &str = "layout.txt";
/// Is there until the index holds all that it should.
const UNFILLED_FILE: &str = "unfilled";

/// One index, open for reading.
pub(super) struct Opened {
    pub layout: Layout,
    pub index: Index,
    pub reader: IndexReader,
    /// Where it is; nowhere in memory.
    pub folder: Option<PathBuf>,
}

impl Opened {
    /// An empty index in memory.
    pub(super) fn in_memory(layout: Layout) -> Result<Self, SearchError> {
        let index =
            Index::create(RamDirectory::create(), layout.schema.clone(), settings()).map_err(unavailable)?;
        Self::new(layout, index, None)
    }

    /// The index below `parent`, and the versions in it.
    pub(super) fn on_disk(parent: &Path, layout: Layout) -> Result<(Self, Versions), SearchError> {
        let folder = parent.join(layout.mapping.index);
        match Self::existing(&folder, layout.clone()) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(error) => {
                warn!(index = layout.mapping.index, %error, "the search index is damaged and made anew");
            }
        }
        let made = create(&folder, &layout).map_err(|error| failed(&folder, &error))?;
        Ok((Self::new(layout, made, Some(folder))?, Versions::default()))
    }

    fn existing(folder: &Path, layout: Layout) -> Result<Option<(Self, Versions)>, SearchError> {
        if fs::read_to_string(folder.join(LAYOUT_FILE)).ok() != Some(described(&layout)) {
            return Ok(None);
        }
        let index = Index::open_in_dir(folder).map_err(unavailable)?;
        let damaged = index.validate_checksum().map_err(unavailable)?;
        if let Some(file) = damaged.iter().next() {
            return Err(SearchError::Unavailable(format!("`{}` is damaged", file.display())));
        }
        let opened = Self::new(layout, index, Some(folder.to_owned()))?;
        let versions = Versions::of(&opened.reader.searcher()).map_err(unavailable)?;
        Ok(Some((opened, versions)))
    }

    fn new(layout: Layout, index: Index, folder: Option<PathBuf>) -> Result<Self, SearchError> {
        tokens::register(index.tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(16)
            .try_into()
            .map_err(unavailable)?;
        Ok(Self { layout, index, reader, folder })
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
