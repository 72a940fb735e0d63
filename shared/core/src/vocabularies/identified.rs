//! People by identifier: an item per identifier says whose it is, written with the entry in one transaction.

use cairn_model::{Error, Identity, Projection, Record, Result, Revision, identifiers, kinds::entries::READ};
use cairn_ports::{Expect, Item, Key, Work, store::Page};
use serde_json::{Value, json};

use super::{Vocabularies, Vocabulary, about};

/// The vocabulary whose entries are found by identifier.
const IDENTIFIED: &str = "names";

/// Entries looked at when several people claim one identifier.
const MOST: usize = 20;

impl Vocabularies {
    /// The person with this identifier, `0000-0002-1825-0097` of `orcid` for example; the first by id of several.
    ///
    /// # Errors
    /// [`Error::Denied`] for guests; [`Error::NotFound`]; those of the store.
    pub async fn resolve(
        &self,
        who: &Identity,
        vocabulary: &Vocabulary,
        scheme: &str,
        identifier: &str,
    ) -> Result<Projection> {
        self.require(who, READ, &about(vocabulary))?;
        let partition = partition(scheme, identifier);
        if partition.len() > 1_024 {
            return Err(Error::unknown_pid());
        }
        let page = Page { limit: MOST, ..Page::default() };
        let found = self.shared.ports.store.query(self.kind.table, &partition, &page).await?;
        for item in found.items {
            match self.read(who, vocabulary, &item.key.sort).await {
                Err(Error::Denied | Error::NotFound(_) | Error::Gone { .. }) => {}
                other => return other,
            }
        }
        Err(Error::unknown_pid())
    }

    /// Adds to `work` what makes the identifiers of `after` found, and those it has no more not.
    pub(super) fn identify(&self, work: &mut Work, before: Option<&Record>, after: &Record) {
        let (had, has) = (before.map(|entry| self.places(entry)).unwrap_or_default(), self.places(after));
        for key in had.iter().filter(|key| !has.contains(key)) {
            work.delete(key.clone(), Expect::Any);
        }
        for key in has.into_iter().filter(|key| !had.contains(key)) {
            work.put(Item::new(key, Revision::FIRST, json!({})), Expect::Absent);
        }
    }

    /// Where an entry is found by identifier.
    fn places(&self, entry: &Record) -> Vec<Key> {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let id = entry.document.get("id").and_then(Value::as_str).unwrap_or_default();
        let identifiers = entry.document.get("identifiers").and_then(Value::as_array);
        let identified = entry.document.get("vocabulary").is_some_and(|vocabulary| *vocabulary == IDENTIFIED)
            && !entry.document.contains_key("deleted");
        let mut places: Vec<Key> = identifiers
            .into_iter()
            .flatten()
            .filter(|_| identified)
            .map(|one| partition(&text(one, "scheme"), &text(one, "identifier")))
            .map(|partition| Key::new(self.kind.table, partition, id))
            .collect();
        places.sort();
        places.dedup();
        places
    }
}

fn partition(scheme: &str, identifier: &str) -> String {
    format!("{IDENTIFIED}@{scheme}#{}", identifiers::normalize(scheme, identifier))
}
