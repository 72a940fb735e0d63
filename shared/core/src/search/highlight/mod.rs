//! What of a hit matched: the words that the search string asked for, in the texts that the caller sees.
//!
//! It depends on these two alone, neither on the engine nor on what else matched, so that it tells nothing of what is not
//! seen. Additive to InvenioRDM.

mod fragments;
mod wanted;
mod words;

use std::collections::BTreeMap;

use cairn_analysis::{
    places::Places,
    plan::{MOST_FIELDS, Pattern, Planner, path_patterns},
    points::Point,
    values::{Sink, walk_document},
};
use cairn_model::{Projection, Query, mapping::Mapping};
use serde_json::{Map, Value, json};

use self::wanted::Wanted;

/// Fragments of one field.
const MOST_FRAGMENTS: usize = 3;
/// What the marks of a page may cost: a byte that is read costs one, and so does a comparison. About 25 ms.
const PAGE_BUDGET: usize = 1_000_000;
/// What those of one hit may cost, so that a long one leaves something for the others.
const HIT_BUDGET: usize = 250_000;

/// Marks what a search asked for in its hits, one after the other.
pub struct Highlighter {
    /// Of the fields that are looked into.
    places: Places,
    wanted: Fields,
    /// What may still be spent on the page.
    budget: usize,
}

/// What is looked for, by field and leaf; all leaves: an empty one.
type Fields = BTreeMap<&'static str, BTreeMap<String, Wanted>>;

impl Highlighter {
    /// For what was asked of documents with this mapping; nothing if that has no words.
    pub fn of(asked: &Query, mapping: &Mapping) -> Option<Self> {
        let all = Places::of(mapping);
        let patterns = path_patterns(asked).ok()?;
        let matching: Vec<_> = patterns
            .into_iter()
            .map(|pattern| {
                let paths = all.mapped().map(|(path, _)| path).filter(|path| stands_for(&pattern, path));
                let paths = paths.take(MOST_FIELDS).map(ToOwned::to_owned).collect();
                (pattern, paths)
            })
            .collect();
        let plan = Planner { places: &all, matching: &matching }.plan(asked).ok()?;
        let mut wanted = Fields::new();
        wanted::collect(plan, &mut wanted);
        let places = all.among(|path| wanted.contains_key(path));
        (!wanted.is_empty()).then_some(Self { places, wanted, budget: PAGE_BUDGET })
    }

    /// Adds `highlight` to a hit: by field, fragments of HTML with `<em>` around what matched. Nothing is added where nothing
    /// matched.
    pub fn mark(&mut self, hit: &mut Projection) {
        let found = self.fragments(hit.document());
        if !found.is_empty() {
            hit.insert("highlight", json!(found));
        }
    }

    fn fragments(&mut self, document: &Map<String, Value>) -> BTreeMap<String, Vec<String>> {
        let budget = self.budget.min(HIT_BUDGET);
        let mut marker = Marker { wanted: &self.wanted, budget, found: BTreeMap::new() };
        if budget > 0 {
            walk_document(&self.places, document, &mut marker);
        }
        let Marker { budget: left, found, .. } = marker;
        self.budget -= budget - left;
        found
    }
}

/// Whether a name with `*` stands for a path, or for all that is below it.
fn stands_for(pattern: &Pattern, path: &str) -> bool {
    pattern.matches(path) || pattern.matches(&format!("{path}."))
}

struct Marker<'h> {
    wanted: &'h Fields,
    /// What may still be spent on the hit.
    budget: usize,
    found: BTreeMap<String, Vec<String>>,
}

impl Sink for Marker<'_> {
    fn words(&mut self, field: &'static str, leaf: Option<&str>, text: &str) {
        let Some(leaves) = self.wanted.get(field) else { return };
        let name = leaf.map_or_else(|| field.to_owned(), |leaf| format!("{field}.{leaf}"));
        let wanted: Vec<&Wanted> = ["", leaf.unwrap_or_default()]
            .iter()
            .take(leaf.map_or(1, |_| 2))
            .filter_map(|leaf| leaves.get(*leaf))
            .collect();
        let most = MOST_FRAGMENTS - self.found.get(&name).map_or(0, Vec::len);
        if wanted.is_empty() || most == 0 {
            return;
        }
        let read = text.floor_char_boundary(self.budget);
        self.budget -= read;
        let words = words::read(&text[..read]);
        let marks = wanted::marks(&wanted, &words, &mut self.budget);
        if !marks.is_empty() {
            let fragments = fragments::cut(text, &words, &marks);
            self.found.entry(name).or_default().extend(fragments.take(most));
        }
    }

    fn whole(&mut self, _field: &'static str, _leaf: Option<&str>, _value: &str) {}

    fn number(&mut self, _field: &'static str, _number: i64) {}

    fn days(&mut self, _field: &'static str, _ranges: &[(i64, i64)]) {}

    fn point(&mut self, _field: &'static str, _point: Point) {}

    fn present(&mut self, _path: &str) {}
}

#[cfg(test)]
mod tests;
