//! Uploads: records that are brought in parts, for a job to import.

use cairn_model::{Error, Identity, Result, UserId, kinds::JOBS};
use cairn_ports::{Expect, Item, Key, store::Page};
use serde_json::{Value, json};

use super::Jobs;
use crate::framework::Attempt;

/// Seconds that an upload is kept.
const KEPT: i64 = 30 * 86_400;
/// Most parts of an upload.
const PARTS: u32 = 100_000;

impl Jobs {
    /// Keeps a part of an upload; the same part again replaces it. Tells how many records it has.
    ///
    /// # Errors
    /// [`Error::Denied`] for nobody; [`Error::Invalid`]; [`Error::TooLarge`] for more than an item takes.
    pub async fn put_part(
        &self,
        who: &Identity,
        upload: &str,
        part: &str,
        records: Option<&Value>,
    ) -> Result<usize> {
        let owner = who.id().ok_or(Error::Denied)?;
        let number = part.parse::<u32>().ok().filter(|number| (1..=PARTS).contains(number));
        let number =
            number.ok_or_else(|| Error::field("part", format!("Must be a number from 1 to {PARTS}.")))?;
        let records = match records {
            Some(Value::Array(records)) if records.iter().all(Value::is_object) => records,
            _ => return Err(Error::field("records", "Must be a list of objects.")),
        };
        let key = Key::new(JOBS, partition(owner, upload)?, format!("part#{number:06}"));
        self.shared.attempt(|| self.try_put_part(&key, records)).await?;
        Ok(records.len())
    }

    async fn try_put_part(&self, key: &Key, records: &[Value]) -> Result<(), Attempt> {
        let before = self.shared.ports.store.get(key).await?;
        let (expect, revision) = Expect::after(before.map(|item| item.revision));
        let expires = Some(self.shared.now().seconds() + KEPT);
        let mut work = self.shared.work();
        work.put(Item { expires, ..Item::new(key.clone(), revision, json!({"records": records})) }, expect);
        self.shared.commit(work, Vec::new(), None).await
    }

    /// The first part of an upload after a place: its place, and its records.
    pub(super) async fn part(
        &self,
        owner: &UserId,
        upload: &str,
        after: Option<String>,
    ) -> Result<Option<(String, Vec<Value>)>> {
        let page = Page { prefix: "part#".into(), after, limit: 1, ..Page::default() };
        let found = self.shared.ports.store.query(JOBS, &partition(owner, upload)?, &page).await?;
        let Some(mut item) = found.items.into_iter().next() else { return Ok(None) };
        match item.body["records"].take() {
            Value::Array(records) => Ok(Some((item.key.sort, records))),
            _ => Err(Error::Internal(format!("the upload part `{}` holds no records", item.key))),
        }
    }
}

fn partition(owner: &UserId, upload: &str) -> Result<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if upload.is_empty() || upload.len() > 100 || !upload.bytes().all(plain) {
        return Err(Error::field(
            "upload",
            "Must be 1 to 100 letters, digits, dots, dashes and underscores.",
        ));
    }
    Ok(format!("upload#{owner}#{upload}"))
}
