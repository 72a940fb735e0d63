//! Users as a source of the index.

use cairn_model::{Record, Result, UserId, kind::Kind, kinds::users::USER as KIND};
use cairn_ports::{Key, search::Document};
use futures::future::BoxFuture;

use super::{USER, dump, user_key};
use crate::framework::{Shared, Source};

/// All users.
pub(crate) struct UserSource;

impl Source for UserSource {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn id_of(&self, key: &Key) -> Option<String> {
        let id = key.partition.strip_prefix("user#").filter(|_| key.sort == USER);
        id.map(ToOwned::to_owned)
    }

    fn documents<'a>(
        &'a self,
        shared: &'a Shared,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vec<Document>>>> {
        Box::pin(async move {
            let Some(item) = shared.ports.store.get(&user_key(&UserId(id.to_owned()))).await? else {
                return Ok(None);
            };
            Ok(Some(vec![dump(&Record::from_stored(&KIND, id, item.revision, item.body)?)]))
        })
    }
}
