//! What is done beside serving: sweeping.

use std::time::Duration;

use tokio::task::spawn_blocking;

use super::{contents, service::Objects, uploads, writer::Transaction};

/// How long completing an upload can be repeated, in microseconds: a day.
const REMEMBERED: i64 = 86_400_000_000;

pub(super) async fn sweep(objects: &Objects, age: Duration) -> std::io::Result<usize> {
    let forget = |transaction: &mut Transaction<'_>| {
        uploads::forget(transaction.connection, transaction.now - REMEMBERED)
    };
    objects.write(Vec::new(), forget).await?;
    let objects = objects.clone();
    let sweep = move || {
        let is_named = |name: &str| objects.read(|connection| contents::is_named(connection, name));
        objects.files().sweep(age, objects.now(), is_named)
    };
    Ok(spawn_blocking(sweep).await??)
}
