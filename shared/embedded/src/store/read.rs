//! Reading items.

use cairn_model::Table;
use cairn_ports::{
    Item, Key, StoreError,
    prepared::is_storable,
    store::{Changes, Cursor, Items, OutboxRow, Page, Scanned, Segment, Start},
};
use flate2::Crc;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, params};

use super::{
    error,
    row::{COLUMNS, Row},
};

/// A page of a query ends after so many stored bytes, as DynamoDB's does.
const PAGE_BYTES: usize = 1024 * 1024;

/// Reads rows by their keys.
pub(super) struct ByKey<'c>(CachedStatement<'c>);

impl<'c> ByKey<'c> {
    pub(super) fn on(connection: &'c Connection) -> Result<Self, StoreError> {
        let sql = columns("WHERE tbl = ?1 AND pk = ?2 AND sk = ?3");
        connection.prepare_cached(&sql).map(Self).map_err(error::of)
    }

    /// The row under a key, checked.
    pub(super) fn row(&mut self, key: &Key) -> Result<Option<Row>, StoreError> {
        let row = self.0.query_row((key.table.0, &key.partition, &key.sort), Row::read);
        row.optional().map_err(error::of)?.map(Row::verified).transpose()
    }

    /// The item under a key.
    pub(super) fn item(&mut self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.row(key)?.map(|row| row.into_item(key.table)).transpose()
    }
}

/// The items under several keys, all as they are at one moment.
pub(super) fn batch(connection: &Connection, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
    let moment = connection.unchecked_transaction().map_err(error::of)?;
    let mut rows = ByKey::on(&moment)?;
    keys.iter().map(|key| if is_storable(key) { rows.item(key) } else { Ok(None) }).collect()
}

/// A page of a partition.
pub(super) fn partition(
    connection: &Connection,
    table: Table,
    partition: &str,
    page: &Page,
) -> Result<Items, StoreError> {
    let Some((from, to)) = bounds(page) else { return Ok(Items::default()) };
    // The upper bound is bytes: the end of a prefix need not be text. SQLite compares text by bytes.
    let within = "WHERE tbl = ?1 AND pk = ?2 AND sk >= ?3 AND sk < CAST(?4 AS TEXT) ORDER BY sk";
    let sql = columns(&format!("{within}{}", if page.descending { " DESC" } else { "" }));
    let mut statement = connection.prepare_cached(&sql).map_err(error::of)?;
    let mut rows = statement.query((table.0, partition, from, to)).map_err(error::of)?;
    let (mut answer, mut bytes) = (Items::default(), 0);
    while let Some(row) = rows.next().map_err(error::of)? {
        let full = page.limit != 0 && answer.items.len() == page.limit;
        if full || bytes >= PAGE_BYTES {
            answer.next = answer.items.last().map(|item| item.key.sort.clone());
            break;
        }
        let row = Row::read(row).map_err(error::of)?.verified()?;
        bytes += row.body.bytes().len();
        answer.items.push(row.into_item(table)?);
    }
    Ok(answer)
}

/// The sort keys of a page: from the first (inclusive) to the last (exclusive).
fn bounds(page: &Page) -> Option<(String, Vec<u8>)> {
    let mut end = page.prefix.clone().into_bytes();
    match end.last_mut() {
        // No byte of a text is 0xFF: one more is always possible.
        Some(last) => *last += 1,
        None => end.push(0xFF),
    }
    match page.start() {
        Start::End => None,
        Start::Beginning => Some((page.prefix.clone(), end)),
        Start::After(after) if page.descending => Some((page.prefix.clone(), after.into())),
        Start::After(after) => Some((format!("{after}\0"), end)),
    }
}

/// Rows of the outbox in the order of their commits.
pub(super) fn outbox(
    connection: &Connection,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Changes, StoreError> {
    let after: i64 = after.map_or(Ok(0), |cursor| cursor.0.parse()).map_err(|_| bad_cursor())?;
    // Named, as SQLite would rather sort all that waits by number than trust the smaller index.
    let sql = columns("INDEXED BY items_outbox WHERE tbl = 'outbox' AND seq > ?1 ORDER BY seq LIMIT ?2");
    let rows = select(connection, &sql, params![after, as_limit(limit)])?;
    let next = rows.last().filter(|_| rows.len() == limit).map(|row| Cursor(row.seq.to_string()));
    let rows = rows.into_iter().map(outbox_row).collect::<Result<_, _>>()?;
    Ok(Changes { rows, next })
}

fn outbox_row(row: Row) -> Result<OutboxRow, StoreError> {
    OutboxRow::of(row.into_item(cairn_model::table::OUTBOX)?)
}

/// A part of a table: the partitions whose checksum falls to the segment, in the order of their keys.
pub(super) fn segment(
    connection: &Connection,
    table: Table,
    segment: Segment,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Scanned, StoreError> {
    let moment = connection.unchecked_transaction().map_err(error::of)?;
    let (keys, next) = keys(&moment, table, segment, after, limit)?;
    let mut rows = ByKey::on(&moment)?;
    let items = keys.iter().filter_map(|key| rows.item(key).transpose());
    Ok(Scanned { items: items.collect::<Result<_, _>>()?, next })
}

/// Reads the keys of a part of a table.
pub(super) fn keys(
    connection: &Connection,
    table: Table,
    segment: Segment,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<(Vec<Key>, Option<Cursor>), StoreError> {
    let (partition, sort) = after.map_or_else(|| Ok(Default::default()), parse_cursor)?;
    let sql = "SELECT pk, sk FROM items INDEXED BY items_key WHERE tbl = ?1 AND (pk, sk) > (?2, ?3) ORDER BY pk, sk";
    let mut statement = connection.prepare_cached(sql).map_err(error::of)?;
    let mut rows = statement.query((table.0, partition, sort)).map_err(error::of)?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next().map_err(error::of)? {
        let partition: String = row.get(0).map_err(error::of)?;
        if !is_in(segment, &partition) {
            continue;
        }
        let key = Key::new(table, partition, row.get::<_, String>(1).map_err(error::of)?);
        let cursor = || Cursor(serde_json::json!([key.partition, key.sort]).to_string());
        let next = (keys.len() + 1 == limit).then(cursor);
        keys.push(key);
        if next.is_some() {
            return Ok((keys, next));
        }
    }
    Ok((keys, None))
}

fn is_in(segment: Segment, partition: &str) -> bool {
    let mut crc = Crc::new();
    crc.update(partition.as_bytes());
    crc.sum() % segment.of.max(1) == segment.index
}

fn parse_cursor(cursor: &Cursor) -> Result<(String, String), StoreError> {
    serde_json::from_str(&cursor.0).map_err(|_| bad_cursor())
}

fn bad_cursor() -> StoreError {
    StoreError::TooLarge("the cursor is not one that the store gave".into())
}

/// Reads rows, checked.
pub(super) fn select(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(error::of)?;
    let rows = statement.query_map(params, Row::read).map_err(error::of)?;
    rows.map(|row| row.map_err(error::of)?.verified()).collect()
}

/// `SELECT` of all columns, with what follows the table's name.
pub(super) fn columns(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM items {rest}")
}

/// A limit as SQLite takes it.
pub(super) fn as_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
