//! The salt of a day: without it nobody can tell whose visits are whose, and it is forgotten.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use cairn_model::{Error, Result, Revision, kinds::STATS};
use cairn_ports::{Expect, Item, Key, StoreError};
use chrono::{Days, NaiveDate, NaiveTime};
use serde_json::json;

use super::Stats;

/// A secret of one day.
pub(super) type Salt = [u8; 32];

/// Salts that this process has read.
#[derive(Default)]
pub(super) struct Salts(Mutex<BTreeMap<NaiveDate, Salt>>);

fn key(day: NaiveDate) -> Key {
    Key::new(STATS, format!("salt#{day}"), "salt")
}

impl Stats {
    /// The salt of a day: today's is made if nobody has made it yet. `None`: it is forgotten.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn salt(&self, day: NaiveDate) -> Result<Option<Salt>> {
        let today = self.shared.now().day();
        let is_over = |day: NaiveDate| day + Days::new(1) < today;
        if is_over(day) || day > today {
            return Ok(None);
        }
        if let Some(salt) = self.salts.0.lock().unwrap_or_else(PoisonError::into_inner).get(&day) {
            return Ok(Some(*salt));
        }
        if day == today {
            self.make_salt(day).await?;
        }
        let Some(item) = self.shared.ports.store.get(&key(day)).await? else { return Ok(None) };
        let mut salt = Salt::default();
        hex::decode_to_slice(item.body["salt"].as_str().unwrap_or_default(), &mut salt)
            .map_err(|_| Error::Internal(format!("the salt of {day} is damaged")))?;
        let mut salts = self.salts.0.lock().unwrap_or_else(PoisonError::into_inner);
        salts.retain(|day, _| !is_over(*day));
        salts.insert(day, salt);
        Ok(Some(salt))
    }

    /// Whoever comes first makes it. The store forgets it a day after its own.
    async fn make_salt(&self, day: NaiveDate) -> Result<()> {
        let mut salt = Salt::default();
        self.shared.ports.ids.fill(&mut salt);
        let end = (day + Days::new(2)).and_time(NaiveTime::MIN).and_utc().timestamp();
        let item = Item::new(key(day), Revision::FIRST, json!({"salt": hex::encode(salt)}));
        let mut work = self.shared.work();
        work.put(Item { expires: Some(end), ..item }, Expect::Absent);
        match self.shared.ports.store.commit(&work).await {
            Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
