//! The check of everything that is stored.
//!
//! Rows carry checksums; `state` holds their count and sum; every index must lead to exactly the rows that it should.
//! So a flipped byte, a lost page or a page of another time is found before anything is answered from it.

use cairn_ports::StoreError;
use flate2::Crc;
use rusqlite::{Connection, Row as SqlRow};

use super::{
    error,
    row::{COLUMNS, Row},
};

/// Each index: how to read it in its order, which columns it must hold in which rows.
const INDICES: [(&str, &str); 3] = [
    ("items_key", "SELECT tbl, pk, sk, seq FROM items INDEXED BY items_key ORDER BY tbl, pk, sk"),
    (
        "items_outbox",
        "SELECT '', '', '', seq FROM items INDEXED BY items_outbox WHERE tbl = 'outbox' ORDER BY seq",
    ),
    (
        "items_expiring",
        "SELECT '', '', expires, seq FROM items INDEXED BY items_expiring WHERE expires IS NOT NULL ORDER BY expires",
    ),
];

/// A count and sum of checksums, whatever their order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) count: i64,
    pub(super) sum: i64,
}

impl Tally {
    pub(super) fn add(&mut self, checksum: u32) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(i64::from(checksum));
    }

    pub(super) fn take(&mut self, checksum: u32) {
        self.count -= 1;
        self.sum = self.sum.wrapping_sub(i64::from(checksum));
    }
}

/// The number of commits the database has.
pub(super) fn commits(connection: &Connection) -> Result<i64, StoreError> {
    connection.query_row("SELECT commits FROM state", (), |row| row.get(0)).map_err(error::of)
}

/// Checks pages, rows and indices, as they are at one moment.
pub(super) fn all(connection: &Connection) -> Result<(), StoreError> {
    let moment = connection.unchecked_transaction().map_err(error::of)?;
    pages(&moment)?;
    let expected = moment
        .query_row("SELECT row_count, row_sum FROM state", (), |row| {
            Ok(Tally { count: row.get(0)?, sum: row.get(1)? })
        })
        .map_err(error::of)?;
    let (rows, indexed) = rows(&moment)?;
    if rows != expected {
        return Err(StoreError::Damaged(format!(
            "{} rows are stored, and {} were written",
            rows.count, expected.count
        )));
    }
    for ((name, sql), expected) in INDICES.iter().zip(indexed) {
        if index(&moment, sql)? != expected {
            return Err(StoreError::Damaged(format!("index `{name}` does not fit the rows")));
        }
    }
    Ok(())
}

fn pages(connection: &Connection) -> Result<(), StoreError> {
    let answer: String =
        connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0)).map_err(error::of)?;
    if answer == "ok" { Ok(()) } else { Err(StoreError::Damaged(answer)) }
}

/// Reads all rows: their tally, and what each index must hold.
fn rows(connection: &Connection) -> Result<(Tally, [Tally; 3]), StoreError> {
    let (mut tally, [mut key, mut outbox, mut expiring]) = (Tally::default(), [Tally::default(); 3]);
    let sql = format!("SELECT {COLUMNS} FROM items NOT INDEXED ORDER BY seq");
    let mut statement = connection.prepare(&sql).map_err(error::of)?;
    let mut rows = statement.query(()).map_err(error::of)?;
    while let Some(row) = rows.next().map_err(error::of)? {
        let row = Row::read(row).map_err(error::of)?.verified()?;
        tally.add(row.sum);
        key.add(entry(&[row.table.as_bytes(), row.partition.as_bytes(), row.sort.as_bytes()], row.seq));
        if row.table == "outbox" {
            outbox.add(entry(&[b"", b"", b""], row.seq));
        }
        if let Some(expires) = row.expires {
            expiring.add(entry(&[b"", b"", &expires.to_le_bytes()], row.seq));
        }
    }
    Ok((tally, [key, outbox, expiring]))
}

/// Reads an index in its order.
fn index(connection: &Connection, sql: &str) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    let mut statement = connection.prepare(sql).map_err(error::of)?;
    let mut rows = statement.query(()).map_err(error::of)?;
    let mut last = None;
    while let Some(row) = rows.next().map_err(error::of)? {
        let (parts, seq) = index_entry(row).map_err(error::of)?;
        tally.add(entry(&[&parts[0], &parts[1], &parts[2]], seq));
        // Look-ups halve the index: entries out of order would not be found, though a scan sees them.
        if last.as_ref().is_some_and(|last| *last >= (parts.clone(), seq)) && !parts[0].is_empty() {
            return Err(StoreError::Damaged("an index is out of order".into()));
        }
        last = Some((parts, seq));
    }
    Ok(tally)
}

fn index_entry(row: &SqlRow<'_>) -> rusqlite::Result<([Vec<u8>; 3], i64)> {
    let part = |at| -> rusqlite::Result<Vec<u8>> {
        Ok(match row.get_ref(at)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_le_bytes().to_vec(),
            text => text.as_str()?.as_bytes().to_vec(),
        })
    };
    Ok(([part(0)?, part(1)?, part(2)?], row.get(3)?))
}

fn entry(parts: &[&[u8]; 3], seq: i64) -> u32 {
    let mut crc = Crc::new();
    for part in parts {
        crc.update(&part.len().to_le_bytes());
        crc.update(part);
    }
    crc.update(&seq.to_le_bytes());
    crc.sum()
}
