//! What is kept beside records, in partitions of its own, and read with them.

use std::collections::BTreeMap;

use cairn_model::{Error, Record, Result, Table, record::Row};
use cairn_ports::{Item, Key, store::Page};
use futures::future::try_join_all;

use super::shared::Shared;

/// Most items of a partition that are read with a record: its head, and what a record's own JSON lists at most, and one
/// more that tells that there are more.
const MOST: usize = 102;

/// Items by partition.
pub type Beside = BTreeMap<String, Vec<Row>>;

/// The partitions beside some records, each once.
pub fn partitions<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<(Table, String)> {
    let of = |record: &'a Record| record.kind.fields.iter().flat_map(move |field| field.beside(record));
    let mut partitions: Vec<_> = records.into_iter().flat_map(of).collect();
    partitions.sort_unstable();
    partitions.dedup();
    partitions
}

/// Items that count something of some records, each once.
pub fn counted<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<Key> {
    let of = |record: &'a Record| record.kind.fields.iter().flat_map(move |field| field.counted(record));
    let mut keys: Vec<Key> = records
        .into_iter()
        .flat_map(of)
        .map(|(table, partition, sort)| Key::new(table, partition, sort))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Adds items that count something to what was read beside records.
pub fn note(beside: &mut Beside, counted: impl IntoIterator<Item = Option<Item>>) {
    for item in counted.into_iter().flatten() {
        beside.insert(item.key.partition.clone(), vec![item.into()]);
    }
}

/// Gives a record what was read beside it.
pub fn attach(record: &mut Record, beside: &Beside) {
    let partitions = partitions([&*record]).into_iter().map(|(_, name)| name);
    let names = partitions.chain(counted([&*record]).into_iter().map(|key| key.partition));
    record.beside = names.filter_map(|name| Some((name.clone(), beside.get(&name)?.clone()))).collect();
}

impl Shared {
    /// Reads partitions, all at once, each from its beginning.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn beside(&self, partitions: Vec<(Table, String)>) -> Result<Beside> {
        let read = |(table, name): (Table, String)| async move {
            let page = Page { limit: MOST, ..Page::default() };
            let items = self.ports.store.query(table, &name, &page).await?.items;
            Ok::<_, Error>((name, items.into_iter().map(Row::from).collect()))
        };
        Ok(try_join_all(partitions.into_iter().map(read)).await?.into_iter().collect())
    }
}
