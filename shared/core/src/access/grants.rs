//! Grants: somebody may do something to the versions of a family.

use cairn_model::{
    Error, Identity, Pid, Result,
    fields::sharing::{Grant, Grantee, Shares},
    metadata::{GrantInput, load_grant, load_grants},
};
use serde_json::{Map, Value, json};

use super::{Access, Said};

/// A family has at most so many grants: they are read with every version.
const MOST: usize = 500;

/// A grant and its place among all.
pub type Placed = (usize, Grant);

/// Which grant is meant.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// The one at this place.
    Place(&'a str),
    /// The user's.
    User(&'a str),
    /// The role's.
    Role(&'a str),
}

impl Of<'_> {
    fn find(self, grants: &[Grant]) -> Result<usize> {
        let of = |kind: &str, id: &str| {
            grants.iter().position(|grant| grant.subject.kind == kind && grant.subject.id == id)
        };
        let (found, message) = match self {
            Self::Place(place) => {
                let place = place.parse().ok().filter(|place| *place < grants.len());
                (place, "No grant found with the given ID.")
            }
            Self::User(id) => (of("user", id), "No grant found by given user id."),
            Self::Role(id) => (of("role", id), "No grant found by given group id."),
        };
        found.ok_or_else(|| Error::NotFound(message.into()))
    }
}

impl Access {
    /// All grants.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn grants(&self, who: &Identity, pid: &Pid) -> Result<Vec<Placed>> {
        Ok(self.shares(who, pid).await?.grants.into_iter().enumerate().collect())
    }

    /// One grant.
    ///
    /// # Errors
    /// As [`Access::grants`]; [`Error::NotFound`] if there is no such grant.
    pub async fn grant(&self, who: &Identity, pid: &Pid, which: Of<'_>) -> Result<Grant> {
        let mut shares = self.shares(who, pid).await?;
        let place = which.find(&shares.grants)?;
        Ok(shares.grants.swap_remove(place))
    }

    /// Grants something to some, all or none; each with its place among those that were made.
    ///
    /// # Errors
    /// As [`Access::grants`]; [`Error::Invalid`] with every problem; [`Error::BadRequest`] where one has a grant already.
    pub async fn create_grants(
        &self,
        who: &Identity,
        pid: &Pid,
        body: &Map<String, Value>,
    ) -> Result<Vec<Placed>> {
        let read = load_grants(body);
        if read.is_err() {
            self.shares(who, pid).await?;
        }
        let input = read?;
        let subjects: Vec<&Grantee> = input.iter().filter_map(|grant| grant.subject.as_ref()).collect();
        let known = self.require_subjects(who, &subjects).await;
        let changed = self.change(who, pid, |shares| {
            known.clone()?;
            if shares.grants.len() + input.len() > MOST {
                return Err(Error::BadRequest(format!("A record can have at most {MOST} grants.")));
            }
            let before = shares.grants.len();
            for one in &input {
                let grant = new(who, one)?;
                require_none(shares, &grant.subject, None)?;
                shares.grants.push(grant);
            }
            let made = shares.grants[before..].to_vec();
            let notify = input.iter().any(|grant| grant.notify);
            let facts = json!({"grants": made.iter().map(fact).collect::<Vec<_>>(), "notify": notify});
            Ok((made, ("access.grant_created", facts)))
        });
        Ok(changed.await?.made.into_iter().enumerate().collect())
    }

    /// Changes a grant; `whole`: all of it is said.
    ///
    /// # Errors
    /// As [`Access::create_grants`] and [`Access::grant`].
    pub async fn update_grant(
        &self,
        who: &Identity,
        pid: &Pid,
        which: Of<'_>,
        body: &Map<String, Value>,
        whole: bool,
    ) -> Result<Grant> {
        let input = load_grant(body, whole);
        let subjects: Vec<&Grantee> = input.iter().filter_map(|grant| grant.subject.as_ref()).collect();
        let known = self.require_subjects(who, &subjects).await;
        let changed = self.change(who, pid, |shares| {
            let place = which.find(&shares.grants)?;
            let before = fact(&shares.grants[place]);
            let GrantInput { permission, subject, .. } = input.clone()?;
            if let Some(subject) = subject {
                known.clone()?;
                require_none(shares, &subject, Some(place))?;
                shares.grants[place].subject = subject;
            }
            let grant = &mut shares.grants[place];
            grant.permission = permission.unwrap_or_else(|| std::mem::take(&mut grant.permission));
            let (kind, mut facts) = said("access.grant_updated", grant);
            facts["before"] = json!([before]);
            Ok((grant.clone(), (kind, facts)))
        });
        Ok(changed.await?.made)
    }

    /// Takes a grant away.
    ///
    /// # Errors
    /// As [`Access::grant`].
    pub async fn delete_grant(&self, who: &Identity, pid: &Pid, which: Of<'_>) -> Result<()> {
        let changed = self.change(who, pid, |shares| {
            let grant = shares.grants.remove(which.find(&shares.grants)?);
            Ok(((), said("access.grant_deleted", &grant)))
        });
        changed.await.map(drop)
    }
}

fn new(who: &Identity, input: &GrantInput) -> Result<Grant> {
    let unread = || Error::Internal("a grant was read without what it has to have".into());
    Ok(Grant {
        permission: input.permission.clone().ok_or_else(unread)?,
        subject: input.subject.clone().ok_or_else(unread)?,
        origin: Some(format!("api:{}", who.actor())),
    })
}

/// Nobody has two grants.
fn require_none(shares: &Shares, subject: &Grantee, but: Option<usize>) -> Result<()> {
    let mut others = shares.grants.iter().enumerate().filter(|(place, _)| Some(*place) != but);
    if others.any(|(_, grant)| grant.subject == *subject) {
        let message = "Grant for this user/role already exists within this record.";
        return Err(Error::BadRequest(message.into()));
    }
    Ok(())
}

fn fact(grant: &Grant) -> Value {
    json!({"permission": grant.permission, "subject": grant.subject})
}

fn said(kind: &'static str, grant: &Grant) -> Said {
    (kind, json!({"grants": [fact(grant)]}))
}
