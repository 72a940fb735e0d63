//! What a registry is to be told of a DOI: worked out afresh, from what is stored now.

use std::{collections::BTreeMap, fmt};

use cairn_formats::{
    exports::{Source, crossref, datacite},
    links::{self, Site},
};
use cairn_model::{
    Identity, Pid, Record, Result,
    fields::{
        deletion::is_deleted,
        pids::PersistentId,
        versions::{Family as FamilyField, FamilyState, Member},
    },
};
use cairn_ports::Key;
use serde_json::{Map, Value};

use super::{
    Dois, Provider,
    state::{Found, state_key},
};
use crate::{
    components::pids::{doi_of, is_restricted},
    framework::{Family, State, families::Read, once::hash},
    records::Records,
};

/// Versions that are read together.
const TOGETHER: usize = 50;

/// Of what a DOI is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of one version.
    Version,
    /// Of all versions together.
    Family,
}

/// A DOI that a registry is to be told of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Topic<'a> {
    /// The registry.
    pub provider: Provider,
    /// The DOI.
    pub doi: &'a str,
    /// A version of its family, if it is not the version itself.
    pub id: &'a Pid,
    /// Of what it is.
    pub whose: Whose,
}

/// A work in the words of a registry.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Words {
    /// In those of `DataCite`.
    Datacite(Value),
    /// In those of `Crossref`.
    Crossref(Box<crossref::Work>),
}

impl fmt::Display for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Datacite(said) => fmt::Display::fmt(said, formatter),
            Self::Crossref(work) => fmt::Display::fmt(work, formatter),
        }
    }
}

/// What a registry is to be told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    /// What everybody may know; nothing where nobody may know anything.
    pub metadata: Option<Words>,
    /// Where the DOI leads.
    pub url: String,
}

impl News {
    /// The same news always have the same digest.
    pub(super) fn digest(&self) -> String {
        hash(&format!(
            "{}\n{}",
            self.url,
            self.metadata.as_ref().map(ToString::to_string).unwrap_or_default()
        ))
    }
}

/// Whether everybody may read a record.
fn is_public(record: &Record) -> bool {
    !is_deleted(record) && !is_restricted(record)
}

impl Dois {
    /// The DOI of a version or of its family, if this site has made it.
    pub(super) fn made_here(family: &Family, whose: Whose) -> Option<PersistentId> {
        let found = match whose {
            Whose::Version => family.record.as_ref().and_then(doi_of),
            Whose::Family => doi_of(&family.parent),
        };
        found.filter(super::is_managed)
    }

    /// What is to be told of a DOI. `unknown` are DOIs that the registry does not want to hear of.
    pub(super) async fn news(&self, topic: Topic<'_>, unknown: &[String]) -> Result<News> {
        let url = format!("{}/doi/{}", self.shared.settings.site_url, topic.doi);
        let metadata = match topic.whose {
            Whose::Version => self.described(topic, &url, unknown).await?,
            Whose::Family => self.described_together(topic, &url, unknown).await?,
        };
        Ok(News { metadata, url })
    }

    /// A version as everybody may see it.
    async fn described(&self, topic: Topic<'_>, url: &str, unknown: &[String]) -> Result<Option<Words>> {
        let Some(shown) = self.shown(topic.id).await? else { return Ok(None) };
        let source = Source { record: &shown, site: Site::new(&self.shared.settings.site_url) };
        let Topic { provider, doi, .. } = topic;
        Ok(Some(match provider {
            Provider::Datacite => Words::Datacite(datacite::write(source)),
            Provider::Crossref => self.worded(source, doi, url, &[], unknown),
        }))
    }

    fn worded(
        &self,
        source: Source<'_>,
        doi: &str,
        url: &str,
        versions: &[&str],
        unknown: &[String],
    ) -> Words {
        let repository = &self.shared.settings.minting.site_name;
        let about = crossref::About { doi, url, repository, versions, unknown };
        Words::Crossref(Box::new(crossref::write(source, &about)))
    }

    /// The newest version that everybody may see, as all of those together.
    async fn described_together(
        &self,
        topic: Topic<'_>,
        url: &str,
        unknown: &[String],
    ) -> Result<Option<Words>> {
        let Topic { provider, doi, id, .. } = topic;
        let Some((family, _)) = self.shared.family(self.kinds, id).await? else { return Ok(None) };
        let FamilyState { latest, published: mut members, .. } =
            family.parent.get::<FamilyField>()?.unwrap_or_default();
        // Families are listed that were published since lists are kept; of others the latest is known.
        let is_listed = |latest: &Member| members.iter().any(|member| member.id == latest.id);
        if let Some(latest) = latest.filter(|latest| !is_listed(latest)) {
            members.push(latest);
        }
        let ids: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
        let mut public = BTreeMap::new();
        for some in ids.chunks(TOGETHER) {
            let (families, _) = self.shared.families(self.kinds, some, Read::Versions).await?;
            let records = families.iter().filter_map(|family| family.record.as_ref());
            public.extend(
                records.filter(|record| is_public(record)).map(|record| (record.id.clone(), doi_of(record))),
            );
        }
        // The last of those that were published in their order.
        let newest =
            members.iter().filter(|member| public.contains_key(&member.id)).max_by_key(|member| member.index);
        let Some(newest) = newest else { return Ok(None) };
        let Some(shown) = self.shown(&Pid::parse(&newest.id)?).await? else { return Ok(None) };
        let versions = members.iter().filter_map(|member| public.get(&member.id)?.as_ref());
        let versions: Vec<&str> = versions.map(|doi| doi.identifier.as_str()).collect();
        let source = Source { record: &shown, site: Site::new(&self.shared.settings.site_url) };
        Ok(Some(match provider {
            Provider::Datacite => Words::Datacite(datacite::write_together(source, doi, &versions)),
            Provider::Crossref => {
                self.worded(source, doi, url, &self.known_to_crossref(&versions).await?, unknown)
            }
        }))
    }

    /// Those of `dois` that are not to be registered at `Crossref` first, which refuses relations to what it does not know.
    async fn known_to_crossref<'a>(&self, dois: &[&'a str]) -> Result<Vec<&'a str>> {
        let minting = &self.shared.settings.minting;
        let mut known = Vec::new();
        for some in dois.chunks(TOGETHER) {
            let keys: Vec<Key> = some.iter().map(|doi| state_key(doi)).collect();
            let items = self.shared.ports.store.batch_get(&keys).await?;
            for ((doi, key), item) in some.iter().zip(keys).zip(items) {
                let owner = minting.owner(doi).map(|registry| registry.provider);
                if owner != Some(Provider::Crossref) || Found::of(key, item)?.state.told.is_some() {
                    known.push(*doi);
                }
            }
        }
        Ok(known)
    }

    /// A version's JSON as nobody in particular sees it, with its links; nothing where nobody does.
    async fn shown(&self, id: &Pid) -> Result<Option<Map<String, Value>>> {
        let Some((family, entries)) = self.shared.family(self.kinds, id).await? else { return Ok(None) };
        if !family.record.as_ref().is_some_and(is_public) {
            return Ok(None);
        }
        let mut shown = family.project(State::Published, &entries, &Identity::nobody())?;
        let records = Records::new(self.shared.clone(), self.kinds);
        records.lend_entries(std::slice::from_mut(&mut shown)).await?;
        let site = Site::new(&self.shared.settings.site_url);
        let links = links::record(id.as_str(), &family.parent.id, shown.document(), site);
        shown.insert("links", Value::Object(links));
        Ok(Some(shown.into_document()))
    }
}
