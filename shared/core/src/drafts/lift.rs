//! Embargoes end by themselves: on their day record and files become public. `InvenioRDM`: embargo, lifecycle reference §6.

use std::collections::HashMap;

use cairn_model::{Identity, Pid, Record, Result, kinds::RECORDS};
use cairn_ports::{Expect, Item, store::Page};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Drafts, Findings};
use crate::{
    components::embargo::{partition, until},
    framework::{Attempt, Claim, Entries, Family, Stage, State},
};

/// Embargoes that are over, of one shard.
pub(crate) struct Due {
    /// What is noted of them, the earliest first.
    pub(crate) items: Vec<Item>,
    /// There may be more after these.
    pub(crate) next: Option<String>,
}

impl Drafts {
    /// Embargoes of a shard that are over, at most `most`, after a place.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn due_embargoes(&self, shard: u8, after: Option<String>, most: usize) -> Result<Due> {
        let page = Page { limit: most, after, ..Page::default() };
        let mut found = self.shared.ports.store.query(RECORDS, &partition(shard), &page).await?;
        let today = self.shared.now().day();
        let all = found.items.len();
        found.items.retain(|item| parts(item).is_some_and(|(day, _)| day <= today));
        let next = found.next.filter(|_| found.items.len() == all);
        Ok(Due { items: found.items, next })
    }

    /// Opens the record whose embargo is over, and forgets that it was to be opened. Tells whether it was: somebody may have
    /// opened it before, put the day off, or taken the record away.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn lift(&self, who: &Identity, due: &Item) -> Result<bool> {
        let lifted = self.shared.attempt(|| self.try_lift(who, due)).await?;
        if let Some((family, entries)) = &lifted {
            self.shared.index_family(family, entries, None).await;
        }
        Ok(lifted.is_some())
    }

    async fn try_lift(&self, who: &Identity, due: &Item) -> Result<Option<(Family, Entries)>, Attempt> {
        let (Some(due), Some((_, id))) = (self.shared.ports.store.get(&due.key).await?, parts(due)) else {
            return Ok(None);
        };
        let mut work = self.shared.work();
        work.delete(due.key.clone(), Expect::At(due.revision));
        let today = self.shared.now().day();
        let is_over = |record: &Record| until(record).is_some_and(|day| day <= today);
        let found = self.shared.family(self.kinds, &Pid::parse(&id)?).await?;
        let over = found.and_then(|(family, entries)| {
            let before = family.record.clone().filter(is_over)?;
            Some((family, entries, before))
        });
        let Some((mut family, entries, before)) = over else {
            self.shared.commit(work, Vec::new(), None).await?;
            return Ok(None);
        };
        let Opened { mut record, claims, has_grown } = self.opened(who, &before, &mut family.parent)?;
        let expect = Expect::At(before.revision);
        self.shared.put_state(&mut work, self.kinds, State::Published, &mut record, Some(&before), expect)?;
        // A draft that says the same follows; one that says something else is somebody's decision.
        if let Some(draft) = family.draft.clone().filter(|draft| access(draft) == access(&before)) {
            let mut open = draft.clone();
            open_access(&mut open);
            open.revision = draft.revision.next();
            self.put_draft(&mut work, &mut open, Some(&draft), Expect::At(draft.revision))?;
            family.draft_revision = open.revision;
            family.draft = Some(open);
        }
        family.record = Some(record);
        if has_grown {
            self.shared.put_parent(&mut work, self.kinds, &mut family.parent)?;
            self.shared.tell_all(&mut work, &family, who)?;
        }
        let facts = json!({"until": until(&before)});
        self.shared.emit(&mut work, "record.embargo_lifted", &family, who, facts);
        self.shared.commit(work, claims, None).await?;
        Ok(Some((family, entries)))
    }

    /// The record as it is once it is public, and its parent.
    fn opened(&self, who: &Identity, before: &Record, parent: &mut Record) -> Result<Opened> {
        let mut record = before.clone();
        open_access(&mut record);
        (record.revision, record.updated) = (before.revision.next(), self.shared.now());
        let (mut findings, found) = (Findings::default(), HashMap::new());
        let mut step = self.step(Stage::Publish, who, Some(before), &found, &mut findings);
        self.each(|component| component.open(&mut step, &mut record))?;
        let mut has_grown = false;
        self.each(|component| {
            has_grown |= component.join(&mut step, &record, &record, parent)?;
            Ok(())
        })?;
        Ok(Opened { record, claims: findings.claims, has_grown })
    }
}

/// A record that is public from now on.
struct Opened {
    record: Record,
    claims: Vec<Claim>,
    /// Its parent has something new, too.
    has_grown: bool,
}

/// The day and the record of what is noted.
fn parts(due: &Item) -> Option<(NaiveDate, String)> {
    let (day, id) = due.key.sort.split_once('#')?;
    Some((day.parse().ok()?, id.to_owned()))
}

fn access(record: &Record) -> Option<&Value> {
    record.document.get("access")
}

/// Public from now on; until when it was not, and why, is still told.
fn open_access(record: &mut Record) {
    if let Some(Value::Object(access)) = record.document.get_mut("access") {
        access.insert("record".into(), json!("public"));
        access.insert("files".into(), json!("public"));
        access["embargo"]["active"] = json!(false);
    }
}
