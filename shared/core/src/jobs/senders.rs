//! Senders of messages: whom a principal of the queue stands for.

use cairn_model::{Error, Identity, Result, UserId, kinds::ACCOUNTS};
use cairn_ports::{Expect, Item, Key, store::Page};
use serde_json::{Value, json};

use super::Jobs;

const SENDERS: &str = "senders";

/// A principal that may send messages, and the user it acts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// What the queue calls it: AWS's principal id, or `local` on one machine.
    pub id: String,
    /// The user.
    pub user: UserId,
}

impl Jobs {
    /// Lets a principal act as a user.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for an id that is none.
    pub async fn put_sender(&self, who: &Identity, id: &str, user: &UserId) -> Result<Sender> {
        who.require_administrator()?;
        if id.is_empty() || id.len() > 200 || id.chars().any(char::is_control) {
            return Err(Error::field("sender", "Length must be between 1 and 200."));
        }
        let before = self.shared.ports.store.get(&key(id)).await?;
        let (expect, revision) = Expect::after(before.map(|item| item.revision));
        let mut work = self.shared.work();
        work.put(Item::new(key(id), revision, json!({"user": user})), expect);
        self.shared.ports.store.commit(&work).await?;
        Ok(Sender { id: id.to_owned(), user: user.clone() })
    }

    /// Takes a principal its right away.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn delete_sender(&self, who: &Identity, id: &str) -> Result<()> {
        who.require_administrator()?;
        if self.sender(id).await?.is_none() {
            return Err(Error::NotFound("Not found.".into()));
        }
        let mut work = self.shared.work();
        work.delete(key(id), Expect::Any);
        Ok(self.shared.ports.store.commit(&work).await?)
    }

    /// Every principal that may send messages.
    ///
    /// # Errors
    /// [`Error::Denied`]; those of the store.
    pub async fn senders(&self, who: &Identity) -> Result<Vec<Sender>> {
        who.require_administrator()?;
        let (mut senders, mut page) = (Vec::new(), Page::default());
        loop {
            let found = self.shared.ports.store.query(ACCOUNTS, SENDERS, &page).await?;
            senders.extend(found.items.into_iter().filter_map(sender));
            page.after = found.next;
            if page.after.is_none() {
                return Ok(senders);
            }
        }
    }

    /// The user that a principal acts as.
    pub(super) async fn sender(&self, id: &str) -> Result<Option<UserId>> {
        if id.is_empty() || id.len() > 200 {
            return Ok(None);
        }
        let item = self.shared.ports.store.get(&key(id)).await?;
        Ok(item.and_then(sender).map(|sender| sender.user))
    }
}

fn sender(item: Item) -> Option<Sender> {
    let user = item.body.get("user").and_then(Value::as_str)?.to_owned();
    Some(Sender { id: item.key.sort, user: UserId(user) })
}

fn key(id: &str) -> Key {
    Key::new(ACCOUNTS, SENDERS, id)
}
