//! Persistent identifiers: DOIs that others have made are claimed once, those of this site and the OAI identifier are given
//! when a record becomes public.

mod claims;
mod rules;

use cairn_model::{
    Record, Result,
    fields::pids::{PersistentId, Pids as PidsField},
    fields::versions::{Family as FamilyField, FamilyState},
    identifiers,
};
use cairn_ports::{Expect, Key};
use serde_json::json;

use crate::dois::{Minting, is_managed};
use crate::framework::{Component, Step};

use claims::claim;
pub(crate) use claims::claim_key;
pub(crate) use rules::KEPT;
use rules::{has_publisher, inspect, inspect_version};

/// Checks DOIs at every save; claims them, mints those of this site, and gives public records their OAI identifier, when
/// the draft is published.
pub(super) struct Pids;

impl Component for Pids {
    fn lookups(&self, draft: &Record) -> Vec<Key> {
        doi_of(draft).map(|doi| claim_key(&doi.identifier)).into_iter().collect()
    }

    fn check(&self, step: &mut Step<'_>, draft: &mut Record) -> Result<()> {
        let sent = draft.get::<PidsField>()?;
        let mut pids = sent.clone().unwrap_or_default();
        if let Some(doi) = pids.get_mut("doi") {
            normalize(doi);
            if let Some(registry) = step.settings.minting.provider(&doi.provider) {
                doi.client = Some(registry.provider.name().into());
                // Who names a registry and no DOI wants one of it.
                if doi.identifier.is_empty() {
                    *doi = registry.mint(&draft.id);
                }
            }
            draft.set::<PidsField>(&pids)?;
        }
        let problems = step.errors.len();
        inspect(step, draft);
        let is_external = pids.get("doi").is_some_and(|doi| !is_managed(doi));
        // What is refused stays as it was sent, for who sent it to mend. InvenioRDM: records reference §6.
        if let Some(sent) = sent.filter(|_| is_external && step.errors.len() > problems) {
            draft.set::<PidsField>(&sent)?;
        }
        Ok(())
    }

    fn open(&self, step: &mut Step<'_>, record: &mut Record) -> Result<()> {
        let old = step.record.and_then(doi_of);
        // What once was published without a publisher can be registered nowhere.
        let new = if has_publisher(record) { chosen(step, record, None, old) } else { old };
        give(step, record, new)
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, record: &mut Record) -> Result<()> {
        inspect(step, draft);
        let new = chosen(step, record, doi_of(draft), step.record.and_then(doi_of));
        give(step, record, new)
    }

    fn join(
        &self,
        step: &mut Step<'_>,
        draft: &Record,
        record: &Record,
        parent: &mut Record,
    ) -> Result<bool> {
        let mut pids = parent.get::<PidsField>()?.unwrap_or_default();
        let FamilyState { latest, .. } = parent.get::<FamilyField>()?.unwrap_or_default();
        if latest.is_some() && step.record.is_none() {
            inspect_version(step, doi_of(draft).as_ref(), pids.contains_key("doi"));
        }
        let Some(doi) = doi_of(record).filter(is_managed) else { return Ok(false) };
        if pids.contains_key("doi") {
            return Ok(false);
        }
        let Some(registry) = step.settings.minting.owner(&doi.identifier) else { return Ok(false) };
        let concept = registry.mint(&parent.id);
        step.claims.push(claim(&concept, json!({"parent": parent.id})));
        pids.insert("doi".into(), concept);
        parent.set::<PidsField>(&pids)?;
        Ok(true)
    }
}

/// The identifiers of a record as it is published: the DOI that was chosen for it, claimed, and that of OAI.
fn give(step: &mut Step<'_>, record: &mut Record, new: Option<PersistentId>) -> Result<()> {
    let mut pids = record.get::<PidsField>()?.unwrap_or_default();
    for (scheme, pid) in [("doi", new.clone()), ("oai", oai(step, record)?)] {
        match pid {
            Some(pid) => pids.insert(scheme.into(), pid),
            None => pids.remove(scheme),
        };
    }
    record.set::<PidsField>(&pids)?;
    let key = |doi: &PersistentId| claim_key(&doi.identifier);
    let old = step.record.and_then(doi_of);
    let is_new = new.as_ref().map(key) != old.as_ref().map(key);
    if let Some(old) = old.as_ref().filter(|_| is_new) {
        step.releases.push((key(old), Expect::Exists));
    }
    if let Some(new) = new.filter(|new| is_new && !step.found.contains_key(&key(new))) {
        step.claims.push(claim(&new, json!({"record": record.id})));
    }
    Ok(())
}

/// The DOI of a record as it will be, given what is wanted and what it had. InvenioRDM: PIDs, lifecycle reference §5.
fn chosen(
    step: &Step<'_>,
    record: &Record,
    wanted: Option<PersistentId>,
    old: Option<PersistentId>,
) -> Option<PersistentId> {
    let minting: &Minting = &step.settings.minting;
    match (wanted, old) {
        (_, Some(old)) if is_managed(&old) => Some(old),
        (Some(wanted), old) if is_managed(&wanted) && is_restricted(record) => old,
        (Some(wanted), _) => Some(wanted),
        (None, Some(old)) => minting.is_required().then_some(old),
        (None, None) if minting.is_required() && !is_restricted(record) => {
            minting.first().map(|registry| registry.mint(&record.id))
        }
        (None, None) => None,
    }
}

/// The OAI identifier of a record: never given to one that is restricted, never taken from one that has it.
fn oai(step: &Step<'_>, record: &Record) -> Result<Option<PersistentId>> {
    let kept = step.record.map(Record::get::<PidsField>).transpose()?.flatten();
    if let Some(oai) = kept.and_then(|mut pids| pids.remove("oai")) {
        return Ok(Some(oai));
    }
    if is_restricted(record) {
        return Ok(None);
    }
    Ok(Some(oai_identifier(&step.settings.oai_prefix, &record.id)))
}

/// The OAI identifier of a version, below the site's prefix. OAI-PMH guidelines: oai-identifier.
pub(crate) fn oai_identifier(prefix: &str, id: &str) -> PersistentId {
    PersistentId { identifier: format!("oai:{prefix}:{id}"), provider: "oai".into(), client: None }
}

/// Not everybody may see it.
pub(crate) fn is_restricted(record: &Record) -> bool {
    record.document.get("access").is_some_and(|access| access["record"] == "restricted")
}

/// The DOI of a draft or record, if it has one. A draft may hold it as it was sent.
pub(crate) fn doi_of(record: &Record) -> Option<PersistentId> {
    let mut doi = record.get::<PidsField>().ok()??.remove("doi").filter(|doi| !doi.identifier.is_empty())?;
    normalize(&mut doi);
    Some(doi)
}

fn normalize(doi: &mut PersistentId) {
    if identifiers::is_valid("doi", &doi.identifier) {
        doi.identifier = identifiers::normalize("doi", &doi.identifier);
    }
}
