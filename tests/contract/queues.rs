//! Queues: in memory, in a folder, and on what speaks SQS.

use std::{fs, path::Path, sync::Arc, time::Duration};

use cairn_aws::sqs::{SqsQueues, create_queues, local_client};
use cairn_embedded::queue::SqliteQueues;
use cairn_model::queue::{INDEX, JOBS};
use cairn_ports::{
    Clock, Ids, Queues,
    clock::SystemClock,
    contract::{self, CONTRACT_QUEUES},
    ids::RandomIds,
};

use crate::folder::Folder;

fn open(folder: &Path) -> SqliteQueues {
    fs::create_dir_all(folder).unwrap();
    SqliteQueues::open(folder, Arc::new(SystemClock)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_memory_has_queues() {
    contract::queues(Arc::new(SqliteQueues::in_memory(Arc::new(SystemClock)).unwrap())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_a_folder_has_queues() {
    let folder = Folder::new();
    contract::queues(Arc::new(open(&folder.next()))).await;
}

#[tokio::test]
async fn what_waits_is_there_after_a_restart() {
    let folders = Folder::new();
    let folder = folders.next();
    let queues = open(&folder);
    queues.send(&JOBS, vec!["left".into(), "taken".into()], Duration::ZERO).await.unwrap();
    let taken = queues.receive(&JOBS, 1, Duration::ZERO).await.unwrap();
    drop(queues);
    let queues = open(&folder);
    let depth = queues.depth(&JOBS).await.unwrap();
    assert_eq!((depth.waiting, depth.hidden), (2, 0), "a lease ends with its process");
    queues.delete(&JOBS, &taken).await.unwrap();
    assert_eq!(queues.depth(&JOBS).await.unwrap().waiting, 2, "and gives no right");
    assert_eq!(queues.depth(&INDEX).await.unwrap().waiting, 0);
}

#[tokio::test]
async fn whoever_dies_often_does_not_take_innocent_messages_along_but_a_deadly_one_dies_in_the_end() {
    let folders = Folder::new();
    let folder = folders.next();
    open(&folder).send(&JOBS, vec!["deadly".into()], Duration::ZERO).await.unwrap();
    let mut lives = 0;
    while open(&folder).receive(&JOBS, 1, Duration::ZERO).await.unwrap().len() == 1 {
        lives += 1;
    }
    assert!((50..60).contains(&lives), "{lives}");
    let queues = open(&folder);
    assert_eq!(queues.dead_letters(&JOBS, 10).await.unwrap()[0].body, "deadly");
    assert_eq!(queues.replay(&JOBS, None).await.unwrap(), 1);
    assert_eq!(queues.receive(&JOBS, 1, Duration::ZERO).await.unwrap()[0].receives, 1);
}

#[tokio::test]
async fn queues_of_the_first_version_are_brought_up_to_date() {
    let folders = Folder::new();
    let folder = folders.next();
    open(&folder).send(&JOBS, vec!["old".into()], Duration::ZERO).await.unwrap();
    let database = rusqlite::Connection::open(folder.join("queues.db")).unwrap();
    database.execute_batch("ALTER TABLE messages DROP COLUMN interrupted; PRAGMA user_version = 1;").unwrap();
    drop(database);
    assert_eq!(open(&folder).receive(&JOBS, 1, Duration::ZERO).await.unwrap()[0].body, "old");
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn endpoint() -> String {
    std::env::var("CAIRN_TEST_SQS").expect(
        "CAIRN_TEST_SQS must name a running ElasticMQ (http://127.0.0.1:9324); `make test` starts one",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn sqs_has_queues() {
    let client = local_client(&endpoint()).await;
    let prefix = format!("{}-", RandomIds.ulid(SystemClock.now()));
    let base = create_queues(&client, &prefix, CONTRACT_QUEUES).await.unwrap();
    contract::queues(Arc::new(SqsQueues::new(client, base))).await;
}
