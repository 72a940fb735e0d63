//! Links that open versions for whoever has them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_model::{
    Error, Identity, Pid, Result, Revision,
    fields::sharing::{Held, Link, Shares},
    identity::LinkKey,
    kinds::RECORDS,
    metadata::{LinkInput, load_link},
};
use cairn_ports::{Expect, Item, Key, StoreError};
use chrono::NaiveDate;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::{Access, Said};
use crate::users::Secret;

/// Where the key is that secrets of links are made of: whoever may read it reads the records, too.
fn key_of_site() -> Key {
    Key::new(RECORDS, "setup", "link-key")
}

/// A family has at most so many links: they are read with every version.
const MOST: usize = 200;

/// A link, with its secret.
pub struct OpenLink {
    /// The link.
    pub link: Link,
    /// What opens it.
    pub token: Secret,
}

impl Access {
    /// What somebody comes with who comes by a link.
    pub fn key_of(&self, token: String) -> LinkKey {
        LinkKey { digest: Secret::new(token).digest(), today: self.shared.now().day() }
    }

    /// The links of a record's versions, with their secrets.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn links(&self, who: &Identity, pid: &Pid) -> Result<Vec<OpenLink>> {
        let shares = self.shares(who, pid).await?;
        if shares.links.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.link_key().await?;
        shares.links.into_iter().map(|link| open(&key, link)).collect()
    }

    /// One link.
    ///
    /// # Errors
    /// As [`Access::links`]; [`Error::NotFound`] if there is no such link.
    pub async fn link(&self, who: &Identity, pid: &Pid, id: &str) -> Result<OpenLink> {
        let link = self.shares(who, pid).await?.links.into_iter().find(|link| link.id == id);
        let link = link.ok_or_else(missing)?;
        open(&self.link_key().await?, link)
    }

    /// Makes a link.
    ///
    /// # Errors
    /// As [`Access::links`]; [`Error::Invalid`] with every problem.
    pub async fn create_link(
        &self,
        who: &Identity,
        pid: &Pid,
        body: &Map<String, Value>,
    ) -> Result<OpenLink> {
        let input = load_link(body, true);
        let key = self.key_for_links(who, pid).await?;
        let now = self.shared.now();
        let (id, nonce) = (self.shared.ports.ids.uuid(now), self.shared.ports.ids.ulid(now));
        let token = secret(&key, &id, &nonce)?;
        let changed = self.change(who, pid, |shares| {
            // What is wrong with the body is said to those who may send one.
            let input = input.clone()?;
            if shares.links.len() >= MOST {
                return Err(Error::BadRequest(format!("A record can have at most {MOST} links.")));
            }
            let link = Link {
                id: id.clone(),
                held: Held {
                    created_at: now,
                    expires_at: input.expires_at.map(|day| in_future(day, now.day())).transpose()?,
                    permission: input.permission.unwrap_or_default(),
                    description: input.description.unwrap_or_default(),
                    origin: input.origin,
                    nonce: nonce.clone(),
                    digest: token.digest(),
                },
            };
            shares.links.push(link.clone());
            Ok((link.clone(), said("access.link_created", &link)))
        });
        Ok(OpenLink { link: changed.await?.made, token })
    }

    /// Changes a link: its secret stays the same.
    ///
    /// # Errors
    /// As [`Access::create_link`] and [`Access::link`].
    pub async fn update_link(
        &self,
        who: &Identity,
        pid: &Pid,
        id: &str,
        body: &Map<String, Value>,
    ) -> Result<OpenLink> {
        let (input, today) = (load_link(body, false), self.shared.now().day());
        let changed = self.change(who, pid, |shares| {
            let link = find(shares, id)?;
            let before = link.held.permission.clone();
            apply(link, input.clone()?, today)?;
            let (kind, mut facts) = said("access.link_updated", link);
            facts["before"] = json!(before);
            Ok((link.clone(), (kind, facts)))
        });
        let link = changed.await?.made;
        open(&self.link_key().await?, link)
    }

    /// Takes a link away: it opens nothing from now on.
    ///
    /// # Errors
    /// As [`Access::link`].
    pub async fn delete_link(&self, who: &Identity, pid: &Pid, id: &str) -> Result<()> {
        let changed = self.change(who, pid, |shares| {
            let said = said("access.link_deleted", find(shares, id)?);
            shares.links.retain(|link| link.id != id);
            Ok(((), said))
        });
        changed.await.map(drop)
    }

    async fn link_key(&self) -> Result<Secret> {
        self.made_key().await?.ok_or_else(|| Error::Internal("there are links, and no key for them".into()))
    }

    async fn made_key(&self) -> Result<Option<Secret>> {
        let item = self.shared.ports.store.get(&key_of_site()).await?;
        Ok(item.and_then(|item| item.body["key"].as_str().map(Secret::new)))
    }

    /// The key, which whoever comes first makes, if they may make a link.
    async fn key_for_links(&self, who: &Identity, pid: &Pid) -> Result<Secret> {
        if let Some(key) = self.made_key().await? {
            return Ok(key);
        }
        self.shares(who, pid).await?;
        let key = Secret::token(self.shared.ports.ids.as_ref());
        let mut work = self.shared.work();
        work.put(Item::new(key_of_site(), Revision::FIRST, json!({"key": key.expose()})), Expect::Absent);
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => Ok(key),
            Err(StoreError::Conflict(_)) => self.link_key().await,
            Err(error) => Err(error.into()),
        }
    }
}

fn find<'a>(shares: &'a mut Shares, id: &str) -> Result<&'a mut Link> {
    shares.links.iter_mut().find(|link| link.id == id).ok_or_else(missing)
}

fn missing() -> Error {
    Error::NotFound("No secret link found with the given ID.".into())
}

fn said(kind: &'static str, link: &Link) -> Said {
    (kind, json!({"link": link.id, "permission": link.held.permission, "expires_at": link.held.expires_at}))
}

fn apply(link: &mut Link, input: LinkInput, today: NaiveDate) -> Result<()> {
    if let Some(day) = input.expires_at {
        if link.held.expires_at.is_some_and(|before| day > before) {
            return Err(Error::field("expires_at", "Cannot postpone expiration of links"));
        }
        link.held.expires_at = Some(in_future(day, today)?);
    }
    link.held.permission = input.permission.unwrap_or_else(|| std::mem::take(&mut link.held.permission));
    link.held.description = input.description.unwrap_or_else(|| std::mem::take(&mut link.held.description));
    Ok(())
}

/// Links hold until the end of their last day.
fn in_future(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate> {
    if day >= today {
        Ok(day)
    } else {
        Err(Error::field("expires_at", "Expiration date must be set to the future"))
    }
}

fn open(key: &Secret, link: Link) -> Result<OpenLink> {
    let token = secret(key, &link.id, &link.held.nonce)?;
    Ok(OpenLink { link, token })
}

fn secret(key: &Secret, id: &str, nonce: &str) -> Result<Secret> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes())
        .map_err(|_| Error::Internal("the site's key for links is damaged".into()))?;
    mac.update(format!("link\n{id}\n{nonce}").as_bytes());
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
}
