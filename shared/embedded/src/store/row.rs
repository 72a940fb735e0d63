//! A row: one item as SQLite holds it, with a checksum over all its columns.

use std::collections::BTreeMap;

use cairn_model::{Revision, Table};
use cairn_ports::{Item, Key, StoreError, body::Body};
use flate2::Crc;
use rusqlite::{
    ToSql,
    types::{ToSqlOutput, ValueRef},
};

/// The columns of a row, in the order of [`Row::read`].
pub(super) const COLUMNS: &str = "seq, tbl, pk, sk, revision, body, counters, expires, sum";

/// One item as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Rows are numbered in the order of their first commit; no number is used twice.
    pub(super) seq: i64,
    pub(super) table: String,
    pub(super) partition: String,
    pub(super) sort: String,
    pub(super) revision: i64,
    pub(super) body: Body,
    /// A JSON object of numbers.
    pub(super) counters: String,
    pub(super) expires: Option<i64>,
    /// The checksum as it is stored.
    pub(super) sum: u32,
}

impl Row {
    /// Reads a row of [`COLUMNS`].
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let body = match row.get_ref(5)? {
            ValueRef::Blob(bytes) => Body::Packed(bytes.to_vec()),
            text => Body::Plain(text.as_str()?.to_owned()),
        };
        Ok(Self {
            seq: row.get(0)?,
            table: row.get(1)?,
            partition: row.get(2)?,
            sort: row.get(3)?,
            revision: row.get(4)?,
            body,
            counters: row.get(6)?,
            expires: row.get(7)?,
            sum: row.get(8)?,
        })
    }

    /// The row, if it is what was written.
    pub(super) fn verified(self) -> Result<Self, StoreError> {
        if self.checksum() == self.sum {
            return Ok(self);
        }
        Err(StoreError::Damaged(format!(
            "the checksum of `{}/{}/{}` does not fit its row",
            self.table, self.partition, self.sort
        )))
    }

    /// The checksum of the columns.
    pub(super) fn checksum(&self) -> u32 {
        let mut crc = Crc::new();
        for text in [&self.table, &self.partition, &self.sort, &self.counters] {
            // The length keeps neighbours apart: ("ab", "c") is not ("a", "bc").
            crc.update(&text.len().to_le_bytes());
            crc.update(text.as_bytes());
        }
        crc.update(&self.revision.to_le_bytes());
        crc.update(&self.expires.map_or([0; 9], flagged));
        crc.update(&[u8::from(matches!(self.body, Body::Packed(_)))]);
        crc.update(self.body.bytes());
        crc.sum()
    }

    /// The counters by name.
    pub(super) fn counters(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        if self.counters == "{}" {
            return Ok(BTreeMap::new());
        }
        serde_json::from_str(&self.counters)
            .map_err(|error| StoreError::Damaged(format!("counters: {error}")))
    }

    /// The revision as callers know it.
    pub(super) fn revision(&self) -> Revision {
        Revision(self.revision.unsigned_abs())
    }

    /// The item that the row holds.
    pub(super) fn into_item(self, table: Table) -> Result<Item, StoreError> {
        Ok(Item {
            revision: self.revision(),
            body: self.body.decode()?,
            counters: self.counters()?,
            expires: self.expires,
            key: Key::new(table, self.partition, self.sort),
        })
    }
}

fn flagged(expires: i64) -> [u8; 9] {
    let mut bytes = [1; 9];
    bytes[1..].copy_from_slice(&expires.to_le_bytes());
    bytes
}

/// A body as a column: text or blob.
pub(super) struct BodyColumn<'body>(pub(super) &'body Body);

impl ToSql for BodyColumn<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Body::Plain(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Body::Packed(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
