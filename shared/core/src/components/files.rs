//! A record has files, or says that it has none; publishing locks them.

use cairn_model::{
    Error, Record, Result,
    fields::files::Files,
    files::{Allowance, FileSet, HEAD, LOCKED, Totals, entry, sort_of},
    kinds::FILES,
    record::CHANGES,
};
use cairn_ports::{Count, Key};
use serde_json::{Map, Value};

use crate::framework::{Component, Stage, Step};

const MISSING: &str =
    "Missing uploaded files. To disable files for this record please mark it as metadata-only.";
const PENDING: &str = "One or more files have not completed their transfer, please wait.";
/// `InvenioRDM`: policy `file-modification-grace-period-v1`.
const TOO_LATE: &str =
    "File modification grace period has passed. Please discard this draft to make any changes.";
const IN_USE: &str = "You must first delete all files to set the record to be metadata-only.";

/// The sets of a research record.
const SETS: [&str; 2] = ["files", "media_files"];

/// Looks after both sets: what is shown first exists, nothing is published before it has arrived.
pub(super) struct FilesRule;

impl Component for FilesRule {
    fn save(&self, _step: &mut Step<'_>, input: &Map<String, Value>, draft: &mut Record) -> Result<()> {
        for key in SETS {
            let mut set = Files::of(draft, key)?;
            let given = input.get(key).and_then(|files| files.get("default_preview"));
            set.asked_preview =
                given.and_then(Value::as_str).filter(|key| !key.is_empty()).map(str::to_owned);
            if set.asked_preview.is_none() {
                set.default_preview = None;
            }
            Files::put(draft, key, &set)?;
        }
        Ok(())
    }

    fn lookups(&self, draft: &Record) -> Vec<Key> {
        let is_new = draft.revision.0 == 0;
        let of = |key: &str| Files::of(draft, key).map(|set| places(&set, is_new)).unwrap_or_default();
        SETS.into_iter().flat_map(of).collect()
    }

    fn check(&self, step: &mut Step<'_>, draft: &mut Record) -> Result<()> {
        for key in SETS {
            let mut set = Files::of(draft, key)?;
            if !set.enabled && has_files(step, &set) {
                step.problem(&format!("{key}.enabled"), IN_USE);
                set.enabled = true;
            } else if step.stage == Stage::Update && key == SETS[0] {
                remind(step, &set, Files::totals(draft, &set));
            }
            if let Some(preview) = set.asked_preview.take() {
                if is_there(step, &set, &preview)? {
                    set.default_preview = Some(preview);
                } else {
                    step.problem(
                        &format!("{key}.default_preview"),
                        format!("No file with key \"{preview}\""),
                    );
                }
            }
            Files::put(draft, key, &set)?;
        }
        Ok(())
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, record: &mut Record) -> Result<()> {
        for key in SETS {
            let set = Files::of(draft, key)?;
            let totals = Files::totals(draft, &set);
            if key == SETS[0] {
                remind(step, &set, totals);
            }
            if step.record.is_some() && set.until.is_some_and(|until| step.now.day() > until) {
                return Err(Error::BadRequest(TOO_LATE.into()));
            }
            if totals.pending > 0 {
                step.problem(key, PENDING);
            }
            if !set.enabled {
                continue;
            }
            let own = set
                .layers
                .first()
                .filter(|layer| draft.beside.get(*layer).is_some_and(|rows| !rows.is_empty()));
            step.counts.extend(set.layers.first().map(|layer| lock(layer, draft)));
            let published = match (set.locked, own, step.record) {
                (true, _, Some(before)) => Files::of(before, key)?.layers,
                (_, None, _) => set.layers.iter().skip(1).cloned().collect(),
                _ => set.layers.clone(),
            };
            Files::put(
                record,
                key,
                &FileSet { layers: published, locked: false, until: None, quota: None, ..set },
            )?;
        }
        Ok(())
    }

    fn edit(&self, record: &Record, draft: &mut Record) -> Result<()> {
        for key in SETS {
            let set = Files::of(record, key)?;
            let own = Files::first_layer(key, &draft.id, draft.revision.0);
            let layers = [own].into_iter().chain(set.layers.iter().cloned()).collect();
            // What was published with the record stays as it is; media files may still be changed.
            Files::put(draft, key, &FileSet { layers, locked: key == SETS[0], until: None, ..set })?;
        }
        Ok(())
    }

    fn allot(&self, allowance: Option<Allowance>, draft: &mut Record) -> Result<()> {
        for key in SETS {
            let set = Files::of(draft, key)?;
            Files::put(draft, key, &FileSet { quota: allowance, ..set })?;
        }
        Ok(())
    }

    fn leaves(&self, draft: &Record) -> Result<Vec<String>> {
        let own = SETS.into_iter().map(|key| Ok(Files::of(draft, key)?.layers.into_iter().next()));
        Ok(own.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

fn remind(step: &mut Step<'_>, set: &FileSet, totals: Totals) {
    if set.enabled && totals.count == 0 {
        step.problem("files.enabled", MISSING);
    }
}

/// Nothing may have changed in the newest layer since it was read, nothing changes from now on.
fn lock(layer: &str, draft: &Record) -> (Key, Vec<Count>) {
    let head = draft.beside.get(layer).and_then(|rows| rows.first()).filter(|row| row.sort == HEAD);
    let changes = head.and_then(|head| head.counters.get(CHANGES)).copied().unwrap_or(0);
    let counts = vec![Count::new(LOCKED, 1, 1), Count::new(CHANGES, 1, changes + 1)];
    (Key::new(FILES, layer, HEAD), counts)
}

/// The items that tell whether there are files (a new draft has none), and whether the one shown first is among them.
fn places(set: &FileSet, is_new: bool) -> Vec<Key> {
    let at = |sort: &str| set.layers.iter().map(|layer| Key::new(FILES, layer, sort)).collect::<Vec<_>>();
    let heads = if set.enabled || is_new { Vec::new() } else { at(HEAD) };
    let previews = set.asked_preview.as_deref().map(|key| at(&sort_of(key))).unwrap_or_default();
    [heads, previews].concat()
}

fn has_files(step: &Step<'_>, set: &FileSet) -> bool {
    let head = |layer: &String| step.found.get(&Key::new(FILES, layer, HEAD));
    set.layers.iter().find_map(head).is_some_and(|head| Totals::of(&head.counters).count > 0)
}

fn is_there(step: &Step<'_>, set: &FileSet, preview: &str) -> Result<bool> {
    let item = |layer: &String| step.found.get(&Key::new(FILES, layer, sort_of(preview)));
    let Some(item) = set.layers.iter().find_map(item) else { return Ok(false) };
    Ok(set.enabled && entry(&item.clone().into())?.is_some())
}
