//! One search: a single pass over each segment for total, facets and the best hits; then the page is loaded.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::Arc,
};

use cairn_analysis::source;
use cairn_model::Query;
use cairn_ports::search::{Facet, Found, Hit, Search, SearchError, Sort};
use tantivy::{
    DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyDocument,
    columnar::{Column as U64Column, StrColumn},
    query::{EnableScoring, Weight},
    schema::Value as _,
};

use super::{
    among::{Among, Remembered, Weighing},
    columns::Column,
    compile::{Compiler, unavailable},
    cursor::Cursor,
    facets::Counts,
    layout::{Layout, VERSION},
    rank::{self, Ranking, Row},
};

/// An index as it is seen by one search.
pub(super) struct View<'a> {
    pub layout: &'a Layout,
    pub searcher: &'a Searcher,
    pub remembered: &'a Remembered,
}

/// What was found in one segment, or in several together.
#[derive(Default)]
struct Harvest {
    total: u64,
    /// Those behind the cursor.
    behind: usize,
    counts: Vec<Counts>,
    rows: Vec<Row>,
}

/// Runs `search` over `views`.
pub(super) fn run(views: &[View<'_>], search: &Search) -> Result<Found, SearchError> {
    let mut all =
        Harvest { counts: search.facets.iter().map(|_| Counts::default()).collect(), ..Harvest::default() };
    let after = search.after.as_ref().map(|place| Cursor::read(place, search.sort.len())).transpose()?;
    for (index, view) in views.iter().enumerate() {
        view.harvest(index, search, after.as_ref(), &mut all)?;
    }
    let end = search.from.saturating_add(search.size);
    let page = rank::page(all.rows, (search.from, end), |index, segment| views[index].ids(segment))?;
    let last = page.last().filter(|_| all.behind > end);
    let next = last.map(|row| serde_json::to_value(Cursor::behind(row))).transpose();
    let next = next.map_err(|error| SearchError::Unavailable(error.to_string()))?;
    // Opening a column takes longer than reading a hit.
    let mut versions = HashMap::new();
    let hits = page.iter().map(|row| {
        let view = &views[row.index];
        let versions = match versions.entry((row.index, row.address.segment_ord)) {
            Entry::Occupied(opened) => opened.into_mut(),
            Entry::Vacant(place) => place.insert(view.versions(row.address.segment_ord)?),
        };
        view.load(row, versions, search.verbatim)
    });
    let hits = hits.collect::<Result<_, _>>()?;
    let columns = views.first().map(|view| &view.remembered.columns);
    let buckets = |facet: &Facet, counts: &Counts| {
        columns.map(|columns| counts.buckets(&facet.kind, columns)).unwrap_or_default()
    };
    let facets: BTreeMap<_, _> = search
        .facets
        .iter()
        .zip(&all.counts)
        .map(|(facet, counts)| (facet.name.clone(), buckets(facet, counts)))
        .collect();
    Ok(Found { hits, total: all.total, facets, next })
}

impl View<'_> {
    fn harvest(
        &self,
        index: usize,
        search: &Search,
        after: Option<&Cursor>,
        all: &mut Harvest,
    ) -> Result<(), SearchError> {
        let ranked = search.sort.contains(&Sort::Relevance);
        let (asked, among) = cairn_analysis::among::parts(&search.query);
        let among = self.among(&among)?;
        let asked = self.asked(&asked, ranked, &among)?;
        let selected = self.narrowing(&search.post_filter, &among)?;
        let guards = search.facets.iter().map(|facet| match &facet.among {
            Query::All => Ok(None),
            guard => self.among(guard).map(Some),
        });
        let guards = guards.collect::<Result<Vec<_>, _>>()?;
        for ((number, reader), among) in (0_u32..).zip(self.searcher.segment_readers()).zip(&among) {
            let (docs, scores) = match &asked {
                Some(asked) => matches(asked.as_ref(), reader, among, ranked)?,
                None => (among.docs(), Vec::new()),
            };
            for ((facet, guard), counts) in search.facets.iter().zip(&guards).zip(&mut all.counts) {
                let guard = guard.as_ref().map(|segments| segments[number as usize].as_ref());
                if asked.is_some() {
                    self.count(reader, facet, guard, &docs, counts)?;
                    continue;
                }
                let whole = among.counted(facet, || {
                    let mut fresh = Counts::default();
                    self.count(reader, facet, guard, &docs, &mut fresh).map(|()| fresh)
                });
                counts.add(whole?.as_ref());
            }
            let limit = search.from.saturating_add(search.size).min(docs.len());
            let mut ranking = Ranking::new(self.layout, reader, &search.sort, limit)?;
            if let Some(cursor) = after {
                ranking = ranking.after(cursor, index)?;
            }
            let mut filter = match &selected {
                Some(weight) => Some(weight.scorer(reader, 1.0).map_err(unavailable)?),
                None => None,
            };
            for (doc, score) in docs.iter().zip(scores.into_iter().chain(std::iter::repeat(0.0))) {
                if filter.as_mut().is_none_or(|filter| has(filter.as_mut(), *doc)) {
                    all.total += 1;
                    all.behind += usize::from(ranking.push(*doc, score));
                }
            }
            all.rows.extend(ranking.rows(index, number)?);
        }
        Ok(())
    }

    /// Counts those of `docs` for a facet that `guard` lets through.
    fn count(
        &self,
        reader: &SegmentReader,
        facet: &Facet,
        guard: Option<&Among>,
        docs: &[DocId],
        counts: &mut Counts,
    ) -> Result<(), SearchError> {
        let columns = Column::of(&facet.kind);
        let columns = columns.iter().map(|column| self.remembered.columns.of(self.layout, reader, column));
        let columns: Vec<_> = columns.collect::<Result<_, _>>()?;
        let columns = columns.iter().map(AsRef::as_ref);
        let docs = docs.iter().copied();
        match guard {
            Some(guard) => counts.count(columns, &docs.filter(|doc| guard.contains(*doc))),
            None => counts.count(columns, &docs),
        }
        Ok(())
    }

    /// The ids of a segment.
    fn ids(&self, segment: u32) -> Result<StrColumn, SearchError> {
        rank::ids(self.searcher.segment_reader(segment))
    }

    /// What looks at documents one by one; none where all pass.
    fn narrowing(&self, query: &Query, among: &[Arc<Among>]) -> Result<Option<Box<dyn Weight>>, SearchError> {
        if *query == Query::All {
            return Ok(None);
        }
        self.weight(query, among, EnableScoring::disabled_from_searcher(self.searcher)).map(Some)
    }

    /// The documents that the search is among, by segment.
    fn among(&self, query: &Query) -> Result<Vec<Arc<Among>>, SearchError> {
        // Only what is not remembered has to be compiled.
        let mut compiled = None;
        let segments = self.searcher.segment_readers().iter();
        let among = segments.map(|reader| {
            if let Some(known) = self.remembered.known(query, reader) {
                return Ok(known);
            }
            let filter = match compiled.take() {
                Some(filter) => filter,
                None => self.weight(query, &[], EnableScoring::disabled_from_searcher(self.searcher))?,
            };
            let among = self.remembered.among(query, filter.as_ref(), reader).map_err(unavailable);
            compiled = Some(filter);
            among
        });
        among.collect()
    }

    /// What finds what is asked; nothing where all documents are found that the search is among.
    fn asked(
        &self,
        query: &Query,
        ranked: bool,
        among: &[Arc<Among>],
    ) -> Result<Option<Box<dyn Weight>>, SearchError> {
        if !ranked || *query == Query::All {
            return self.narrowing(query, among);
        }
        let weighing = Weighing { searcher: self.searcher, among };
        self.weight(query, among, EnableScoring::enabled_from_statistics_provider(&weighing, self.searcher))
            .map(Some)
    }

    fn weight(
        &self,
        query: &Query,
        among: &[Arc<Among>],
        scoring: EnableScoring<'_>,
    ) -> Result<Box<dyn Weight>, SearchError> {
        let compiled = Compiler { layout: self.layout, searcher: self.searcher, among }.compile(query)?;
        compiled.weight(scoring).map_err(unavailable)
    }

    /// The versions of a segment's documents.
    fn versions(&self, segment: u32) -> Result<U64Column, SearchError> {
        self.searcher.segment_reader(segment).fast_fields().u64(VERSION).map_err(unavailable)
    }

    fn load(&self, row: &Row, versions: &U64Column, verbatim: Option<&str>) -> Result<Hit, SearchError> {
        let document: TantivyDocument = self.searcher.doc(row.address).map_err(unavailable)?;
        let source = document.get_first(self.layout.source).and_then(|value| value.as_str());
        let (source, verbatim) = source::read(source.unwrap_or_default(), verbatim)
            .map_err(|error| SearchError::Unavailable(format!("`{}` cannot be read: {error}", row.id)))?;
        let version = versions.first(row.address.doc_id);
        let index = self.layout.mapping.index.to_owned();
        Ok(Hit { index, id: row.id.clone(), version: version.unwrap_or_default(), source, verbatim })
    }
}

/// Whether a document is among those of `set`; asked in their order.
fn has(set: &mut dyn DocSet, doc: DocId) -> bool {
    set.doc() == doc || (set.doc() < doc && set.seek(doc) == doc)
}

/// The documents of a segment that match, in their order; with their scores where those are wanted.
fn matches(
    query: &dyn Weight,
    reader: &SegmentReader,
    among: &Among,
    ranked: bool,
) -> Result<(Vec<DocId>, Vec<Score>), SearchError> {
    let mut scorer = query.scorer(reader, 1.0).map_err(unavailable)?;
    let (mut docs, mut scores) = (Vec::new(), Vec::new());
    let mut doc = scorer.doc();
    while doc != TERMINATED {
        if among.contains(doc) {
            docs.push(doc);
            if ranked {
                scores.push(scorer.score());
            }
        }
        doc = scorer.advance();
    }
    Ok((docs, scores))
}
