//! Writing: one work within the writer's transaction.

use std::collections::BTreeMap;

use cairn_model::Revision;
use cairn_ports::{
    Count, Expect, Key, StoreError,
    body::Body,
    prepared::{Prepared, Write},
    store::Conflict,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    error, read,
    row::{BodyColumn, Row},
    verify::Tally,
};

/// How long the id of a commit is remembered, in seconds (DynamoDB: client request tokens are valid for 10 minutes).
const REMEMBERED_SECONDS: i64 = 600;

/// Old ids looked at per commit: more than one, so that they go faster than they come.
const FORGOTTEN_AT_ONCE: i64 = 4;

/// The one row of `state`: what the transaction has made of it so far. It differs after every write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Works and sweeps that were ever committed.
    pub(super) commits: i64,
    last_seq: i64,
    tally: Tally,
}

impl State {
    pub(super) fn load(connection: &Connection) -> Result<Self, StoreError> {
        let sql = "SELECT commits, last_seq, row_count, row_sum FROM state";
        let mut statement = connection.prepare_cached(sql).map_err(error::of)?;
        let state = statement.query_row((), |row| {
            let tally = Tally { count: row.get(2)?, sum: row.get(3)? };
            Ok(Self { commits: row.get(0)?, last_seq: row.get(1)?, tally })
        });
        state.map_err(error::of)
    }

    pub(super) fn save(&self, connection: &Connection) -> Result<(), StoreError> {
        let sql = "UPDATE state SET commits = ?1, last_seq = ?2, row_count = ?3, row_sum = ?4";
        execute(connection, sql, params![self.commits, self.last_seq, self.tally.count, self.tally.sum])
    }
}

/// Applies a work: all of it, or nothing if an expectation does not hold. A repeated work changes nothing.
pub(super) fn commit(
    connection: &Connection,
    state: &mut State,
    work: &Prepared,
    now: i64,
) -> Result<(), StoreError> {
    if is_repeated(connection, work, now)? {
        return Ok(());
    }
    let mut rows = read::ByKey::on(connection)?;
    let mut stored = Vec::with_capacity(work.writes.len());
    for write in &work.writes {
        stored.push(rows.row(write.key())?);
    }
    let mut conflicts = Vec::new();
    for (write, row) in work.writes.iter().zip(&stored) {
        conflicts.extend(conflict(write, row.as_ref())?);
    }
    if !conflicts.is_empty() {
        return Err(StoreError::Conflict(conflicts));
    }
    for (write, row) in work.writes.iter().zip(stored) {
        apply(connection, state, write, row)?;
    }
    state.commits += 1;
    remember(connection, work, now)
}

/// Removes items that expired before an instant; tells how many.
pub(super) fn sweep(
    connection: &Connection,
    state: &mut State,
    before: i64,
    limit: usize,
) -> Result<usize, StoreError> {
    let sql = read::columns("WHERE expires IS NOT NULL AND expires < ?1 ORDER BY expires LIMIT ?2");
    let rows = read::select(connection, &sql, params![before, read::as_limit(limit)])?;
    for row in &rows {
        delete(connection, state, row)?;
    }
    state.commits += i64::from(!rows.is_empty());
    Ok(rows.len())
}

fn is_repeated(connection: &Connection, work: &Prepared, now: i64) -> Result<bool, StoreError> {
    let sql = "SELECT digest FROM works WHERE id = ?1 AND at >= ?2";
    let mut statement = connection.prepare_cached(sql).map_err(error::of)?;
    let digest = statement.query_row(params![work.id, now - REMEMBERED_SECONDS], |row| row.get::<_, u32>(0));
    match digest.optional().map_err(error::of)? {
        None => Ok(false),
        Some(digest) if digest == work.digest() => Ok(true),
        Some(_) => {
            Err(StoreError::Unavailable(format!("the work id `{}` was used for another work", work.id)))
        }
    }
}

fn remember(connection: &Connection, work: &Prepared, now: i64) -> Result<(), StoreError> {
    // Rows are in the order of time: the oldest come first, and nothing more is looked at.
    let oldest = "SELECT seq FROM works ORDER BY seq LIMIT ?2";
    let sql = format!("DELETE FROM works WHERE at < ?1 AND seq IN ({oldest})");
    execute(connection, &sql, params![now - REMEMBERED_SECONDS, FORGOTTEN_AT_ONCE])?;
    let sql = "INSERT OR REPLACE INTO works (id, at, digest) VALUES (?1, ?2, ?3)";
    execute(connection, sql, params![work.id, now, work.digest()])
}

