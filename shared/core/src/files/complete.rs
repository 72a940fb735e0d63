//! After the commit: what a request could not compute.

use cairn_model::{
    Event, Identity, Result, Revision,
    files::{Entry, HEAD, keys},
    kinds::FILES,
    objects::Checksums,
    record::CHANGES,
};
use cairn_ports::{Expect, Item, Key, StoreError, objects::digest::Digester};
use serde_json::{Value, json};

use super::{Files, commit::of_declared, start::stored};

/// Bytes read at a time.
const PIECE: u64 = 1024 * 1024;
/// Most bytes at the end of a ZIP file after its table of contents: the end record with its comment.
const ZIP_END: u64 = 22 + 65_535;
/// Most bytes that tell the size of an image.
const IMAGE_HEAD: u64 = 256 * 1024;
/// Extensions of images whose size is told. `InvenioRDM`: files reference §5.
const IMAGES: [&str; 7] = ["gif", "jp2", "jpeg", "jpg", "png", "tif", "tiff"];

impl Files {
    /// Completes checksums and facts of a file that was committed.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(crate) async fn complete(&self, event: &Event) -> Result<()> {
        let (set, key) = (event.data["set"].as_str(), event.data["key"].as_str());
        let (Some(set), Some(key)) = (set, key) else { return Ok(()) };
        let Some((entry, revision)) = self.entry_of(set, key).await? else { return Ok(()) };
        if !entry.is_complete() || entry.transfer.url.is_some() {
            return Ok(());
        }
        let mut completed = entry.clone();
        if !entry.checksums.is_complete() {
            let computed = self.digest(&entry).await?;
            if let Some(name) = entry.checksums.differs(&computed) {
                // No hash is told of other bytes than those that came.
                let fault = format!("its {name} is not the one that it came with");
                return self.report_fault(set, &entry, &fault).await;
            }
            completed.checksums = entry.checksums.clone().or(computed);
        }
        self.look_inside(&mut completed).await?;
        if completed == entry {
            return Ok(());
        }
        completed.updated = self.shared.now();
        self.store_completed(event, set, &completed, revision).await?;
        let declared = entry.declared.checksum.as_deref().map(of_declared).unwrap_or_default();
        match declared.differs(&completed.checksums) {
            Some(name) => {
                self.report_fault(set, &completed, &format!("its {name} is not the declared one")).await
            }
            None => Ok(()),
        }
    }

    /// Reads all of a file, piece by piece.
    pub(super) async fn digest(&self, entry: &Entry) -> Result<Checksums> {
        let objects = self.objects_at(&entry.object)?;
        let size = entry.size.unwrap_or(0);
        let mut digester = Digester::default();
        while digester.size() < size {
            let end = size.min(digester.size() + PIECE);
            let bytes = objects.read(&entry.object, digester.size()..end).await?;
            digester.update(&bytes);
        }
        Ok(digester.finish())
    }

    /// What the bytes tell of themselves.
    async fn look_inside(&self, entry: &mut Entry) -> Result<()> {
        let extension = keys::extension(&entry.key);
        let told: Vec<(&str, Value)> = if extension == "zip" {
            self.toc_position(entry).await?.map(|at| ("zip_toc_position", json!(at))).into_iter().collect()
        } else if IMAGES.contains(&extension.as_str()) {
            let size = self.image_size(entry).await?;
            size.map_or_else(Vec::new, |(width, height)| {
                vec![("width", json!(width)), ("height", json!(height))]
            })
        } else {
            Vec::new()
        };
        for (key, value) in told {
            entry.metadata.get_or_insert_default().insert(key.to_owned(), value);
        }
        Ok(())
    }

    /// Where the table of contents of a ZIP file begins (APPNOTE 6.3.10 §4.3.16, field "offset of start of central
    /// directory").
    async fn toc_position(&self, entry: &Entry) -> Result<Option<u64>> {
        let size = entry.size.unwrap_or(0);
        let from = size.saturating_sub(ZIP_END);
        let end = self.objects_at(&entry.object)?.read(&entry.object, from..size).await?;
        let record = end.windows(4).rposition(|bytes| bytes == b"PK\x05\x06");
        let offset = record.and_then(|at| end.get(at + 16..at + 20)).and_then(|bytes| bytes.try_into().ok());
        Ok(offset.map(|bytes| u64::from(u32::from_le_bytes(bytes))))
    }

    async fn image_size(&self, entry: &Entry) -> Result<Option<(usize, usize)>> {
        let end = entry.size.unwrap_or(0).min(IMAGE_HEAD);
        let head = self.objects_at(&entry.object)?.read(&entry.object, 0..end).await?;
        Ok(imagesize::blob_size(&head).ok().map(|size| (size.width, size.height)))
    }

    /// Others may have changed the file, or deleted it: then there is nothing to complete, or another event does it.
    async fn store_completed(
        &self,
        event: &Event,
        set: &str,
        entry: &Entry,
        revision: Revision,
    ) -> Result<()> {
        let key = Key::new(FILES, set, cairn_model::files::sort_of(&entry.key));
        let mut work = self.shared.work();
        work.put(Item::new(key, revision.next(), stored(entry)?), Expect::At(revision));
        work.count(Key::new(FILES, set, HEAD), CHANGES, 1, u64::MAX);
        let data = json!({"set": set, "key": entry.key});
        let (subject, who) = (event.subject.clone(), Identity::system());
        let at = Revision(event.revision.0 + 1);
        work.emit(self.shared.event("draft.file_updated", subject, &who, at, data));
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict(_)) => {
                Err(cairn_model::Error::Conflict("the file was changed while it was read".into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Says that a file is not what it should be.
    pub(super) async fn report_fault(&self, set: &str, entry: &Entry, fault: &str) -> Result<()> {
        tracing::error!(set, key = entry.key, fault, "a file is not what it should be: {fault}");
        let data = json!({"set": set, "key": entry.key, "object": entry.object, "fault": fault});
        let subject = format!("files/{}", entry.file_id);
        Ok(self.shared.say("file.damaged", subject, &Identity::system(), data).await?)
    }
}
