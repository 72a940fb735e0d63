//! Dead letters, for administrators: what nobody could act on, why, and another try.

use cairn_model::{
    Error, Identity, Result,
    queue::{QUEUES, Queue},
};
use cairn_ports::queue::{DeadLetter, Depth};

use futures::future::try_join_all;

use crate::app::App;

/// Dead letters of one queue that are shown at once.
const MOST: usize = 100;

impl App {
    /// Dead letters of a queue, or of all, each with its queue; at most 100 of each.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for an unknown queue; those of the queues.
    pub async fn dead_letters(
        &self,
        who: &Identity,
        queue: Option<&str>,
    ) -> Result<Vec<(&'static Queue, DeadLetter)>> {
        who.require_administrator()?;
        let queues = match queue {
            Some(name) => vec![named(name)?],
            None => QUEUES.to_vec(),
        };
        let mut found = Vec::new();
        for queue in queues {
            let letters = self.shared.ports.queues.dead_letters(queue, MOST).await?;
            found.extend(letters.into_iter().map(|letter| (queue, letter)));
        }
        Ok(found)
    }

    /// Sends dead letters of a queue again: those with these ids, or all. Tells how many.
    ///
    /// # Errors
    /// As [`App::dead_letters`].
    pub async fn replay_dead_letters(
        &self,
        who: &Identity,
        queue: &str,
        ids: Option<&[String]>,
    ) -> Result<usize> {
        who.require_administrator()?;
        Ok(self.shared.ports.queues.replay(named(queue)?, ids).await?)
    }

    /// How full each queue is.
    ///
    /// # Errors
    /// Those of the queues.
    pub async fn depths(&self) -> Result<Vec<(&'static Queue, Depth)>> {
        let depths = QUEUES.iter().map(|queue| self.shared.ports.queues.depth(queue));
        Ok(QUEUES.iter().copied().zip(try_join_all(depths).await?).collect())
    }
}

fn named(name: &str) -> Result<&'static Queue> {
    let names: Vec<&str> = QUEUES.iter().map(|queue| queue.name).collect();
    Queue::named(name).ok_or_else(|| Error::field("queue", format!("Must be one of: {}.", names.join(", "))))
}