/// Why a write may not be done to what is stored.
fn conflict(write: &Write, row: Option<&Row>) -> Result<Option<Conflict>, StoreError> {
    let (key, expect) = match write {
        Write::Put { key, expect, .. } | Write::Delete { key, expect } | Write::Check { key, expect } => {
            (key, *expect)
        }
        Write::Count { key, counts } => {
            let sums = row.map(Row::counters).transpose()?.unwrap_or_default();
            let fits = |count: &&Count| count.fits(sums.get(&count.counter).copied().unwrap_or(0));
            let beyond = counts.iter().find(|count| !fits(count));
            return Ok(
                beyond.map(|count| Conflict::Counter { key: key.clone(), counter: count.counter.clone() })
            );
        }
    };
    let found = row.map(Row::revision);
    let holds = match expect {
        Expect::Any => true,
        Expect::Exists => found.is_some(),
        Expect::Absent => found.is_none(),
        Expect::At(revision) => found == Some(revision),
    };
    Ok((!holds).then(|| Conflict::Expectation { key: key.clone(), expected: expect, found }))
}

fn apply(
    connection: &Connection,
    state: &mut State,
    write: &Write,
    stored: Option<Row>,
) -> Result<(), StoreError> {
    match (write, stored) {
        (Write::Put { key, revision, body, expires, .. }, stored) => {
            let mut row = stored.unwrap_or_else(|| new_row(key, Body::Plain(String::new())));
            row.revision = revision.0.cast_signed();
            row.body = body.clone();
            row.expires = *expires;
            store(connection, state, row)
        }
        (Write::Count { key, counts }, stored) => {
            let mut row = stored.unwrap_or_else(|| new_row(key, Body::Plain("{}".into())));
            let mut counters: BTreeMap<String, u64> = row.counters()?;
            for Count { counter, by, .. } in counts {
                let sum = counters.entry(counter.clone()).or_default();
                *sum = sum.saturating_add_signed(*by);
            }
            row.counters = serde_json::json!(counters).to_string();
            store(connection, state, row)
        }
        (Write::Delete { .. }, Some(row)) => delete(connection, state, &row),
        (Write::Delete { .. }, None) | (Write::Check { .. }, _) => Ok(()),
    }
}

/// A row that is not yet stored: its number is given when it is.
fn new_row(key: &Key, body: Body) -> Row {
    Row {
        seq: 0,
        table: key.table.0.to_owned(),
        partition: key.partition.clone(),
        sort: key.sort.clone(),
        revision: Revision::FIRST.0.cast_signed(),
        body,
        counters: "{}".into(),
        expires: None,
        sum: 0,
    }
}

fn store(connection: &Connection, state: &mut State, mut row: Row) -> Result<(), StoreError> {
    let before = row.sum;
    row.sum = row.checksum();
    let values = params![row.revision, BodyColumn(&row.body), row.counters, row.expires, row.sum, row.seq];
    if row.seq == 0 {
        state.last_seq += 1;
        let sql = "INSERT INTO items (revision, body, counters, expires, sum, seq, tbl, pk, sk)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let key = params![row.table, row.partition, row.sort];
        let seq = state.last_seq;
        let values = [&values[..5], &[&seq], key].concat();
        execute(connection, sql, values.as_slice())?;
    } else {
        state.tally.take(before);
        let sql =
            "UPDATE items SET revision = ?1, body = ?2, counters = ?3, expires = ?4, sum = ?5 WHERE seq = ?6";
        execute(connection, sql, values)?;
    }
    state.tally.add(row.sum);
    Ok(())
}

fn delete(connection: &Connection, state: &mut State, row: &Row) -> Result<(), StoreError> {
    state.tally.take(row.sum);
    execute(connection, "DELETE FROM items WHERE seq = ?1", params![row.seq])
}

fn execute(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(error::of)?;
    statement.execute(params).map(|_| ()).map_err(error::of)
}
