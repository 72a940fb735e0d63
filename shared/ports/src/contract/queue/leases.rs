//! A message belongs to one receiver at a time, and comes back.

use std::collections::BTreeSet;

use super::*;

pub(super) async fn all(subject: &Subject) {
    a_message_comes_back_after_its_lease(subject).await;
    a_lease_that_is_over_deletes_nothing(subject).await;
    a_message_can_be_put_off_and_taken_back(subject).await;
    pollers_share_the_messages(subject).await;
}

async fn a_message_comes_back_after_its_lease(subject: &Subject) {
    subject.send(&QUICK, &["again"]).await;
    let first = subject.one(&QUICK).await;
    assert!(subject.is_empty(&QUICK).await, "it is hidden");
    tokio::time::sleep(LEASE).await;
    let second = subject.one(&QUICK).await;
    assert_eq!((&second.id, &second.body, second.receives), (&first.id, &first.body, 2));
    assert_ne!(second.receipt, first.receipt);
    subject.delete(&QUICK, &[second]).await;
    tokio::time::sleep(LEASE).await;
    assert!(subject.is_empty(&QUICK).await);
}

async fn a_lease_that_is_over_deletes_nothing(subject: &Subject) {
    subject.send(&QUICK, &["mine", "yours"]).await;
    let messages = subject.receive(&QUICK, 2).await;
    let (mine, yours): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.body == "mine");
    subject.delete(&QUICK, &mine).await;
    tokio::time::sleep(LEASE).await;
    let again = subject.one(&QUICK).await;
    assert_eq!(again.body, "yours", "what was deleted in time is gone");
    assert_eq!(again.id, yours[0].id);
    subject.delete(&QUICK, &[again]).await;
}

async fn a_message_can_be_put_off_and_taken_back(subject: &Subject) {
    subject.send(&PATIENT, &["failed"]).await;
    let first = subject.one(&PATIENT).await;
    subject.queues.hide(&PATIENT, &first, 0).await.unwrap();
    let second = subject.one(&PATIENT).await;
    assert_eq!(second.receives, 2);
    subject.queues.hide(&PATIENT, &second, 2).await.unwrap();
    assert!(subject.is_empty(&PATIENT).await);
    let third = subject.one(&PATIENT).await;
    assert_eq!(third.receives, 3);
    subject.delete(&PATIENT, &[third]).await;
}

async fn pollers_share_the_messages(subject: &Subject) {
    const COUNT: usize = 200;
    let sent: Vec<String> = (0..COUNT).map(|at| format!("{at:03}")).collect();
    subject.queues.send(&PATIENT, sent.clone(), NOW).await.unwrap();
    let poll = || async {
        let mut mine = Vec::new();
        loop {
            let messages = subject.queues.receive(&PATIENT, 7, NOW).await.unwrap();
            if messages.is_empty() {
                return mine;
            }
            subject.delete(&PATIENT, &messages).await;
            mine.extend(messages.into_iter().map(|message| message.body));
        }
    };
    let (one, two, three) = tokio::join!(poll(), poll(), poll());
    let got = [one, two, three].concat();
    assert_eq!(got.len(), COUNT, "each message has one receiver");
    assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), sent.into_iter().collect());
}
