//! The real `cairn-events` binary: stream, SQS and schedule events as AWS delivers them, on DynamoDB Local and `ElasticMQ`.

use std::{collections::BTreeSet, time::Duration};

use cairn_model::{
    Identity, UserId,
    jobs::Status,
    kinds::{self, RECORDS},
    queue::{INDEX, JOBS, Queue, STATS},
    usage::Usage,
};
use cairn_ports::{Key, SearchIndex as _, queue::Received, store::Segment};
use serde_json::{Value, json};

use crate::{
    function::{self, Function},
    world::World,
};

/// A real event with these records in the place of its one, each changed by `change`.
pub(crate) fn event_of<T>(fixture: &str, contents: &[T], change: impl Fn(&mut Value, &T)) -> Value {
    let mut event: Value = serde_json::from_str(fixture).unwrap();
    let model = event["Records"][0].clone();
    let record = |content| {
        let mut record = model.clone();
        change(&mut record, content);
        record
    };
    event["Records"] = contents.iter().map(record).collect();
    event
}

/// What the outbox's stream tells of the rows that are there.
pub(crate) async fn stream(world: &World) -> Value {
    let rows = world.app.shared.ports.store.changes(None, 100).await.unwrap().rows;
    assert!(!rows.is_empty());
    event_of(include_str!("../support/events/dynamodb-stream.json"), &rows, |record, row| {
        record["dynamodb"]["Keys"] = json!({"pk": {"S": row.key.partition}, "sk": {"S": row.key.sort}});
    })
}

pub(crate) fn delivery(messages: &[Received]) -> Value {
    event_of(include_str!("../support/events/sqs.json"), messages, |record, message| {
        record["messageId"] = json!(message.id);
        record["receiptHandle"] = json!(message.receipt);
        record["body"] = json!(message.body);
        record["attributes"]["SenderId"] = json!(message.sender);
        record["attributes"]["ApproximateReceiveCount"] = json!(message.receives.to_string());
    })
}

