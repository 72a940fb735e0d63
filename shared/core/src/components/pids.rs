//! Persistent identifiers: external DOIs are claimed once, the OAI identifier is given when a record becomes public.

use cairn_model::{
    FieldError, Record, Result, Revision,
    fields::pids::{PersistentId, Pids as PidsField},
    identifiers,
    kinds::PIDS,
};
use cairn_ports::{Expect, Item, Key};
use serde_json::json;

use crate::framework::{Claim, Component, Step};

const FIELD: &str = "pids.doi";

/// Checks external DOIs at every save; claims them, and gives public records their OAI identifier, when the draft is
/// published.
pub(super) struct Pids;

impl Component for Pids {
    fn lookups(&self, draft: &Record) -> Vec<Key> {
        doi_of(draft).map(|doi| claim_key(&doi.identifier)).into_iter().collect()
    }

    fn check(&self, step: &mut Step<'_>, draft: &mut Record) -> Result<()> {
        if let Some(mut pids) = draft.get::<PidsField>()?
            && let Some(doi) = pids.get_mut("doi")
            && identifiers::is_valid("doi", &doi.identifier)
        {
            doi.identifier = identifiers::normalize("doi", &doi.identifier);
            draft.set::<PidsField>(&pids)?;
        }
        inspect(step, draft);
        Ok(())
    }

    fn open(&self, step: &mut Step<'_>, record: &mut Record) -> Result<()> {
        let mut pids = record.get::<PidsField>()?.unwrap_or_default();
        match oai(step, record)? {
            Some(oai) => pids.insert("oai".into(), oai),
            None => pids.remove("oai"),
        };
        record.set::<PidsField>(&pids)
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, record: &mut Record) -> Result<()> {
        inspect(step, draft);
        self.open(step, record)?;
        let (new, old) = (doi_of(draft), step.record.and_then(doi_of));
        let key = |doi: &PersistentId| claim_key(&doi.identifier);
        if let Some(old) = old.as_ref().filter(|old| new.as_ref().map(key) != Some(key(old))) {
            step.releases.push((key(old), Expect::Exists));
        }
        if let Some(new) = new.filter(|new| !step.found.contains_key(&key(new))) {
            step.claims.push(claim(&new, &record.id));
        }
        Ok(())
    }
}

/// The OAI identifier of a record: never given to one that is restricted, never taken from one that has it.
fn oai(step: &Step<'_>, record: &Record) -> Result<Option<PersistentId>> {
    let kept = step.record.map(Record::get::<PidsField>).transpose()?.flatten();
    if let Some(oai) = kept.and_then(|mut pids| pids.remove("oai")) {
        return Ok(Some(oai));
    }
    if record.document.get("access").is_some_and(|access| access["record"] == "restricted") {
        return Ok(None);
    }
    let identifier = format!("oai:{}:{}", step.settings.oai_prefix, record.id);
    Ok(Some(PersistentId { identifier, provider: "oai".into(), client: None }))
}

fn doi_of(record: &Record) -> Option<PersistentId> {
    record.get::<PidsField>().ok()??.remove("doi").filter(|doi| !doi.identifier.is_empty())
}

/// DOIs are compared without regard to case (DOI Handbook §2.4), so claims are made in lower case.
fn claim_key(doi: &str) -> Key {
    let doi = identifiers::normalize("doi", doi).to_lowercase();
    Key::new(PIDS, format!("doi#{}", truncated(&doi)), "claim")
}

/// Keys have at most 2,048 bytes; a longer DOI is not valid and never claimed.
fn truncated(text: &str) -> &str {
    let end = (0..=1_024.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

fn claim(doi: &PersistentId, record: &str) -> Claim {
    let body = json!({"record": record});
    Claim {
        item: Item::new(claim_key(&doi.identifier), Revision::FIRST, body),
        expect: Expect::Absent,
        taken: taken(&doi.identifier),
    }
}

fn taken(identifier: &str) -> FieldError {
    FieldError::new(FIELD, format!("doi:{identifier} already exists."))
}

/// What is wrong with the DOI of a draft.
fn inspect(step: &mut Step<'_>, draft: &Record) {
    let Some(doi) = draft.get::<PidsField>().ok().flatten().and_then(|mut pids| pids.remove("doi")) else {
        return;
    };
    if doi.provider != "external" {
        return step.problem(FIELD, format!("Unknown PID provider {}", doi.provider));
    }
    if doi.identifier.is_empty() {
        return step.problem(FIELD, "Missing DOI for required field.");
    }
    if !identifiers::is_valid("doi", &doi.identifier) || doi.identifier.len() > 1_024 {
        return step.problem(FIELD, "Invalid DOI");
    }
    let claimed = step.found.get(&claim_key(&doi.identifier));
    if claimed.is_some_and(|item| item.body["record"] != draft.id) {
        step.errors.push(taken(&doi.identifier));
    }
}
