//! Patterns without a known beginning: what fits stands anywhere in a dictionary, which is read once for all of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt, io,
    sync::{Arc, Mutex},
};

use tantivy::{
    BitSet, Score, SegmentReader, TantivyError,
    index::SegmentId,
    postings::TermInfo,
    query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight},
    schema::{Field, IndexRecordOption},
    termdict::TermDictionary,
};

use super::{automaton::Wildcard, columns::lock};

/// The terms of a dictionary that begin alike, in its order.
#[derive(Default)]
struct Listed {
    /// Where the documents of each are named.
    places: Vec<TermInfo>,
    /// What stands behind the beginning, of one after the other.
    rests: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Listed {
    fn read(terms: &TermDictionary, prefix: &[u8]) -> io::Result<Self> {
        let mut listed = Self::default();
        let mut stream = terms.range().ge(prefix).into_stream()?;
        while stream.advance()
            && let Some(rest) = stream.key().strip_prefix(prefix)
        {
            listed.rests.extend(rest);
            listed.places.push(stream.value().clone());
            listed.ends.push(listed.rests.len());
        }
        Ok(listed)
    }

    /// Those that fit.
    fn fitting(&self, pattern: &Wildcard) -> impl Iterator<Item = &TermInfo> {
        let begins = std::iter::once(&0).chain(&self.ends);
        let spans = begins.zip(&self.ends).zip(&self.places);
        spans.filter(|((begin, end), _)| pattern.fits(&self.rests[**begin..**end])).map(|(_, place)| place)
    }
}

/// The dictionary of a field in a segment, and what its terms begin with.
type Part = (SegmentId, Field, Vec<u8>);

/// What a search has read of dictionaries.
#[derive(Default)]
pub(super) struct Listings(Mutex<HashMap<Part, Arc<Listed>>>);

impl Listings {
    fn of(&self, reader: &SegmentReader, field: Field, prefix: &[u8]) -> tantivy::Result<Arc<Listed>> {
        Ok(match lock(&self.0).entry((reader.segment_id(), field, prefix.to_vec())) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => {
                let index = reader.inverted_index(field)?;
                place.insert(Arc::new(Listed::read(index.terms(), prefix)?)).clone()
            }
        })
    }
}

/// Documents with a term of `field` that fits behind `prefix`, all with the same score.
#[derive(Clone)]
pub(super) struct OpenQuery {
    pub field: Field,
    pub prefix: Vec<u8>,
    pub pattern: Wildcard,
    pub listings: Arc<Listings>,
}

impl fmt::Debug for OpenQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OpenQuery({:?}, {:?}…)", self.field, String::from_utf8_lossy(&self.prefix))
    }
}

impl Query for OpenQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for OpenQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let listed = self.listings.of(reader, self.field, &self.prefix)?;
        let index = reader.inverted_index(self.field)?;
        let mut found = BitSet::with_max_value(reader.max_doc());
        for place in listed.fitting(&self.pattern) {
            let mut postings = index.read_block_postings_from_terminfo(place, IndexRecordOption::Basic)?;
            while !postings.docs().is_empty() {
                for doc in postings.docs() {
                    found.insert(*doc);
                }
                postings.advance();
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: u32) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("what fits a pattern is not explained".into()))
    }
}
