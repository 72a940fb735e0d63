//! What is looked for in one field, and where a text has it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use cairn_analysis::{
    SEPARATOR,
    plan::{Column, Pattern, Plan},
};

use super::{Fields, words::Word};

/// More places of a text are in no fragment that is shown.
const MOST_MARKS: usize = 256;
/// Neighbours that match together are marked as one if so many bytes, or fewer, stand between them.
const JOINT: usize = 4;
/// What comparing two words letter by letter costs.
const NEAR_COST: usize = 16;

/// The words that are looked for in a field.
#[derive(Default)]
pub(super) struct Wanted {
    words: BTreeSet<String>,
    /// By their first word: what follows it, and how many other words may stand between.
    phrases: BTreeMap<String, Vec<(Vec<String>, usize)>>,
    patterns: Vec<Pattern>,
    near: Vec<Near>,
}

/// A word that others may be like.
struct Near {
    word: String,
    /// How many it has.
    letters: usize,
    /// How many edits away others may be; swapped neighbours are one.
    distance: usize,
}

/// Adds what a plan looks for in texts; what must not be there is not looked for.
pub(super) fn collect(plan: Plan, fields: &mut Fields) {
    match plan {
        Plan::Token(Column::Words(field), token) => {
            let (leaf, word) = parted(&token);
            at(fields, field, leaf).words.insert(word.to_owned());
        }
        Plan::Phrase(field, tokens, slop) => {
            let Some((first, rest)) = tokens.split_first() else { return };
            let (leaf, first) = parted(first);
            let rest = rest.iter().map(|token| parted(token).1.to_owned()).collect();
            let slop = usize::try_from(slop).unwrap_or(usize::MAX);
            at(fields, field, leaf).phrases.entry(first.to_owned()).or_default().push((rest, slop));
        }
        Plan::Pattern(Column::Words(field), prefix, pattern) => {
            at(fields, field, parted(&prefix).0).patterns.push(pattern);
        }
        Plan::Fuzzy(Column::Words(field), prefix, word, distance) => {
            let letters = word.chars().count();
            at(fields, field, parted(&prefix).0).near.push(Near { word, letters, distance: distance.into() });
        }
        Plan::Clauses { must, filter, should, must_not: _ } => {
            [must, filter, should].into_iter().flatten().for_each(|plan| collect(plan, fields));
        }
        Plan::Best(plans) => plans.into_iter().for_each(|plan| collect(plan, fields)),
        Plan::Boost(plan, _) => collect(*plan, fields),
        _ => {}
    }
}

/// What is looked for at a leaf of a field.
fn at<'f>(fields: &'f mut Fields, field: &'static str, leaf: &str) -> &'f mut Wanted {
    fields.entry(field).or_default().entry(leaf.to_owned()).or_default()
}

/// The leaf and the word of a token.
fn parted(token: &str) -> (&str, &str) {
    token.rsplit_once(SEPARATOR).unwrap_or(("", token))
}

/// Where `words` have what is looked for, in order and apart from each other, in bytes, as far as the budget goes.
pub(super) fn marks(wanted: &[&Wanted], words: &[Word], budget: &mut usize) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = Vec::new();
    for at in 0..words.len() {
        if *budget == 0 || marks.len() >= MOST_MARKS {
            break;
        }
        for wanted in wanted {
            if let Some(following) = wanted.one(&words[at], budget) {
                joined(words, at..=at + following, &mut marks);
            }
            for found in wanted.phrases_at(words, at, budget) {
                joined(words, found.into_iter(), &mut marks);
            }
        }
    }
    apart(marks)
}

/// Each mark once, in order; what overlaps is one.
fn apart(mut marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match apart.last_mut() {
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => apart.push(mark),
        }
    }
    apart
}

/// Adds words that match together, neighbours as one.
fn joined(words: &[Word], found: impl Iterator<Item = usize>, marks: &mut Vec<Range<usize>>) {
    let mut open: Option<(usize, Range<usize>)> = None;
    for at in found {
        let range = words[at].range.clone();
        open = Some(match open.take() {
            Some((before, mark)) if at == before + 1 && range.start - mark.end <= JOINT => {
                (at, mark.start..range.end)
            }
            before => {
                marks.extend(before.map(|(_, mark)| mark));
                (at, range)
            }
        });
    }
    marks.extend(open.map(|(_, mark)| mark));
}

impl Wanted {
    /// Whether a word is looked for by itself, as how many words follow that belong to it.
    fn one(&self, word: &Word, budget: &mut usize) -> Option<usize> {
        let mut passes = |form: &str| {
            spend(budget, self.patterns.len());
            self.words.contains(form)
                || self.patterns.iter().any(|pattern| pattern.matches(form))
                || self.near.iter().any(|near| near.is_like(form, budget))
        };
        word.forms().find(|(form, _)| passes(form)).map(|(_, following)| following)
    }

    /// The words of each phrase that begins here.
    fn phrases_at(&self, words: &[Word], at: usize, budget: &mut usize) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        for (form, following) in words[at].forms() {
            for (rest, slop) in self.phrases.get(form).into_iter().flatten() {
                let mut phrase: Vec<usize> = (at..=at + following).collect();
                if follow(words, &mut phrase, rest, *slop, budget) {
                    found.push(phrase);
                }
            }
        }
        found
    }
}

impl Near {
    fn is_like(&self, form: &str, budget: &mut usize) -> bool {
        if form.chars().count().abs_diff(self.letters) > self.distance {
            return false;
        }
        spend(budget, NEAR_COST);
        strsim::osa_distance(form, &self.word) <= self.distance
    }
}

/// Whether the rest of a phrase follows its first word, with as many other words in between as there may be.
fn follow(words: &[Word], phrase: &mut Vec<usize>, rest: &[String], slop: usize, budget: &mut usize) -> bool {
    let (mut place, mut slop) = (phrase[0], slop);
    for wanted in rest {
        let end = place.saturating_add(slop).saturating_add(2).min(words.len());
        let next = (place + 1..end).find_map(|at| {
            spend(budget, 1);
            let (_, following) = words[at].forms().find(|(form, _)| form == wanted)?;
            Some((at, following))
        });
        let Some((at, following)) = next else { return false };
        slop -= at - place - 1;
        place = at;
        phrase.extend(at..=at + following);
    }
    true
}

fn spend(budget: &mut usize, cost: usize) {
    *budget = budget.saturating_sub(cost);
}
