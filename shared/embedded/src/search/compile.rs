//! Cairn's query as a tantivy query, for one index as it is now.

use std::{collections::BTreeSet, sync::Arc};

use cairn_analysis::{
    BadQuery,
    plan::{self, MOST_FIELDS, Pattern, Plan, Planner},
};
use cairn_model::Query;
use cairn_ports::search::SearchError;
use tantivy::{
    Searcher, Term,
    query::{
        Bm25StatisticsProvider as _, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery,
        EmptyQuery, Occur,
    },
};

use super::{
    among::{Among, Weighing},
    automaton::{self, Walks},
    best::BestQuery,
    exclude::Excluded,
    layout::{Layout, PATH, key},
    leaf::{self, Compiled, Result},
    pairs,
};

/// Compiles for one index as it is now.
pub(super) struct Compiler<'a> {
    pub layout: &'a Layout,
    pub searcher: &'a Searcher,
    /// The documents that the search is among, by segment; nothing where it is among all.
    pub among: &'a [Arc<Among>],
}

impl Compiler<'_> {
    /// The tantivy query that finds what `query` means.
    pub(super) fn compile(&self, query: &Query) -> Result<Compiled> {
        let refused = |BadQuery(why)| SearchError::BadQuery(why);
        let patterns = plan::path_patterns(query).map_err(refused)?.into_iter();
        let matching = patterns.map(|pattern| self.matching_paths(&pattern).map(|paths| (pattern, paths)));
        let matching: Vec<_> = matching.collect::<tantivy::Result<_>>().map_err(unavailable)?;
        let planner = Planner { places: &self.layout.places, matching: &matching };
        self.planned(&planner.plan(query).map_err(refused)?, &mut Walks::default())
    }

    fn planned(&self, plan: &Plan, walks: &mut Walks) -> Result<Compiled> {
        let layout = self.layout;
        Ok(match plan {
            Plan::All => self.all(),
            Plan::Nothing => Box::new(EmptyQuery),
            Plan::Ids(ids) => layout.ids(ids),
            Plan::Present(path) => layout.present(path),
            Plan::Token(column, token) => layout.token(*column, token),
            Plan::AnyToken(column, tokens) => layout.any_token(*column, tokens),
            Plan::Phrase(field, words, slop) => layout.phrase(field, words, *slop),
            Plan::Between(column, low, high) => layout.between(*column, low, high),
            Plan::Numbers(field, low, high) => leaf::numbers(field, *low, *high),
            Plan::Days(field, low, high) => leaf::days(field, *low, *high),
            Plan::Within(field, area) => {
                let area = *area;
                pairs::points(field, move |point| area.holds(point))
            }
            Plan::Near(field, middle, meters) => {
                let (middle, meters) = (*middle, *meters);
                pairs::points(field, move |point| middle.meters_to(point) <= meters)
            }
            Plan::Clauses { must, filter, should, must_not } => {
                self.clauses([must, filter, should, must_not], walks)?
            }
            Plan::Pattern(..) | Plan::Fuzzy(..) => self.best(std::slice::from_ref(plan), walks)?,
            Plan::Best(plans) => self.best(plans, walks)?,
            Plan::Boost(inner, factor) => Box::new(BoostQuery::new(self.planned(inner, walks)?, *factor)),
        })
    }

    /// One of them matches, the best counts. Those that any of many terms may match are one query.
    fn best(&self, plans: &[Plan], walks: &mut Walks) -> Result<Compiled> {
        let (mut ways, mut others): (Vec<_>, Vec<Compiled>) = (Vec::new(), Vec::new());
        for plan in plans {
            let (inner, score) = match plan {
                Plan::Boost(inner, factor) => (&**inner, *factor),
                plan => (plan, 1.0),
            };
            if matches!(inner, Plan::Pattern(..) | Plan::Fuzzy(..)) {
                ways.extend(self.layout.many(inner, walks)?.map(|terms| (score, terms)));
            } else {
                others.push(self.planned(plan, walks)?);
            }
        }
        if others.is_empty() {
            return Ok(Box::new(BestQuery::new(ways)));
        }
        if !ways.is_empty() {
            others.push(Box::new(BestQuery::new(ways)));
        }
        Ok(Box::new(DisjunctionMaxQuery::new(others)))
    }

    fn all(&self) -> Compiled {
        Box::new(ConstScoreQuery::new(self.layout.all(), 1.0))
    }

    fn clauses(&self, clauses: [&Vec<Plan>; 4], walks: &mut Walks) -> Result<Compiled> {
        let [must, filter, should, must_not] = clauses;
        let mut parts: Vec<(Occur, Compiled)> = Vec::new();
        for plan in must {
            parts.push((Occur::Must, self.planned(plan, walks)?));
        }
        for plan in filter {
            parts.push((Occur::Must, Box::new(ConstScoreQuery::new(self.planned(plan, walks)?, 0.0))));
        }
        for plan in should {
            parts.push((Occur::Should, self.planned(plan, walks)?));
        }
        if parts.is_empty() {
            parts.push((Occur::Must, self.all()));
        }
        for plan in must_not {
            parts.push((Occur::MustNot, Box::new(Excluded(self.planned(plan, walks)?))));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// The paths that are present and match a pattern; where they are many, the first that documents have which the search
    /// is among.
    fn matching_paths(&self, pattern: &Pattern) -> tantivy::Result<BTreeSet<String>> {
        let prefix = key(PATH);
        let automaton = automaton::wildcard(&prefix, pattern);
        let mut paths = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let terms = segment.inverted_index(self.layout.terms)?;
            let mut found = terms.terms().search(&automaton).into_stream()?;
            while found.advance() {
                let path = found.key().get(prefix.len()..).unwrap_or_default();
                paths.insert(String::from_utf8_lossy(path).into_owned());
            }
        }
        if paths.len() <= MOST_FIELDS {
            return Ok(paths);
        }
        let weighing = Weighing { searcher: self.searcher, among: self.among };
        let mut seen = BTreeSet::new();
        for path in paths {
            let term = Term::from_field_text(self.layout.terms, &format!("{prefix}{path}"));
            if seen.len() < MOST_FIELDS && weighing.doc_freq(&term)? > 0 {
                seen.insert(path);
            }
        }
        Ok(seen)
    }
}

/// A failure of the engine.
#[expect(clippy::needless_pass_by_value, reason = "made for `map_err`")]
pub(super) fn unavailable(error: tantivy::TantivyError) -> SearchError {
    SearchError::Unavailable(error.to_string())
}
