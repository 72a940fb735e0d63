//! What happens to specimens: input, accession numbers, keepers.

use cairn_core::framework::{Claim, Component, Step};
use cairn_model::{Error, FieldError, Identity, Record, Result, Revision};
use cairn_ports::{Expect, Item, Key, Work};
use serde_json::{Map, Value, json};

use super::{field::Condition, kind::ACCESSIONS};

/// In the order they run.
pub(super) static COMPONENTS: &[&dyn Component] = &[&Content, &Accession, &Keeper];

/// What depositors write.
struct Content;

impl Component for Content {
    fn save(&self, step: &mut Step<'_>, input: &Map<String, Value>, draft: &mut Record) -> Result<()> {
        for key in ["label", "accession", "notes", "script"] {
            match input.get(key) {
                Some(value) if value.is_string() || key == "script" => {
                    draft.document.insert(key.into(), value.clone());
                }
                Some(_) => step.problem(key, "Not a valid string."),
                None => {
                    draft.document.shift_remove(key);
                }
            }
        }
        if let Some(given) = input.get("condition") {
            match serde_json::from_value(given.clone()) {
                Ok(condition) => draft.set::<Condition>(&condition)?,
                Err(_) => step.problem("condition", "Not a valid condition."),
            }
        }
        Ok(())
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, _record: &mut Record) -> Result<()> {
        for key in ["label", "accession"] {
            if !draft.document.contains_key(key) {
                step.problem(key, "Missing data for required field.");
            }
        }
        Ok(())
    }
}

/// Accession numbers are given once.
struct Accession;

fn claimed(draft: &Record) -> Option<(Key, &str)> {
    let number = draft.document.get("accession")?.as_str()?;
    Some((Key::new(ACCESSIONS, number, "claim"), number))
}

fn taken(number: &str) -> FieldError {
    FieldError::new("accession", format!("{number} is another specimen's."))
}

fn inspect(step: &mut Step<'_>, draft: &Record) {
    if let Some((key, number)) = claimed(draft)
        && step.found.get(&key).is_some_and(|item| item.body["specimen"] != draft.id)
    {
        step.errors.push(taken(number));
    }
}

impl Component for Accession {
    fn lookups(&self, draft: &Record) -> Vec<Key> {
        claimed(draft).map(|(key, _)| key).into_iter().collect()
    }

    fn check(&self, step: &mut Step<'_>, draft: &mut Record) -> Result<()> {
        inspect(step, draft);
        Ok(())
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, _record: &mut Record) -> Result<()> {
        inspect(step, draft);
        if let Some((key, number)) = claimed(draft).filter(|(key, _)| !step.found.contains_key(key)) {
            let item = Item::new(key, Revision::FIRST, json!({"specimen": draft.id}));
            step.claims.push(Claim { item, expect: Expect::Absent, taken: taken(number) });
        }
        Ok(())
    }

    /// What was never published leaves a trace in the accession book.
    fn discard(&self, draft: &Record, work: &mut Work) -> Result<()> {
        let item = Item::new(Key::new(ACCESSIONS, &draft.id, "discarded"), Revision::FIRST, json!({}));
        work.put(item, Expect::Absent);
        Ok(())
    }
}

/// Who deposits keeps.
struct Keeper;

impl Component for Keeper {
    fn found(&self, who: &Identity, parent: &mut Record) -> Result<()> {
        let keeper = who.id().ok_or(Error::Denied)?;
        parent.document.insert("keeper".into(), json!({"user": keeper}));
        Ok(())
    }
}
