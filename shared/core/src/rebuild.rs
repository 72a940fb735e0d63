//! The index made anew from the primary storage: on a fresh index, and after a restore.

use cairn_model::{
    Pid, Record, Result, Table,
    kinds::{ACCOUNTS, RECORDS, VOCABULARIES, entries::ENTRY, users::USER},
    relation,
};
use cairn_ports::{
    Item,
    search::Document,
    store::{Cursor, Segment},
};

use crate::{
    app::{App, RECORD_KINDS},
    users, vocabularies,
};

/// Items read at once.
const BATCH: usize = 200;
const WHOLE: Segment = Segment { index: 0, of: 1 };

impl App {
    /// Hands every entity of the primary storage to the index. Returns how many documents that were.
    /// Safe while others write: each document carries its index version.
    ///
    /// # Errors
    /// Those of the store and the index.
    pub async fn rebuild_index(&self) -> Result<usize> {
        let mut count = 0;
        for table in [VOCABULARIES, ACCOUNTS, RECORDS] {
            let mut cursor = None::<Cursor>;
            loop {
                let scanned =
                    self.shared.ports.store.scan_segment(table, WHOLE, cursor.as_ref(), BATCH).await?;
                let mut documents = Vec::new();
                for item in scanned.items {
                    documents.extend(self.documents_of(table, item).await?);
                }
                count += documents.len();
                self.shared.ports.search.write(documents, None).await?;
                cursor = scanned.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        self.shared.ports.search.flush().await?;
        Ok(count)
    }

    /// The documents of one stored item; none for items that are not indexed by themselves.
    async fn documents_of(&self, table: Table, item: Item) -> Result<Vec<Document>> {
        let (partition, sort) = (item.key.partition.clone(), item.key.sort.clone());
        match (table, sort.as_str()) {
            (VOCABULARIES, "entry") => {
                let entry = Record::from_stored(&ENTRY, &partition, item.revision, item.body)?;
                let references = relation::references(ENTRY.relations, &entry.document);
                let (entries, _) = self.shared.entries_and(&references, Vec::new()).await?;
                Ok(vec![vocabularies::dump(&entry, &entries)])
            }
            (ACCOUNTS, "user") => {
                let id = partition.strip_prefix("user#").unwrap_or_default();
                Ok(vec![users::dump(&Record::from_stored(&USER, id, item.revision, item.body)?)])
            }
            (RECORDS, "draft" | "record") => {
                let Ok(pid) = Pid::parse(&partition) else { return Ok(Vec::new()) };
                match self.shared.family(RECORD_KINDS, &pid).await? {
                    Some((family, entries)) => family.documents(&entries),
                    None => Ok(Vec::new()),
                }
            }
            _ => Ok(Vec::new()),
        }
    }
}