pub(crate) async fn received(world: &World, queue: &'static Queue, count: usize) -> Vec<Received> {
    let messages = world.app.shared.ports.queues.receive(queue, count, Duration::from_secs(5)).await.unwrap();
    assert_eq!(messages.len(), count);
    messages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_go_from_the_stream_to_the_queue_and_to_the_consumer() {
    let world = World::new("bus").await;
    let relay = Function::start("relay_outbox", &world).await;
    let event = stream(&world).await;
    let count = event["Records"].as_array().unwrap().len();
    let mut others = event.clone();
    others["Records"][0]["eventName"] = json!("REMOVE");
    others["Records"].as_array_mut().unwrap().truncate(1);
    for event in [others, event.clone(), event] {
        assert_eq!(relay.run(event).await.unwrap(), json!({"batchItemFailures": []}));
    }
    assert_eq!(world.app.outbox(100).await.unwrap().0, 0);

    let messages = received(&world, &INDEX, count).await;
    assert_eq!(world.app.shared.ports.queues.depth(&INDEX).await.unwrap().waiting, 0, "each was sent once");
    let consume = Function::start("consume_index", &world).await;
    let search = Function::start("users.search_all", &world).await;
    let users = || search.invoke(function::event("GET", "/api/users/all", Some(&world.admin), None));
    assert_eq!(users().await.expect(200)["hits"]["total"], 0, "nothing is indexed");
    assert_eq!(consume.run(delivery(&messages)).await.unwrap(), json!({"batchItemFailures": []}));
    world.index.flush().await.unwrap();
    assert_eq!(users().await.expect(200)["hits"]["total"], 1, "the administrator is found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_message_fails_alone_and_dies_in_the_end() {
    let world = World::new("poison").await;
    world.app.relay().await.unwrap();
    let queues = &world.app.shared.ports.queues;
    queues.send(&INDEX, vec!["poison".into()], Duration::ZERO).await.unwrap();
    let messages =
        received(&world, &INDEX, usize::try_from(queues.depth(&INDEX).await.unwrap().waiting).unwrap()).await;
    let consume = Function::start("consume_index", &world).await;
    let poison = messages.iter().find(|message| message.body == "poison").unwrap();
    let failed = json!({"batchItemFailures": [{"itemIdentifier": poison.id}]});
    assert_eq!(consume.run(delivery(&messages)).await.unwrap(), failed);
    let well: Vec<_> = messages.iter().filter(|message| message.body != "poison").cloned().collect();
    queues.delete(&INDEX, &well).await.unwrap();

    let mut again = received(&world, &INDEX, 1).await;
    assert_eq!(again[0].receives, 2, "it came back soon, not at the end of its lease");
    again[0].receives = INDEX.receives;
    assert_eq!(consume.run(delivery(&again)).await.unwrap(), json!({"batchItemFailures": []}));
    let letters = queues.dead_letters(&INDEX, 10).await.unwrap();
    assert_eq!((letters.len(), letters[0].body.as_str()), (1, "poison"));
    assert!(letters[0].error.starts_with("the message cannot be read: "), "{}", letters[0].error);
}

/// Messages of the queue of jobs, dealt with by the real function.
async fn do_jobs(world: &World, consume: &Function, count: usize) {
    let messages = received(world, &JOBS, count).await;
    assert_eq!(consume.run(delivery(&messages)).await.unwrap(), json!({"batchItemFailures": []}));
    world.app.shared.ports.queues.delete(&JOBS, &messages).await.unwrap();
    world.app.relay().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_another_machine_becomes_a_run_that_is_done_step_by_step() {
    let world = World::new("jobs").await;
    world.app.relay().await.unwrap();
    let admin = world.app.authenticate(&world.admin).await.unwrap();
    let queues = &world.app.shared.ports.queues;
    let records: Vec<Value> = (0..130).map(|_| crate::support::minimal()).collect();
    let args = json!({"records": records});
    let message = json!({"version": "1", "id": "m-1", "task": "import", "args": args}).to_string();
    queues.send(&JOBS, vec![message.clone(), message], Duration::ZERO).await.unwrap();
    let messages = received(&world, &JOBS, 2).await;
    let user: UserId = admin.id().unwrap().clone();
    world.app.jobs.put_sender(&admin, &messages[0].sender, &user).await.unwrap();
    let consume = Function::start("consume_jobs", &world).await;
    assert_eq!(consume.run(delivery(&messages)).await.unwrap(), json!({"batchItemFailures": []}));
    queues.delete(&JOBS, &messages).await.unwrap();
    world.app.relay().await.unwrap();
    for _ in 0..2 {
        do_jobs(&world, &consume, 1).await;
    }
    let jobs = world.app.jobs.list(&Identity::system(), "").await.unwrap();
    let runs = world.app.jobs.runs(&Identity::system(), &jobs[0].id, "").await.unwrap();
    assert_eq!((runs.len(), runs[0].status, runs[0].counts.inserted), (1, Status::Success, 130));
    let all = Segment::WHOLE;
    let stored = world.app.shared.ports.store.scan_segment(RECORDS, all, None, 1_000).await.unwrap();
    assert_eq!(stored.items.iter().filter(|item| item.key.sort == "draft").count(), 130);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_is_counted_once_however_often_it_is_delivered() {
    let world = World::new("usage").await;
    world.app.relay().await.unwrap();
    let data = json!({"key": "a.txt", "file_id": "f", "size": 10, "parent": "parent", "visitor": "v", "machine": false});
    let nobody = Identity::nobody();
    for record in ["one", "one", "other"] {
        world
            .app
            .shared
            .say("file.downloaded", format!("downloads/{record}"), &nobody, data.clone())
            .await
            .unwrap();
    }
    world.app.relay().await.unwrap();
    let messages = received(&world, &STATS, 3).await;
    let consume = Function::start("consume_stats", &world).await;
    for _ in 0..2 {
        assert_eq!(consume.run(delivery(&messages)).await.unwrap(), json!({"batchItemFailures": []}));
    }
    let counted = async |id: &str| {
        let key = Key::new(kinds::STATS, format!("total#{id}"), "total");
        Usage::of(&world.app.shared.ports.store.get(&key).await.unwrap().unwrap().counters)
    };
    // Two requests within 30 seconds are one.
    for (id, count) in [("one", 1), ("other", 1), ("parent", 2)] {
        let usage = counted(id).await;
        assert_eq!(
            (usage.downloads, usage.unique_downloads, usage.data_volume),
            (count, count, 10 * count),
            "{id}"
        );
    }
    let kept = world.app.shared.ports.objects.home().unwrap().list("usage/", None).await.unwrap().objects;
    let keys: BTreeSet<_> = kept.into_iter().map(|listed| listed.place.key).collect();
    assert_eq!(keys.len(), 1, "the same batch again is the same object: {keys:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_arrives_is_one_event_however_often_it_is_told() {
    let world = World::new("objects").await;
    world.app.relay().await.unwrap();
    let note = Function::start("note_arrivals", &world).await;
    let event: Value = serde_json::from_str(include_str!("../support/events/s3.json")).unwrap();
    for _ in 0..2 {
        assert_eq!(note.run(event.clone()).await.unwrap(), json!({"arrived": 1}));
    }
    let mut removed = event;
    removed["Records"][0]["eventName"] = json!("ObjectRemoved:Delete");
    assert_eq!(note.run(removed).await.unwrap(), json!({"arrived": 0}));
    let rows = world.app.shared.ports.store.changes(None, 100).await.unwrap().rows;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(row.event.kind, "object.created");
    assert_eq!(row.event.subject, "objects/inbox/abcde-fgh12/Happy Face ü.jpg");
    assert_eq!(row.event.data["size"], 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_starts_what_is_due() {
    let world = World::new("clock").await;
    let schedule = json!({"type": "interval", "milliseconds": 1});
    let body = json!({"title": "Often", "task": "reindex", "schedule": schedule});
    let system = Identity::system();
    let job = world.app.jobs.create(&system, body.as_object().unwrap()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let tick = Function::start("tick_jobs", &world).await;
    let event: Value = serde_json::from_str(include_str!("../support/events/schedule.json")).unwrap();
    assert_eq!(tick.run(event).await.unwrap(), json!({"started": 1, "revived": 0}));
    let runs = world.app.jobs.runs(&system, &job.id, "").await.unwrap();
    assert_eq!((runs.len(), runs[0].status), (1, Status::Queued));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sweep_leaves_fresh_events_to_the_stream() {
    let world = World::new("sweep").await;
    let sweep = Function::start("sweep_outbox", &world).await;
    let event: Value = serde_json::from_str(include_str!("../support/events/schedule.json")).unwrap();
    assert_eq!(sweep.run(event).await.unwrap(), json!({"events": 0, "messages": 0}));
    assert!(world.app.outbox(100).await.unwrap().0 > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_another_sort_is_refused() {
    let world = World::new("other").await;
    let consume = Function::start("consume_index", &world).await;
    let schedule: Value = serde_json::from_str(include_str!("../support/events/schedule.json")).unwrap();
    let refused = consume.run(schedule).await.unwrap_err();
    assert!(refused.contains("the event cannot be read"), "{refused}");
}
