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
