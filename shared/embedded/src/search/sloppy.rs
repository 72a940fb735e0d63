//! The query for words that are some moves apart, as Lucene counts moves: how much further the words lie from each other than
//! in the phrase. Each word of the phrase is a word of its own in the text, also where the phrase has one twice.

use tantivy::{
    BitSet, DocSet, Score, SegmentReader, TERMINATED, TantivyError,
    postings::{Postings, SegmentPostings},
    query::{
        BitSetDocSet, Bm25Weight, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
    },
    schema::{IndexRecordOption, Term},
};

/// Documents with these terms, so many moves out of their order.
#[derive(Debug, Clone)]
pub(super) struct SloppyQuery {
    pub terms: Vec<Term>,
    pub slop: u32,
}

impl Query for SloppyQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        // The words together say how rare the phrase is, as for one without slop.
        let score = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => {
                Bm25Weight::for_terms(statistics_provider, &self.terms)?.max_score()
            }
            EnableScoring::Disabled { .. } => 1.0,
        };
        Ok(Box::new(Sloppy { query: self.clone(), score }))
    }
}

struct Sloppy {
    query: SloppyQuery,
    score: Score,
}

impl Weight for Sloppy {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut words = Vec::with_capacity(self.query.terms.len());
        for term in &self.query.terms {
            let index = reader.inverted_index(term.field())?;
            let Some(postings) = index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)? else {
                return Ok(Box::new(EmptyScorer));
            };
            words.push(postings);
        }
        let mut found = BitSet::with_max_value(reader.max_doc());
        let mut positions = vec![Vec::new(); words.len()];
        while let Some(doc) = next_with_all(&mut words) {
            for (word, positions) in words.iter_mut().zip(&mut positions) {
                word.positions(positions);
            }
            if fit(&positions, self.query.slop) {
                found.insert(doc);
            }
            if let Some(first) = words.first_mut() {
                first.advance();
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), self.score * boost)))
    }

    fn explain(&self, _: &SegmentReader, _: u32) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("the moves of words are not explained".into()))
    }
}

/// The next document that has every word, from where the first word is.
fn next_with_all(words: &mut [SegmentPostings]) -> Option<u32> {
    let mut doc = words.first()?.doc();
    'candidates: while doc != TERMINATED {
        for word in words.iter_mut() {
            let at = if word.doc() < doc { word.seek(doc) } else { word.doc() };
            if at != doc {
                doc = at;
                continue 'candidates;
            }
        }
        return Some(doc);
    }
    None
}

/// Whether the words can be found at places of their own, none further than `slop` from where another would have it.
fn fit(positions: &[Vec<u32>], slop: u32) -> bool {
    // Where the phrase would begin, were it not for the moves. The least of them belongs to some word.
    let mut starts = Vec::with_capacity(positions.iter().map(Vec::len).sum());
    for (place, positions) in (0_i64..).zip(positions) {
        starts.extend(positions.iter().map(|position| i64::from(*position) - place));
    }
    starts.sort_unstable();
    starts.dedup();
    starts.into_iter().any(|start| fits_from(positions, start, start + i64::from(slop)))
}

/// Whether each word has a place for which the phrase would begin between two, and no two share one. The places that are
/// possible move on with the words, so that the first that is free is always a good choice.
fn fits_from(positions: &[Vec<u32>], first: i64, last: i64) -> bool {
    let mut taken: Vec<u32> = Vec::with_capacity(positions.len());
    (0_i64..).zip(positions).all(|(place, positions)| {
        let (first, last) = (first + place, last + place);
        let possible = &positions[positions.partition_point(|position| i64::from(*position) < first)..];
        let free = possible.iter().find(|position| !taken.contains(position));
        let free = free.filter(|position| i64::from(**position) <= last);
        taken.extend(free);
        free.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn moves_are_counted_as_lucene_does() {
        let (near, swapped, apart) = ([vec![0], vec![2]], [vec![1], vec![0]], [vec![0], vec![9]]);
        assert!(!fit(&near, 0) && fit(&near, 1));
        assert!(!fit(&swapped, 1) && fit(&swapped, 2), "words in the other order are two moves apart");
        assert!(!fit(&apart, 7) && fit(&apart, 8));
        assert!(fit(&[vec![5], vec![6], vec![7]], 0));
        assert!(fit(&[vec![9, 40], vec![1, 42]], 1), "any place will do");
    }

    #[test]
    fn a_word_that_comes_twice_has_two_places() {
        assert!(!fit(&[vec![3], vec![3]], 4), "one word is not two");
        assert!(fit(&[vec![3, 5], vec![3, 5]], 1));
        assert!(!fit(&[vec![3, 9], vec![3, 9]], 2));
    }
}
