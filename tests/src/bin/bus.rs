//! Many messages through the embedded queues and many events through the relay: what `make prove-bus` prints.
//!
//! Fails where a message is lost or comes twice, or memory grows with their number; times are printed, not judged.

use std::{
    collections::HashSet,
    fs,
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use cairn_core::{App, Settings};
use cairn_embedded::{queue::SqliteQueues, search::TantivyIndex, store::SqliteStore};
use cairn_model::{Identity, Revision, Table, queue::LOW_PRIORITY};
use cairn_ports::{
    Expect, Item, Key, OwnFields, Ports, Queues, Store, Work, clock::SystemClock, ids::RandomIds,
    objects::Locations, outbound::NoOutbound,
};
use clap::Parser;
use serde_json::{Value, json};

/// How much of it.
#[derive(Parser)]
struct Arguments {
    /// The share of the full proof: 1,000,000 messages, 50,000 events
    #[arg(long, env = "SCALE", default_value_t = 1.0)]
    scale: f64,
}

/// Messages sent in one call.
const BATCH: usize = 500;
/// Senders and pollers at work at the same time.
const AT_ONCE: usize = 2;
/// Growth that has nothing to do with the number of messages, in MB.
const SLACK: f64 = 24.0;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let Arguments { scale } = Arguments::parse();
    let folder = std::env::temp_dir().join(format!("cairn-bus-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let outcome = async {
        messages(&folder, scaled(1_000_000.0, scale)).await?;
        events(&folder, scaled(50_000.0, scale)).await
    };
    let outcome = outcome.await;
    fs::remove_dir_all(&folder)?;
    outcome
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
fn scaled(full: f64, scale: f64) -> usize {
    ((full * scale) as usize).next_multiple_of(BATCH * AT_ONCE)
}

/// Sends and receives at the same time; each message comes once.
async fn messages(folder: &std::path::Path, count: usize) -> Result<()> {
    let queues = SqliteQueues::open(folder, Arc::new(SystemClock))?;
    let seen = Arc::new(Mutex::new(vec![false; count]));
    let began = Instant::now();
    let senders = (0..AT_ONCE).map(|sender| send(queues.clone(), sender * count / AT_ONCE, count / AT_ONCE));
    let receivers = (0..AT_ONCE).map(|_| receive(queues.clone(), seen.clone(), count));
    let early = memory()?;
    let (sent, received) = futures::future::join(
        futures::future::try_join_all(senders),
        futures::future::try_join_all(receivers),
    )
    .await;
    sent?;
    let peaks = received?;
    let seconds = began.elapsed().as_secs_f64();
    ensure!(seen.lock().is_ok_and(|seen| seen.iter().all(|seen| *seen)), "a message was lost");
    let peak = peaks.into_iter().fold(early, f64::max);
    // One byte of each message is this program's own.
    let grown = peak - early - as_float(count) / 1e6;
    writeln!(
        std::io::stdout(),
        "queue: {count} messages in {seconds:.1} s, {:.0} a second; memory {early:.1} MB, at most {peak:.1} MB",
        as_float(count) / seconds
    )?;
    ensure!(grown < SLACK, "memory grew by {grown:.1} MB");
    Ok(())
}

async fn send(queues: SqliteQueues, first: usize, count: usize) -> Result<()> {
    for from in (first..first + count).step_by(BATCH) {
        let bodies = (from..from + BATCH).map(|number| format!("{{\"number\": {number:>200}}}")).collect();
        queues.send(&LOW_PRIORITY, bodies, Duration::ZERO).await?;
        // Not faster than they are taken: the file stays small, as it does where consumers keep up.
        while queues.depth(&LOW_PRIORITY).await?.waiting > 50_000 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(())
}

/// Receives until there is nothing more; tells the most memory that was seen.
async fn receive(queues: SqliteQueues, seen: Arc<Mutex<Vec<bool>>>, count: usize) -> Result<f64> {
    let mut peak = 0.0_f64;
    loop {
        let messages = queues.receive(&LOW_PRIORITY, 1_000, Duration::from_secs(2)).await?;
        if messages.is_empty() {
            return Ok(peak);
        }
        queues.delete(&LOW_PRIORITY, &messages).await?;
        let mut seen = seen.lock().map_err(|_| anyhow::anyhow!("another poller failed"))?;
        for message in messages {
            let body: Value = serde_json::from_str(&message.body)?;
            let number = usize::try_from(body["number"].as_u64().context("a number")?)?;
            ensure!(number < count && !std::mem::replace(&mut seen[number], true), "{number} came twice");
        }
        drop(seen);
        peak = peak.max(memory()?);
    }
}

/// Commits events, then relays them: the outbox is empty, and each is on the queue of its subscriber.
async fn events(folder: &std::path::Path, count: usize) -> Result<()> {
    let (store, queues) =
        (Arc::new(SqliteStore::open(folder)?), Arc::new(SqliteQueues::open(folder, Arc::new(SystemClock))?));
    let ports = Ports {
        store: store.clone(),
        search: Arc::new(TantivyIndex::in_memory(&[])?),
        queues: queues.clone(),
        objects: Locations::none(),
        outbound: Arc::new(NoOutbound),
        custom_fields: OwnFields::default(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        trips: Arc::default(),
    };
    let settings = Settings::new("http://127.0.0.1", "localhost");
    let app = App::new(ports, settings);
    for work in 0..count / 50 {
        let mut unit = Work::new(format!("bus-{work}"));
        let key = Key::new(Table("jobs"), format!("bus#{work}"), "s");
        unit.put(Item::new(key, Revision::FIRST, Value::Null), Expect::Absent);
        for number in 0..50 {
            let (subject, system) = (format!("tokens/{work}-{number}"), Identity::system());
            unit.emit(app.shared.event(
                "token.created",
                subject,
                &system,
                Revision::FIRST,
                json!({"user": "1"}),
            ));
        }
        store.commit(&unit).await?;
    }
    let began = Instant::now();
    let relayed = app.relay().await?;
    let seconds = began.elapsed().as_secs_f64();
    ensure!(relayed.events == count, "{relayed:?} of {count} events");
    ensure!(app.outbox(1).await?.0 == 0, "events are left in the outbox");
    let mut ids = HashSet::with_capacity(count);
    loop {
        let messages = queues.receive(&cairn_model::queue::INDEX, 1_000, Duration::ZERO).await?;
        if messages.is_empty() {
            break;
        }
        for message in &messages {
            let body: Value = serde_json::from_str(&message.body)?;
            ids.insert(body["event"]["id"].as_str().context("an id")?.to_owned());
        }
        queues.delete(&cairn_model::queue::INDEX, &messages).await?;
    }
    ensure!(ids.len() == count, "{} of {count} events are on the queue", ids.len());
    let rate = as_float(count) / seconds;
    writeln!(std::io::stdout(), "relay: {count} events in {seconds:.1} s, {rate:.0} a second")?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a count for people to read")]
fn as_float(count: usize) -> f64 {
    count as f64
}

/// Resident memory of this process, in MB.
fn memory() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse::<f64>()? / 1024.0)
}
