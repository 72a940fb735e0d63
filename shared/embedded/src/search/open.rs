//! Patterns without a known beginning: what fits stands anywhere in a dictionary, which is read once for all of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    io,
    sync::{Arc, Mutex},
};

use tantivy::{SegmentReader, index::SegmentId, postings::TermInfo, schema::Field, termdict::TermDictionary};
use tantivy_fst::Automaton;

use super::{automaton::Wildcard, best::Terms, columns::lock};

/// The terms of a dictionary that begin alike, in its order.
#[derive(Default)]
struct Listed {
    terms: Vec<Listing>,
    /// What is new in each, one after the other.
    bytes: Vec<u8>,
}

/// A term. Neighbours begin alike, so only what is new in it is kept, and looked at.
struct Listing {
    /// Bytes that it shares with the one before, behind the beginning that all share.
    shared: usize,
    /// Where what is new in it ends.
    end: usize,
    /// Where its documents are named.
    place: TermInfo,
}

impl Listed {
    fn read(terms: &TermDictionary, prefix: &[u8]) -> io::Result<Self> {
        let (mut listed, mut before) = (Self::default(), Vec::<u8>::new());
        let mut stream = terms.range().ge(prefix).into_stream()?;
        while stream.advance()
            && let Some(term) = stream.key().strip_prefix(prefix)
        {
            let shared = before.iter().zip(term).take_while(|(one, other)| one == other).count();
            listed.bytes.extend(&term[shared..]);
            before.truncate(shared);
            before.extend(&term[shared..]);
            listed.terms.push(Listing { shared, end: listed.bytes.len(), place: stream.value().clone() });
        }
        Ok(listed)
    }

    /// Where the documents of those that fit are named.
    fn fitting(&self, pattern: &Wildcard) -> impl Iterator<Item = &TermInfo> {
        let (mut begin, mut reached) = (0, vec![pattern.start()]);
        self.terms.iter().filter_map(move |term| {
            reached.truncate(term.shared + 1);
            let mut state = reached.last().copied().unwrap_or_default();
            for byte in &self.bytes[begin..term.end] {
                state = pattern.accept(&state, *byte);
                reached.push(state);
            }
            begin = term.end;
            pattern.is_match(&state).then_some(&term.place)
        })
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

/// The terms of `field` that fit behind `prefix`.
pub(super) struct Fitting {
    pub field: Field,
    pub prefix: Vec<u8>,
    pub pattern: Wildcard,
    pub listings: Arc<Listings>,
}

impl Terms for Fitting {
    fn field(&self) -> Field {
        self.field
    }

    fn each(
        &self,
        reader: &SegmentReader,
        _: &TermDictionary,
        see: &mut dyn FnMut(&TermInfo) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let listed = self.listings.of(reader, self.field, &self.prefix)?;
        listed.fitting(&self.pattern).try_for_each(see)
    }
}

#[cfg(test)]
mod tests {
    use cairn_analysis::plan::Pattern;
    use tantivy::{
        Index, TantivyDocument,
        collector::DocSetCollector,
        schema::{STRING, Schema},
    };

    use super::{super::best::BestQuery, *};

    #[test]
    fn what_fits_is_found_among_terms_that_begin_alike() {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("word", STRING);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let words = ["a.kil", "b.", "b.kiln", "b.kilns", "b.kilo", "b.skill", "b.é", "c.kiln"];
        for word in words {
            let mut document = TantivyDocument::new();
            document.add_text(field, word);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let listings = Arc::<Listings>::default();
        let found = |pattern: &str| {
            let pattern = Wildcard::of(&Pattern::read(pattern, str::to_owned).unwrap());
            let fitting = Fitting { field, prefix: b"b.".to_vec(), pattern, listings: listings.clone() };
            let query = BestQuery::new(vec![(1.0, Arc::new(fitting))]);
            let mut found: Vec<_> = searcher.search(&query, &DocSetCollector).unwrap().into_iter().collect();
            found.sort_unstable();
            found.into_iter().map(|hit| words[hit.doc_id as usize]).collect::<Vec<_>>()
        };
        assert_eq!(found("*kil*"), ["b.kiln", "b.kilns", "b.kilo", "b.skill"]);
        assert_eq!(found("?il?"), ["b.kiln", "b.kilo"]);
        assert_eq!(found("*s"), ["b.kilns"]);
        assert_eq!(found("?"), ["b.é"]);
        assert_eq!(found("*"), words[1..7]);
        assert!(found("*x*").is_empty());
        assert_eq!(lock(&listings.0).len(), 1, "the dictionary was read once");
    }
}
