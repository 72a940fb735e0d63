//! What is done to messages, in SQL.

use cairn_model::{Timestamp, queue::Queue};
use cairn_ports::queue::{DeadLetter, Depth, LOCAL, Received};
use rusqlite::{Connection, Result, params};

/// What a receive found, and if that was nothing: when the next message can be received.
pub(super) struct Arrived {
    pub messages: Vec<Received>,
    pub next: Option<i64>,
}

/// The right to deal with a message: its id, and until when it is hidden.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lease {
    id: i64,
    visible: i64,
}

impl Lease {
    /// Receipts of other makers give no right.
    pub(super) fn of(message: &Received) -> Option<Self> {
        Some(Self { id: message.id.parse().ok()?, visible: message.receipt.parse().ok()? })
    }
}

pub(super) fn send(
    connection: &Connection,
    queue: &Queue,
    bodies: &[String],
    now: i64,
    visible: i64,
) -> Result<()> {
    let mut insert = connection
        .prepare_cached("INSERT INTO messages (queue, body, sent, visible) VALUES (?1, ?2, ?3, ?4)")?;
    for body in bodies {
        insert.execute(params![queue.name, body, now, visible])?;
    }
    Ok(())
}

pub(super) fn receive(connection: &Connection, queue: &Queue, most: usize, now: i64) -> Result<Arrived> {
    redrive(connection, queue, now)?;
    let until = now + i64::from(queue.visibility) * 1_000_000;
    let mut update = connection.prepare_cached(
        "UPDATE messages SET visible = ?4, receives = receives + 1
         WHERE id IN (SELECT id FROM messages WHERE queue = ?1 AND visible <= ?2 ORDER BY visible, id LIMIT ?3)
         RETURNING id, body, sent, receives",
    )?;
    let mut messages = update
        .query_map(params![queue.name, now, limit(most), until], |row| {
            let id: i64 = row.get(0)?;
            let message = Received {
                id: id.to_string(),
                receipt: until.to_string(),
                body: row.get(1)?,
                sent: Timestamp::from_micros(row.get(2)?),
                receives: row.get(3)?,
                sender: LOCAL.into(),
            };
            Ok((id, message))
        })?
        .collect::<Result<Vec<_>>>()?;
    // Rows come in any order; who can have them in the order of sending is better off.
    messages.sort_unstable_by_key(|(id, _)| *id);
    let messages: Vec<Received> = messages.into_iter().map(|(_, message)| message).collect();
    let next = if messages.is_empty() { next(connection, queue)? } else { None };
    Ok(Arrived { messages, next })
}

/// What was received often enough is dead.
fn redrive(connection: &Connection, queue: &Queue, now: i64) -> Result<()> {
    let error = format!("received {} times without success", queue.receives);
    connection
        .prepare_cached(
            "UPDATE messages SET queue = ?3, visible = ?2, error = ?4
             WHERE queue = ?1 AND visible <= ?2 AND receives >= ?5",
        )?
        .execute(params![queue.name, now, queue.dead(), error, queue.receives])?;
    Ok(())
}

fn next(connection: &Connection, queue: &Queue) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT min(visible) FROM messages WHERE queue = ?1")?
        .query_row([queue.name], |row| row.get(0))
}

pub(super) fn delete(connection: &Connection, queue: &Queue, leases: &[Lease]) -> Result<()> {
    let mut delete =
        connection.prepare_cached("DELETE FROM messages WHERE id = ?1 AND visible = ?2 AND queue = ?3")?;
    for lease in leases {
        delete.execute(params![lease.id, lease.visible, queue.name])?;
    }
    Ok(())
}

pub(super) fn hide(connection: &Connection, queue: &Queue, lease: Lease, until: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE messages SET visible = ?4 WHERE id = ?1 AND visible = ?2 AND queue = ?3")?
        .execute(params![lease.id, lease.visible, queue.name, until])?;
    Ok(())
}

pub(super) fn bury(
    connection: &Connection,
    queue: &Queue,
    lease: Lease,
    error: &str,
    now: i64,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE messages SET queue = ?4, visible = ?5, error = ?6
             WHERE id = ?1 AND visible = ?2 AND queue = ?3",
        )?
        .execute(params![lease.id, lease.visible, queue.name, queue.dead(), now, error])?;
    Ok(())
}

pub(super) fn depth(connection: &Connection, queue: &Queue, now: i64) -> Result<Depth> {
    let (waiting, hidden, oldest) = connection
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE visible <= ?2), count(*) FILTER (WHERE visible > ?2),
                    min(sent) FILTER (WHERE visible <= ?2)
             FROM messages WHERE queue = ?1",
        )?
        .query_row(params![queue.name, now], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let dead = connection
        .prepare_cached("SELECT count(*) FROM messages WHERE queue = ?1")?
        .query_row([queue.dead()], |row| row.get(0))?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Depth {
        waiting: count(waiting),
        hidden: count(hidden),
        dead: count(dead),
        oldest: Option::<i64>::map(oldest, Timestamp::from_micros),
    })
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

pub(super) fn dead_letters(connection: &Connection, queue: &Queue, most: usize) -> Result<Vec<DeadLetter>> {
    connection
        .prepare_cached(
            "SELECT id, body, error, visible FROM messages WHERE queue = ?1 ORDER BY visible, id LIMIT ?2",
        )?
        .query_map(params![queue.dead(), limit(most)], |row| {
            let id: i64 = row.get(0)?;
            Ok(DeadLetter {
                id: id.to_string(),
                body: row.get(1)?,
                error: row.get(2)?,
                died: Timestamp::from_micros(row.get(3)?),
            })
        })?
        .collect()
}

pub(super) fn replay(
    connection: &Connection,
    queue: &Queue,
    ids: Option<&[String]>,
    now: i64,
) -> Result<usize> {
    let again = "UPDATE messages SET queue = ?1, visible = ?3, receives = 0, interrupted = 0, error = ''
        WHERE queue = ?2";
    let Some(ids) = ids else {
        return connection.prepare_cached(again)?.execute(params![queue.name, queue.dead(), now]);
    };
    let mut one = connection.prepare_cached(&format!("{again} AND id = ?4"))?;
    let known = ids.iter().filter_map(|id| id.parse::<i64>().ok());
    known.map(|id| one.execute(params![queue.name, queue.dead(), now, id])).sum()
}
