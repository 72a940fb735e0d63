//! What is sent comes.

use std::{collections::BTreeSet, time::Duration};

use super::*;
use crate::queue::{LONGEST_BODY, QueueError};

pub(super) async fn all(subject: &Subject) {
    messages_come_and_go(subject).await;
    many_messages_of_any_size_come(subject).await;
    a_delayed_message_comes_later(subject).await;
    who_waits_is_woken(subject).await;
    too_long_bodies_are_refused(subject).await;
    depths_are_told(subject).await;
}

async fn messages_come_and_go(subject: &Subject) {
    subject.send(&PATIENT, &["a", "<é \"&\n😀>"]).await;
    let messages = subject.receive(&PATIENT, 2).await;
    assert_eq!(bodies(&messages), ["<é \"&\n😀>", "a"]);
    assert!(messages.iter().all(|message| message.receives == 1 && !message.sender.is_empty()));
    assert_ne!(messages[0].id, messages[1].id);
    assert!(subject.is_empty(&OTHER).await, "queues are apart");
    subject.delete(&PATIENT, &messages).await;
    subject.delete(&PATIENT, &messages).await;
    subject.delete(&PATIENT, &[]).await;
    subject.send(&PATIENT, &[]).await;
    assert!(subject.is_empty(&PATIENT).await);
}

async fn many_messages_of_any_size_come(subject: &Subject) {
    let sent: Vec<String> = (0..60)
        .map(|at: usize| {
            format!("{at:03}{}", "x".repeat(if at.is_multiple_of(9) { LONGEST_BODY - 3 } else { at }))
        })
        .collect();
    subject.queues.send(&PATIENT, sent.clone(), NOW).await.unwrap();
    let messages = subject.receive(&PATIENT, sent.len()).await;
    assert_eq!(bodies(&messages), sent.iter().map(String::as_str).collect::<Vec<_>>());
    let ids: BTreeSet<&str> = messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids.len(), sent.len());
    subject.delete(&PATIENT, &messages).await;
}

async fn a_delayed_message_comes_later(subject: &Subject) {
    subject.queues.send(&PATIENT, vec!["later".into()], Duration::from_secs(2)).await.unwrap();
    assert!(subject.is_empty(&PATIENT).await);
    let later = subject.one(&PATIENT).await;
    assert_eq!(later.body, "later");
    subject.delete(&PATIENT, &[later]).await;
}

async fn who_waits_is_woken(subject: &Subject) {
    let waiting = subject.queues.receive(&PATIENT, 1, Duration::from_secs(10));
    let sending = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        subject.send(&PATIENT, &["now"]).await;
    };
    // Long before the wait is over.
    let (received, ()) = tokio::join!(tokio::time::timeout(SOON, waiting), sending);
    let received = received.unwrap().unwrap();
    assert_eq!(bodies(&received), ["now"]);
    subject.delete(&PATIENT, &received).await;
}

async fn too_long_bodies_are_refused(subject: &Subject) {
    let sent = subject.queues.send(&PATIENT, vec!["x".into(), "x".repeat(LONGEST_BODY + 1)], NOW).await;
    assert_eq!(sent, Err(QueueError::TooLong(LONGEST_BODY + 1)));
    assert!(subject.is_empty(&PATIENT).await);
}

async fn depths_are_told(subject: &Subject) {
    subject.send(&OTHER, &["a", "b", "c"]).await;
    let message = subject.one(&OTHER).await;
    let depth = subject.queues.depth(&OTHER).await.unwrap();
    assert_eq!((depth.waiting, depth.hidden, depth.dead), (2, 1, 0));
    let rest = subject.receive(&OTHER, 2).await;
    subject.delete(&OTHER, &rest).await;
    subject.delete(&OTHER, &[message]).await;
    let depth = subject.queues.depth(&OTHER).await.unwrap();
    assert_eq!((depth.waiting, depth.hidden, depth.dead, depth.oldest), (0, 0, 0, None));
}
