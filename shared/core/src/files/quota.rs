//! What the files of a draft may come to: what the record is allowed, else its owner when the draft was begun, else what
//! the site allows. All of that stands in what every operation on files reads anyway: the parent and the draft.
//!
//! `InvenioRDM`: quotas, records reference §11 and files reference §3.

use cairn_model::{
    Error, Identity, Pid, Record, Result, Revision,
    fields::quota::{Allowed, Quota as QuotaField},
    files::{Allowance, FileSet, QUOTA},
    metadata::{QuotaInput, load_quota},
};
use cairn_ports::Count;
use futures::future::try_join;
use serde_json::{Map, Value, json};

use super::{
    Files, Mount, Opened, Quota,
    open::Access,
    reserve::{Delta, signed},
};
use crate::framework::{Attempt, State};

/// What one set of a version may come to, and the number of the change by which that was said.
pub(super) struct Bounds {
    pub(super) quota: Quota,
    pub(super) number: u64,
}

impl Files {
    /// What a set may come to, given the parent of its version.
    pub(super) fn bounds(&self, parent: &Record, set: &FileSet) -> Result<Bounds> {
        let of_record = parent.get::<QuotaField>()?;
        let number = of_record.as_ref().map_or(0, |said| said.number);
        let allowance = of_record.map(|said| said.allowance).or(set.quota);
        Ok(Bounds { quota: self.shared.settings.quota.allowed(allowance), number })
    }

    /// Says what the files of a record may come to: those of the draft that is named, and of all later ones. For
    /// administrators.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] where there is no draft; [`Error::Invalid`] with all that is wrong.
    pub async fn set_quota(&self, who: &Identity, pid: &Pid, body: &Map<String, Value>) -> Result<()> {
        who.require_administrator()?;
        let input = load_quota(body);
        self.shared.attempt(|| self.try_set_quota(who, pid, &input)).await
    }

    async fn try_set_quota(
        &self,
        who: &Identity,
        pid: &Pid,
        input: &Result<QuotaInput>,
    ) -> Result<(), Attempt> {
        let open = |set| self.open(who, pid, Mount { state: State::Draft, set }, Access::Write, &[]);
        let opened = try_join(open("files"), open("media_files")).await.map_err(|error| match error {
            Error::NotFound(_) => Error::NotFound("Not found.".into()),
            other => other,
        })?;
        let QuotaInput { allowance, notes } = input.clone()?;
        let family = &opened.0.family;
        let mut parent = family.parent.clone();
        let number = parent.get::<QuotaField>()?.map_or(0, |said| said.number) + 1;
        parent.set::<QuotaField>(&Allowed { allowance, notes, number })?;
        parent.updated = self.shared.now();
        let mut work = self.shared.work();
        self.shared.put_parent(&mut work, self.kinds, &mut parent)?;
        for opened in [&opened.0, &opened.1] {
            // Nobody writes to what is locked or not there.
            if opened.set.enabled && !opened.set.locked {
                let since = signed(number) - signed(opened.totals_of_own().quota);
                opened.count_with(&mut work, Delta::default(), vec![Count::new(QUOTA, since, number)]);
            }
        }
        let revision = Revision(family.index_version() + opened.0.totals.changes + 1);
        let subject = self.kinds.subject(&family.id);
        work.emit(self.shared.event("draft.quota_changed", subject, who, revision, json!(allowance)));
        self.shared.commit(work, Vec::new(), None).await
    }
}

impl Quota {
    /// The same, but for what is allowed otherwise.
    fn allowed(self, allowance: Option<Allowance>) -> Self {
        match allowance {
            Some(Allowance { quota_size, max_file_size }) => {
                Self { bytes: quota_size, file_bytes: max_file_size, ..self }
            }
            None => self,
        }
    }
}

impl Opened {
    /// What is counted of the newest layer.
    fn totals_of_own(&self) -> cairn_model::files::Totals {
        self.head.unwrap_or_default()
    }
}
