//! How much words weigh: by how many of the documents have them that the search is among. OpenSearch itself would count those
//! that the caller may not see; therefore its fields score every match alike, and a search asks for the counts first.

use std::collections::BTreeMap;

use cairn_analysis::plan::{Column, Plan};
use cairn_ports::search::SearchError;
use opensearch::http::Method;
use serde_json::{Map, Value, json};

use super::{OpenSearch, garbled, query};

/// A word in a field.
type Word = (&'static str, String);

/// The weights of some words.
#[derive(Default)]
pub(super) struct Weights(BTreeMap<Word, f64>);

impl Weights {
    /// The plan with every word weighed.
    pub(super) fn weigh(&self, plan: &Plan) -> Plan {
        let all = |plans: &[Plan]| plans.iter().map(|plan| self.weigh(plan)).collect();
        match plan {
            Plan::Token(Column::Words(field), word) => {
                self.boosted(plan, self.of(field, std::slice::from_ref(word)))
            }
            Plan::Phrase(field, words, _) => self.boosted(plan, self.of(field, words)),
            Plan::Clauses { must, filter, should, must_not } => Plan::Clauses {
                must: all(must),
                filter: filter.clone(),
                should: all(should),
                must_not: must_not.clone(),
            },
            Plan::Best(plans) => Plan::Best(all(plans)),
            Plan::Boost(inner, factor) => Plan::Boost(Box::new(self.weigh(inner)), *factor),
            other => other.clone(),
        }
    }

    fn of(&self, field: &'static str, words: &[String]) -> f64 {
        words.iter().filter_map(|word| self.0.get(&(field, word.clone()))).sum()
    }

    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a count")]
    fn boosted(&self, plan: &Plan, weight: f64) -> Plan {
        if self.0.is_empty() { plan.clone() } else { Plan::Boost(Box::new(plan.clone()), weight as f32) }
    }
}

/// The words of a plan that count for relevance.
fn words(plan: &Plan, found: &mut Vec<Word>) {
    match plan {
        Plan::Token(Column::Words(field), word) => found.push((field, word.clone())),
        Plan::Phrase(field, several, _) => found.extend(several.iter().map(|word| (*field, word.clone()))),
        Plan::Clauses { must, should, .. } => must.iter().chain(should).for_each(|plan| words(plan, found)),
        Plan::Best(plans) => plans.iter().for_each(|plan| words(plan, found)),
        Plan::Boost(inner, _) => words(inner, found),
        _ => {}
    }
}

/// How much a word weighs that so many of all have (BM25's inverse document frequency).
#[expect(clippy::cast_precision_loss, reason = "counts far below the limit of whole numbers")]
fn weight(having: u64, all: u64) -> f64 {
    let (having, all) = (having as f64, all.max(having) as f64);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

impl OpenSearch {
    /// The weights of the words of some plans, among the documents that `among` finds.
    pub(super) async fn weights<'p>(
        &self,
        names: &str,
        plans: impl Iterator<Item = &'p Plan>,
        among: &Value,
    ) -> Result<Weights, SearchError> {
        let mut wanted = Vec::new();
        plans.for_each(|plan| words(plan, &mut wanted));
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(Weights::default());
        }
        let filter = |(field, word): &Word| query::query(&Plan::Token(Column::Words(field), word.clone()));
        let filters: Map<String, Value> =
            wanted.iter().enumerate().map(|(number, word)| (number.to_string(), filter(word))).collect();
        let counted = json!({"words": {"filters": {"filters": filters}}});
        let body = json!({"size": 0, "query": among, "track_total_hits": true, "aggs": counted});
        let answer: Value =
            self.client.ask(Method::Post, &format!("/{names}/_search"), &[], Some(&body)).await?.json()?;
        let all = answer["hits"]["total"]["value"].as_u64().ok_or_else(|| garbled(&"no total"))?;
        let buckets = &answer["aggregations"]["words"]["buckets"];
        let weights = wanted.into_iter().enumerate().map(|(number, word)| {
            let having = buckets[number.to_string()]["doc_count"].as_u64();
            Ok((word, weight(having.ok_or_else(|| garbled(&"no count of a word"))?, all)))
        });
        Ok(Weights(weights.collect::<Result<_, SearchError>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_word_weighs_more() {
        let token = |word: &str| Plan::Token(Column::Words("title"), word.into());
        let plan = Plan::Best(vec![token("rare"), Plan::Boost(Box::new(token("common")), 2.0)]);
        let mut found = Vec::new();
        words(&plan, &mut found);
        assert_eq!(found, [("title", "rare".to_owned()), ("title", "common".to_owned())]);
        let weights = found.into_iter().zip([weight(1, 1_000), weight(900, 1_000)]);
        let Plan::Best(plans) = Weights(weights.collect()).weigh(&plan) else { panic!() };
        let Plan::Boost(_, rare) = plans[0] else { panic!() };
        let Plan::Boost(ref common, 2.0) = plans[1] else { panic!() };
        let Plan::Boost(_, common) = **common else { panic!() };
        assert!(rare > 6.0 && common < 0.2, "{rare} {common}");
        assert!(weight(5, 3) > 0.0);
    }
}
