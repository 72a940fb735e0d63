//! Users, their tokens, and who a bearer token belongs to.

mod authenticate;
mod create;
mod document;
mod expand;
mod groups;
mod quota;
mod read;
mod search;
mod secret;
mod source;
mod tokens;

use std::sync::Arc;

use cairn_model::{Error, Projection, Record, Result, UserId, kind::Kind, kinds::ACCOUNTS};
use cairn_ports::Key;

use crate::framework::Shared;

pub use document::{dump, load};
pub use secret::Secret;
pub(crate) use source::UserSource;
pub use tokens::Token;

/// The service of users.
pub struct Users {
    shared: Arc<Shared>,
    kind: &'static Kind,
}

/// Place of a user within their partition.
const USER: &str = "user";

impl Users {
    /// The service of users of `kind`.
    pub fn new(shared: Arc<Shared>, kind: &'static Kind) -> Self {
        Self { shared, kind }
    }

    /// Reads a user, if there is one.
    pub(crate) async fn load(&self, id: &UserId) -> Result<Option<Record>> {
        if id.as_str().len() > 20 {
            return Ok(None);
        }
        let Some(item) = self.shared.ports.store.get(&user_key(id)).await? else { return Ok(None) };
        Record::from_stored(self.kind, id.as_str(), item.revision, item.body).map(Some)
    }

    async fn existing(&self, id: &UserId) -> Result<Record> {
        self.load(id).await?.ok_or_else(|| Error::NotFound("Not found.".into()))
    }

    fn project(&self, user: &Record, who: &cairn_model::Identity) -> Projection {
        Projection::of(self.kind, &user.id, user.revision, document::full(user, who), who)
    }
}

/// The partition of everything that belongs to a user.
fn partition(id: &UserId) -> String {
    format!("user#{id}")
}

/// Where a user is stored.
pub(crate) fn user_key(id: &UserId) -> Key {
    Key::new(ACCOUNTS, partition(id), USER)
}
