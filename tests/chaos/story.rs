//! What people do meanwhile, and what the processes do that serve them; any of it may be cut off at any point.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use cairn_events::poll;
use cairn_model::{Error, queue::QUEUES};
use serde_json::{Value, json};

use crate::{
    faults::Dice,
    support::{Site, User, minimal},
};

/// A future that is dropped at one of its await points, like a process that dies there.
struct CutOff<F> {
    inner: Pin<Box<F>>,
    polls: u64,
}

impl<F: Future> Future for CutOff<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}

/// Runs to its end, or, one time in ten, is cut off somewhere.
pub(crate) async fn at_risk<F: Future>(dice: &Dice, future: F) -> Option<F::Output> {
    let polls = if dice.below(10) == 0 { dice.below(12) } else { u64::MAX };
    CutOff { inner: Box::pin(future), polls }.await
}

/// One person's records, as far as they know of them.
pub(crate) async fn deposit(dice: &Dice, user: &User, steps: u64) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for step in 0..steps {
        let mut body = minimal();
        body["metadata"]["title"] = json!(format!("{} {step}", user.id));
        let pick = (!known.is_empty())
            .then(|| known[usize::try_from(dice.below(known.len() as u64)).unwrap()].clone());
        let chosen = dice.below(10);
        let answer = match (&pick, chosen) {
            (None, _) | (_, 0..=2) => at_risk(dice, user.post("/api/records", body)).await,
            (Some(id), 3..=5) => at_risk(dice, user.put(format!("/api/records/{id}/draft"), body)).await,
            (Some(id), 6..=7) => {
                at_risk(dice, user.post(format!("/api/records/{id}/draft/actions/publish"), ())).await
            }
            (Some(id), 8) => at_risk(dice, user.post(format!("/api/records/{id}/draft"), ())).await,
            (Some(id), _) => at_risk(dice, user.delete(format!("/api/records/{id}/draft"))).await,
        };
        let Some(answer) = answer else { continue };
        let expected = [200, 201, 202, 204, 400, 403, 404, 409, 410, 503];
        assert!(expected.contains(&answer.status), "step {step} ({chosen}) of {pick:?}: {}", answer.text());
        if answer.status == 201
            && let Some(id) = answer.json()["id"].as_str()
            && !known.iter().any(|one| one == id)
        {
            known.push(id.to_owned());
        }
    }
    known
}

/// A relay or a poller, again and again, cut off now and then.
pub(crate) async fn serve(dice: &Dice, site: &Site) {
    loop {
        if let Some(Err(error)) = at_risk(dice, site.system.relay()).await {
            assert!(is_chaos(&error), "{error}");
        }
        if let Some(Err(error)) = at_risk(dice, site.system.tick()).await {
            assert!(is_chaos(&error), "{error}");
        }
        for queue in QUEUES {
            if let Some(Err(error)) = at_risk(dice, poll(&site.system, queue, Duration::ZERO)).await {
                assert!(is_chaos(&error), "{error}");
            }
        }
        site.clock.advance(i64::try_from(dice.below(400)).unwrap());
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

fn is_chaos(error: &Error) -> bool {
    // Of two clocks or pollers one may be told that the other was faster.
    matches!(error, Error::Conflict(_)) || error.to_string().contains("chaos")
}

/// All hits of a list, by id.
pub(crate) async fn listed(user: &User, path: &str) -> Vec<Value> {
    let (mut hits, mut page) = (Vec::new(), 1);
    loop {
        let answer = user.get(format!("{path}?size=100&sort=newest&page={page}")).await.expect(200).json();
        let more = answer["hits"]["hits"].as_array().unwrap().clone();
        if more.is_empty() {
            return hits;
        }
        hits.extend(more);
        page += 1;
    }
}
