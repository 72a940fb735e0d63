//! What others may ask of the owner of a record.

use cairn_model::{Error, Identity, Pid, Projection, Result, metadata::load_settings};
use serde_json::{Map, Value, json};

use super::{Access, Changed, shown};

impl Access {
    /// Says what others may ask of the owner; what is not said stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] with every problem.
    pub async fn update_settings(
        &self,
        who: &Identity,
        pid: &Pid,
        body: &Map<String, Value>,
    ) -> Result<Projection> {
        let changed = self.change(who, pid, |shares| {
            shares.settings = load_settings(body, &shares.settings)?;
            Ok(((), ("access.settings_updated", json!({}))))
        });
        let Changed { family, entries, .. } = changed.await?;
        family.project(shown(&family).ok_or_else(Error::unknown_pid)?, &entries, who)
    }
}
