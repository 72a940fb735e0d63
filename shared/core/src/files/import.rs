//! The files of the previous version, taken over: nothing is copied, the new set lies over the old one.

use cairn_model::{
    Error, Identity, Pid, Result,
    actions::{READ, READ_FILES},
    fields::{
        files::Files as FilesField,
        versions::{Family as FamilyField, FamilyState},
    },
    files::FileSet,
};
use serde_json::Value;

use super::{Files, List, Mount, Opened, Wanted, open::Access};
use crate::framework::{Attempt, State};

impl Files {
    /// Takes over the files of the latest published version.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the draft of a first version; [`Error::Invalid`] where the draft has files, or the previous
    /// version has none.
    pub async fn import(&self, who: &Identity, pid: &Pid) -> Result<List> {
        let mount = Mount { state: State::Draft, set: "files" };
        self.shared.attempt(|| self.try_import(who, pid, mount)).await?;
        self.list(who, pid, mount, &Wanted::default()).await
    }

    async fn try_import(&self, who: &Identity, pid: &Pid, mount: Mount) -> Result<(), Attempt> {
        let opened = match self.open(who, pid, mount, Access::Write, &[]).await {
            Ok(opened) => opened,
            // InvenioRDM: actions where there is no draft (records reference §3.1).
            Err(Error::NotFound(_)) => return Err(self.versions(pid).await?.no_draft().into()),
            Err(error) => return Err(error.into()),
        };
        let previous = match self.previous(who, &opened, mount).await {
            // A first version, whether it has files or not (records reference §5.8).
            Err(error @ Error::NotFound(_)) => return Err(error.into()),
            _ if !opened.set.enabled => {
                return Err(Error::BadRequest("Files support must be enabled.".into()).into());
            }
            previous => previous?,
        };
        if opened.totals.count > 0 {
            return Err(Error::field("files.enabled", "Please remove all files first.").into());
        }
        let mut work = self.shared.work();
        self.change_set(&mut work, &opened, |set, draft| {
            let own = FilesField::first_layer(mount.set, &draft.id, draft.revision.0);
            let layers = [own].into_iter().chain(previous.layers.iter().cloned()).collect();
            let quota = set.quota;
            *set = FileSet { enabled: true, locked: false, layers, quota, ..previous.clone() };
        })?;
        self.emit(&mut work, "draft.files_imported", &opened, who, Value::Null);
        self.shared.commit(work, Vec::new(), None).await
    }

    /// What the latest published version says of its files, if the caller may read them.
    async fn previous(&self, who: &Identity, opened: &Opened, mount: Mount) -> Result<FileSet> {
        let FamilyState { latest, .. } = opened.family.parent.get::<FamilyField>()?.unwrap_or_default();
        let latest = latest.filter(|latest| latest.id != opened.family.id).ok_or_else(not_found)?;
        let (family, _) =
            self.shared.family(self.kinds, &Pid::parse(&latest.id)?).await?.ok_or_else(not_found)?;
        let record = family.record.as_ref().ok_or_else(not_found)?;
        for action in [READ, READ_FILES] {
            family.require(who, action, record)?;
        }
        let set = FilesField::of(record, mount.set)?;
        if !set.enabled || FilesField::totals(record, &set).count == 0 {
            return Err(Error::field("files.enabled", "The record has no files."));
        }
        Ok(set)
    }
}

fn not_found() -> Error {
    Error::NotFound("Not found.".into())
}
