//! Documents with any of many terms, in some fields: the field that counts most gives a document its score, which is known as
//! soon as the terms' documents are read.

use std::{fmt, sync::Arc};

use tantivy::{
    BitSet, DocId, DocSet, Score, SegmentReader, TantivyError,
    postings::TermInfo,
    query::{BitSetDocSet, EnableScoring, Explanation, Query, Scorer, Weight},
    schema::{Field, IndexRecordOption},
    termdict::TermDictionary,
};

/// Terms of a field, told by how they look.
pub(super) trait Terms: Send + Sync {
    fn field(&self) -> Field;

    /// Shows `see` where the documents of each are named.
    fn each(
        &self,
        reader: &SegmentReader,
        terms: &TermDictionary,
        see: &mut dyn FnMut(&TermInfo) -> tantivy::Result<()>,
    ) -> tantivy::Result<()>;
}

/// Documents with one of some terms, and the score of the best of them.
#[derive(Clone)]
pub(super) struct BestQuery {
    /// The lowest score first.
    ways: Vec<(Score, Arc<dyn Terms>)>,
}

impl BestQuery {
    pub(super) fn new(mut ways: Vec<(Score, Arc<dyn Terms>)>) -> Self {
        ways.sort_by(|one, other| one.0.total_cmp(&other.0));
        Self { ways }
    }
}

impl fmt::Debug for BestQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.ways.iter().map(|(score, terms)| (score, terms.field())).collect();
        write!(formatter, "BestQuery({fields:?})")
    }
}

impl Query for BestQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for BestQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut docs = BitSet::with_max_value(reader.max_doc());
        let mut places = vec![0_u16; if self.ways.len() > 1 { reader.max_doc() as usize } else { 0 }];
        for (place, (_, terms)) in (0_u16..).zip(&self.ways) {
            let index = reader.inverted_index(terms.field())?;
            terms.each(reader, index.terms(), &mut |info| {
                let mut postings = index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while !postings.docs().is_empty() {
                    for doc in postings.docs() {
                        docs.insert(*doc);
                        if let Some(known) = places.get_mut(*doc as usize) {
                            *known = place;
                        }
                    }
                    postings.advance();
                }
                Ok(())
            })?;
        }
        let scores = self.ways.iter().map(|(score, _)| score * boost).collect();
        Ok(Box::new(Best { docs: docs.into(), places, scores }))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("which of many terms a document has is not explained".into()))
    }
}

struct Best {
    docs: BitSetDocSet,
    /// By document, the place of its score; nothing where there is one only.
    places: Vec<u16>,
    scores: Vec<Score>,
}

impl DocSet for Best {
    fn advance(&mut self) -> DocId {
        self.docs.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.docs.seek(target)
    }

    fn doc(&self) -> DocId {
        self.docs.doc()
    }

    fn size_hint(&self) -> u32 {
        self.docs.size_hint()
    }
}

impl Scorer for Best {
    fn score(&mut self) -> Score {
        let place = self.places.get(self.doc() as usize).copied().unwrap_or_default();
        self.scores.get(usize::from(place)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use cairn_analysis::plan::Pattern;
    use tantivy::{
        Index, TERMINATED, TantivyDocument,
        schema::{STRING, Schema},
    };

    use super::{
        super::automaton::{Accepted, wildcard},
        *,
    };

    #[test]
    fn the_field_that_counts_most_gives_the_score() {
        let mut schema = Schema::builder();
        let (one, two) = (schema.add_text_field("one", STRING), schema.add_text_field("two", STRING));
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        for (first, second) in [("kiln", "kilo"), ("kiln", "oven"), ("oven", "kilo"), ("oven", "oven")] {
            let mut document = TantivyDocument::new();
            document.add_text(one, first);
            document.add_text(two, second);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let way = |score, field| -> (Score, Arc<dyn Terms>) {
            let automaton = wildcard("", &Pattern::read("kil*", str::to_owned).unwrap());
            (score, Arc::new(Accepted { field, automaton }))
        };
        let found = |ways| {
            let weight =
                BestQuery::new(ways).weight(EnableScoring::disabled_from_searcher(&searcher)).unwrap();
            let mut scorer = weight.scorer(searcher.segment_reader(0), 10.0).unwrap();
            let mut found = Vec::new();
            while scorer.doc() != TERMINATED {
                found.push((scorer.doc(), scorer.score()));
                scorer.advance();
            }
            found
        };
        assert_eq!(found(vec![way(3.0, two), way(2.0, one)]), [(0, 30.0), (1, 20.0), (2, 30.0)]);
        assert_eq!(found(vec![way(2.0, one)]), [(0, 20.0), (1, 20.0)]);
        assert_eq!(found(vec![]), []);
    }
}
