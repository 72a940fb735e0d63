//! Jobs that every site begins with. Administrators may change, stop or delete them: they do not come back.

use cairn_model::{Error, Result, Revision, jobs::Job, kinds::JOBS};
use cairn_ports::{Expect, Item, Key, StoreError};
use serde_json::json;

use super::{Jobs, define::due, places};

/// Id, task, title and hour of the day (UTC).
type Default = (&'static str, &'static str, &'static str, &'static str);

/// What sites have begun with since which change of this list, and what came with it.
const DEFAULTS: [(&str, &[Default]); 4] = [
    (
        "1",
        &[
            ("0a0d1700-0000-8000-a000-000000000001", "audit_files", "Check files that are due", "2"),
            ("0a0d1700-0000-8000-a000-000000000002", "sweep_files", "Remove abandoned uploads", "4"),
        ],
    ),
    ("2", &[("0a0d1700-0000-8000-a000-000000000003", "archive_events", "Archive events", "3")]),
    ("3", &[("0a0d1700-0000-8000-a000-000000000004", "check_links", "Check links that are due", "3")]),
    ("4", &[("0a0d1700-0000-8000-a000-000000000005", "lift_embargoes", "Lift embargoes", "0")]),
];

impl Jobs {
    /// Defines the jobs that a site begins with, once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn define_defaults(&self) -> Result<()> {
        let markers = DEFAULTS.map(|(since, _)| Key::new(JOBS, "defaults", since));
        let known = self.shared.ports.store.batch_get(&markers).await?;
        for ((marker, (_, jobs)), _) in
            markers.into_iter().zip(DEFAULTS).zip(known).filter(|(_, known)| known.is_none())
        {
            self.define_some(marker, jobs).await?;
        }
        Ok(())
    }

    async fn define_some(&self, marker: Key, jobs: &[Default]) -> Result<()> {
        let mut work = self.shared.work();
        work.put(Item::new(marker, Revision::FIRST, json!({})), Expect::Absent);
        for (id, task, title, hour) in jobs {
            let job = self.default_job(id, task, title, hour);
            work.put(Item::new(places::job(id), Revision::FIRST, places::body(&job)?), Expect::Absent);
        }
        match self.shared.ports.store.commit(&work).await {
            // Another start was faster.
            Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(Error::from(error)),
        }
    }

    fn default_job(&self, id: &str, task: &str, title: &str, hour: &str) -> Job {
        let now = self.shared.now();
        let mut job = Job {
            id: id.to_owned(),
            created: now,
            updated: now,
            title: title.to_owned(),
            description: None,
            active: true,
            default_queue: self.queue_of(task),
            task: task.to_owned(),
            run_args: None,
            schedule: Some(json!({"type": "crontab", "minute": "17", "hour": hour})),
            notification_emails: None,
            notification_statuses: None,
            next_run: None,
        };
        job.next_run = due(&job, now);
        job
    }
}
