//! What may be wrong with the DOI of a draft. Messages are InvenioRDM's.

use cairn_model::{
    Record,
    fields::pids::{PersistentId, Pids as PidsField},
    identifiers,
};

use super::{
    claims::{LONGEST, claim_key, taken},
    doi_of,
};
use crate::{
    dois::{EXTERNAL, is_managed, prefix},
    framework::{Stage, Step},
};

/// Where problems with DOIs are told.
pub(super) const FIELD: &str = "pids.doi";

/// What those are told who take a DOI of this site from a record that has it.
pub(crate) const KEPT: &str = "Cannot discard a reserved or registered persistent identifier.";

/// Notes what is wrong with the DOI of a draft, and what is missing to make it one.
pub(super) fn inspect(step: &mut Step<'_>, draft: &Record) {
    let wanted = draft.get::<PidsField>().ok().flatten().and_then(|mut pids| pids.remove("doi"));
    let old = step.record.and_then(doi_of);
    let minting = &step.settings.minting;
    let is_made_here = match (&wanted, &old) {
        (_, Some(old)) if is_managed(old) => true,
        (Some(wanted), _) => minting.provider(&wanted.provider).is_some(),
        (None, old) => old.is_none() && minting.is_required(),
    };
    // Where publishing is refused anyway, only what every record must have is named. InvenioRDM: records reference §3.1.
    let is_refused = step.stage == Stage::Publish && !step.errors.is_empty();
    if is_made_here && !has_publisher(draft) && !is_refused {
        step.problem("metadata.publisher", "Missing publisher field required for DOI registration.");
    }
    let Some(wanted) = wanted else { return };
    let same =
        |old: &PersistentId| (&old.identifier, &old.provider) == (&wanted.identifier, &wanted.provider);
    match old {
        Some(old) if same(&old) => {}
        // Drafts may say what they like; the record keeps its DOI.
        Some(old) if is_managed(&old) && step.stage == Stage::Publish => step.problem(FIELD, KEPT),
        Some(old) if is_managed(&old) => {}
        _ => inspect_new(step, draft, &wanted),
    }
}

/// Notes what is wrong with a DOI that the record does not have yet.
fn inspect_new(step: &mut Step<'_>, draft: &Record, doi: &PersistentId) {
    let found = match doi.provider.as_str() {
        _ if doi.identifier.is_empty() => Some("Missing DOI for required field.".to_owned()),
        EXTERNAL => wrong_external(step, doi),
        _ => wrong_managed(step, draft, doi),
    };
    if let Some(problem) = found {
        return step.problem(FIELD, problem);
    }
    let claimed = step.found.get(&claim_key(&doi.identifier));
    if claimed.is_some_and(|item| item.body["record"] != draft.id) {
        step.errors.push(taken(&doi.identifier));
    }
}

fn is_doi(text: &str) -> bool {
    identifiers::is_valid("doi", text) && text.len() <= LONGEST
}

fn wrong_external(step: &Step<'_>, doi: &PersistentId) -> Option<String> {
    if !is_doi(&doi.identifier) {
        return Some("Invalid DOI".into());
    }
    if doi.client.is_some() {
        return Some("An external DOI has no client: remove it.".into());
    }
    let minting = &step.settings.minting;
    let prefix = &minting.owner(&identifiers::normalize("doi", &doi.identifier))?.prefix;
    Some(format!(
        "The prefix '{prefix}' is managed by {}. Please supply an external DOI or select 'No' to have a DOI generated \
         for you.",
        minting.site_name
    ))
}

/// A DOI of this site is made of the record's identifier; only administrators bring older ones.
fn wrong_managed(step: &Step<'_>, draft: &Record, doi: &PersistentId) -> Option<String> {
    let Some(registry) = step.settings.minting.provider(&doi.provider) else {
        return Some(format!("Unknown PID provider {}", doi.provider));
    };
    if prefix(&doi.identifier) != Some(&registry.prefix) {
        return Some(format!(
            "Wrong DOI {} prefix provided, it should be {} as defined in the rest client",
            doi.identifier, registry.prefix
        ));
    }
    let is_own = doi.identifier == registry.mint(&draft.id).identifier || step.who.is_administrator();
    (!is_own || !is_doi(&doi.identifier)).then(|| "Invalid DOI".into())
}

/// Notes where a new version has a DOI of this site and those before it have not, or the other way round. Where DOIs are
/// required, every version gets one.
pub(super) fn inspect_version(step: &mut Step<'_>, wanted: Option<&PersistentId>, before: bool) {
    let minting = &step.settings.minting;
    if minting.is_required() || minting.registries.is_empty() {
        return;
    }
    let site = &minting.site_name;
    let problem = match (before, wanted.is_some_and(is_managed)) {
        (true, false) => format!(
            "A previous version used a DOI registered from {site}. This version must also use a DOI from {site}."
        ),
        (false, true) => format!(
            "A previous version was published with a DOI from an external provider or without one. You cannot use a \
             DOI registered from {site} for this version."
        ),
        _ => return,
    };
    step.problem(FIELD, problem);
}

/// Registries want to know who publishes.
pub(super) fn has_publisher(record: &Record) -> bool {
    let publisher = record.document.get("metadata").map(|metadata| &metadata["publisher"]);
    publisher.and_then(serde_json::Value::as_str).is_some_and(|name| !name.is_empty())
}
