//! What nobody can act on goes aside, can be looked at, and is sent again.

use super::*;
use crate::queue::DeadLetter;

pub(super) async fn all(subject: &Subject) {
    what_fails_too_often_dies(subject).await;
    a_consumer_can_bury_and_say_why(subject).await;
    dead_letters_are_replayed(subject).await;
}

async fn letters(subject: &Subject, queue: &'static Queue) -> Vec<DeadLetter> {
    let mut letters = subject.queues.dead_letters(queue, 10).await.unwrap();
    letters.sort_by(|one, other| one.body.cmp(&other.body));
    letters
}

async fn what_fails_too_often_dies(subject: &Subject) {
    subject.send(&QUICK, &["poison"]).await;
    for receives in 1..=QUICK.receives {
        let message = subject.one(&QUICK).await;
        assert_eq!(message.receives, receives);
        tokio::time::sleep(LEASE).await;
    }
    assert!(subject.is_empty(&QUICK).await);
    let letters = letters(subject, &QUICK).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].body.as_str(), letters[0].error.as_str()),
        ("poison", "received 2 times without success")
    );
    assert_eq!(subject.queues.replay(&QUICK, None).await.unwrap(), 1);
    let message = subject.one(&QUICK).await;
    assert_eq!((message.body.as_str(), message.receives), ("poison", 1), "it starts anew");
    subject.delete(&QUICK, &[message]).await;
}

async fn a_consumer_can_bury_and_say_why(subject: &Subject) {
    subject.send(&PATIENT, &["a", "b"]).await;
    for message in subject.receive(&PATIENT, 2).await {
        let error = format!("“{}” cannot be read: <é>", message.body);
        subject.queues.bury(&PATIENT, &message, &error).await.unwrap();
    }
    assert!(subject.is_empty(&PATIENT).await);
    for _ in 0..2 {
        let letters = letters(subject, &PATIENT).await;
        let told: Vec<_> =
            letters.iter().map(|letter| (letter.body.as_str(), letter.error.as_str())).collect();
        assert_eq!(
            told,
            [("a", "“a” cannot be read: <é>"), ("b", "“b” cannot be read: <é>")],
            "looking changes nothing"
        );
    }
    assert_eq!(subject.queues.depth(&PATIENT).await.unwrap().dead, 2);
    assert!(letters(subject, &OTHER).await.is_empty());
}

async fn dead_letters_are_replayed(subject: &Subject) {
    let letters_before = letters(subject, &PATIENT).await;
    let ids = [letters_before[1].id.clone(), "nosuch".to_owned()];
    assert_eq!(subject.queues.replay(&PATIENT, Some(&ids)).await.unwrap(), 1);
    let message = subject.one(&PATIENT).await;
    assert_eq!((message.body.as_str(), message.receives), ("b", 1));
    subject.delete(&PATIENT, &[message]).await;
    assert_eq!(subject.queues.replay(&PATIENT, None).await.unwrap(), 1);
    let message = subject.one(&PATIENT).await;
    assert_eq!(message.body, "a");
    subject.delete(&PATIENT, &[message]).await;
    assert!(letters(subject, &PATIENT).await.is_empty());
    assert_eq!(subject.queues.replay(&PATIENT, None).await.unwrap(), 0);
}
