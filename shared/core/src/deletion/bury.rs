//! A record is deleted: by administrators, and by its owner soon after its publication.

use cairn_model::{
    Error, Identity, Pid, Record, Result, Revision, Timestamp, UserId,
    actions::{DELETE, WITHDRAW},
    fields::{
        deletion::{Buried, DELETED, Named as NamedId, is_deleted},
        sharing::Owner,
    },
    metadata::{DeletionInput, DeletionRequest, load_deletion, load_deletion_request},
    policy::Action,
    relation::Reference,
};
use serde_json::{Map, Value};

use super::{Deletion, UNEXPECTED, citation::citation, facts};
use crate::framework::{Attempt, Named};

/// The vocabulary of reasons.
const REASONS: &str = "removalreasons";
/// What reasons are tagged with that owners may give.
const FOR_OWNERS: &str = "deletion-request";
/// InvenioRDM's name for the rule by which owners delete what they have just published.
const GRACE_PERIOD: &str = "grace-period-v1";

/// A record that its owner has deleted.
pub struct Withdrawn {
    /// What it was called.
    pub title: String,
    /// What the owner said.
    pub said: DeletionRequest,
    /// By which rule they could.
    pub policy: &'static str,
    /// When it happened.
    pub at: Timestamp,
}

/// Who deletes what, as what.
struct Wanted<'a> {
    who: &'a Identity,
    pid: &'a Pid,
    action: Action,
    if_match: Option<u64>,
}

impl Deletion {
    /// Deletes a record: its tombstone is left, its draft goes.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], [`Error::StaleRevision`]; [`Error::Invalid`] with every problem;
    /// [`Error::BadRequest`] for a reason that does not exist, and for what is deleted already.
    pub async fn delete(
        &self,
        who: &Identity,
        pid: &Pid,
        if_match: Option<u64>,
        body: &Map<String, Value>,
    ) -> Result<()> {
        let input = load_deletion(body);
        let reason = input.as_ref().ok().and_then(|input| input.removal_reason.as_ref());
        let known = match reason {
            Some(reason) => self.reason(&reason.id).await?.is_some(),
            None => true,
        };
        let wanted = Wanted { who, pid, action: DELETE, if_match };
        self.bury(&wanted, |record| {
            let DeletionInput { removal_reason, note, is_visible, citation_text } = input.clone()?;
            if let Some(reason) = removal_reason.as_ref().filter(|_| !known) {
                return Err(Error::BadRequest(format!("Invalid value {}.", reason.id)));
            }
            let text = citation_text.unwrap_or_else(|| citation(record));
            Ok(Buried {
                note: note.unwrap_or_default(),
                is_visible: is_visible.unwrap_or(true),
                removal_reason,
                ..self.tombstone(who, text)
            })
        })
        .await
        .map(drop)
    }

    /// Deletes a record that its owner published a short while ago.
    ///
    /// # Errors
    /// As [`Deletion::delete`]; [`Error::Denied`] also when that is too long ago.
    pub async fn withdraw(&self, who: &Identity, pid: &Pid, body: &Map<String, Value>) -> Result<Withdrawn> {
        let said = load_deletion_request(body);
        let reason = match &said {
            Ok(said) => self.reason(&said.reason).await?,
            Err(_) => None,
        };
        let tags = reason.as_ref().and_then(|reason| reason["tags"].as_array());
        let allowed = tags.is_some_and(|tags| tags.iter().any(|tag| tag == FOR_OWNERS));
        let wanted = Wanted { who, pid, action: WITHDRAW, if_match: None };
        let record = self.bury(&wanted, |record| {
            let age = (self.shared.now().day() - record.created.day()).num_days();
            let days = i64::from(self.shared.settings.deletion_days);
            if days == 0 || age > days {
                return Err(Error::Denied);
            }
            let said = said.clone()?;
            if !allowed {
                return Err(Error::field("_schema", "Invalid removal reason"));
            }
            Ok(Buried {
                removal_reason: Some(NamedId { id: said.reason }),
                deletion_policy: Some(NamedId { id: GRACE_PERIOD.into() }),
                ..self.tombstone(who, citation(record))
            })
        });
        let record = record.await?;
        let title = record.document.get("metadata").and_then(|metadata| metadata["title"].as_str());
        let title = title.unwrap_or_default().to_owned();
        Ok(Withdrawn { title, said: said?, policy: GRACE_PERIOD, at: record.updated })
    }

    /// An entry of the vocabulary of reasons.
    async fn reason(&self, id: &str) -> Result<Option<Value>> {
        let reference = Reference { target: REASONS, id: id.to_owned() };
        let (entries, _) = self.shared.entries_and(&[reference], Vec::new()).await?;
        Ok(entries.get(REASONS, id).cloned())
    }

    /// What a tombstone says where nothing else is said.
    fn tombstone(&self, who: &Identity, citation_text: String) -> Buried {
        Buried {
            note: String::new(),
            removed_by: Owner { user: UserId(who.actor().to_owned()) },
            removal_date: self.shared.now(),
            citation_text,
            is_visible: true,
            removal_reason: None,
            deletion_policy: None,
        }
    }

    /// Deletes a record, with the tombstone that `make` makes for it.
    async fn bury(&self, wanted: &Wanted<'_>, make: impl Fn(&Record) -> Result<Buried>) -> Result<Record> {
        self.shared.attempt(|| self.try_bury(wanted, &make)).await
    }

    async fn try_bury(
        &self,
        wanted: &Wanted<'_>,
        make: &impl Fn(&Record) -> Result<Buried>,
    ) -> Result<Record, Attempt> {
        let Wanted { who, pid, action, if_match } = *wanted;
        let mut opened = self.open(who, pid, action).await?;
        let revision: Revision = opened.record.revision;
        // Who names a revision is told at the next look if another has come in between.
        Named::check(if_match, self.kinds.record_key(pid.as_str()), revision)?;
        if is_deleted(&opened.record) {
            return Err(Error::BadRequest(UNEXPECTED.into()).into());
        }
        let tombstone = make(&opened.record)?;
        let mut work = self.shared.work();
        let left = self.without_draft(&mut work, &mut opened.family)?;
        let said = ("record.deleted", facts(&tombstone, &left));
        let settled = self.settle(who, opened, work, (Some(DELETED), Some(tombstone)), said).await?;
        self.shared.index_family(&settled.family, &settled.entries, who.id()).await;
        Ok(settled.record)
    }
}
