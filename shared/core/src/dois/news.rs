//! What a registry is to be told of a DOI: worked out afresh, from what is stored now.

use std::collections::BTreeMap;

use cairn_formats::{
    exports::{Source, datacite},
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
use serde_json::{Map, Value};

use super::Dois;
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

/// What a registry is to be told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    /// What everybody may know, in the words of `DataCite`; nothing where nobody may know anything.
    pub metadata: Option<Value>,
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

    /// What is to be told of a DOI, given a version of its family.
    pub(super) async fn news(&self, doi: &str, id: &Pid, whose: Whose) -> Result<News> {
        let site = &self.shared.settings.site_url;
        let url = format!("{site}/doi/{doi}");
        let metadata = match whose {
            Whose::Version => self.described(id).await?,
            Whose::Family => self.described_together(doi, id).await?,
        };
        Ok(News { metadata, url })
    }

    /// A version as everybody may see it.
    async fn described(&self, id: &Pid) -> Result<Option<Value>> {
        let Some(shown) = self.shown(id).await? else { return Ok(None) };
        let site = Site::new(&self.shared.settings.site_url);
        Ok(Some(datacite::write(Source { record: &shown, site })))
    }

    /// The newest version that everybody may see, as all of those together.
    async fn described_together(&self, doi: &str, id: &Pid) -> Result<Option<Value>> {
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
        let site = Site::new(&self.shared.settings.site_url);
        Ok(Some(datacite::write_together(Source { record: &shown, site }, doi, &versions)))
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
