//! Which segments are merged: few at a time while documents come in, the small ones when nothing happens.

use tantivy::{
    index::{SegmentId, SegmentMeta},
    indexer::{MergeCandidate, MergePolicy},
};

/// So many segments of about the same size are merged into one.
const ALIKE: usize = 6;
/// Each class of sizes is this many times larger than the one before.
const GROWTH: u32 = 4;
/// Documents in the smallest class.
const SMALLEST: u32 = 16;

/// Merges segments of one class of sizes, so that a document is rewritten a few times at most.
#[derive(Debug, Clone)]
pub(super) struct BySize;

impl MergePolicy for BySize {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut classes: Vec<Vec<SegmentId>> = Vec::new();
        for segment in segments {
            let class = class(segment.num_docs());
            if classes.len() <= class {
                classes.resize_with(class + 1, Vec::new);
            }
            classes[class].push(segment.id());
        }
        let full = classes.into_iter().filter(|class| class.len() >= ALIKE).map(MergeCandidate);
        let wasted = segments.iter().filter(|segment| mostly_deleted(segment));
        let mut candidates: Vec<MergeCandidate> = full.collect();
        for segment in wasted {
            if !candidates.iter().any(|candidate| candidate.0.contains(&segment.id())) {
                candidates.push(MergeCandidate(vec![segment.id()]));
            }
        }
        candidates
    }
}

/// Segments of so many documents are left as they are while nobody searches them.
const LARGE: u32 = 1_000;

/// Merges small segments only, of which others' commits make many: the large ones are merged once, when there is time.
#[derive(Debug, Clone)]
pub(super) struct SmallOnes;

impl MergePolicy for SmallOnes {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let small = segments.iter().filter(|segment| segment.num_docs() < LARGE);
        BySize.compute_merge_candidates(&small.cloned().collect::<Vec<_>>())
    }
}

fn class(documents: u32) -> usize {
    let mut limit = SMALLEST;
    let mut class = 0;
    while documents > limit {
        limit = limit.saturating_mul(GROWTH);
        class += 1;
    }
    class
}

fn mostly_deleted(segment: &SegmentMeta) -> bool {
    segment.num_deleted_docs() > 1_000 && segment.num_deleted_docs() > segment.num_docs()
}

/// The segments worth merging when there is time: all of a small index, the small ones of a large index.
pub(super) fn leftovers(mut segments: Vec<SegmentMeta>) -> Vec<SegmentId> {
    segments.sort_by_key(|segment| std::cmp::Reverse(segment.num_docs()));
    let total: u64 = segments.iter().map(|segment| u64::from(segment.num_docs())).sum();
    let mut rest = total;
    let kept = segments.iter().take_while(|segment| {
        let size = u64::from(segment.num_docs());
        rest -= size;
        // A segment stays while what follows it is small beside it.
        size > 20_000 && rest * 4 < total
    });
    let kept = kept.count();
    let merged = &segments[kept..];
    let wasted = merged.iter().any(|segment| segment.num_deleted_docs() * 4 > segment.max_doc());
    if merged.len() > 1 || wasted { merged.iter().map(SegmentMeta::id).collect() } else { Vec::new() }
}
