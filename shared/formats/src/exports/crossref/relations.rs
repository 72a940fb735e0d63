//! What a work has to do with others.

use serde_json::Value;

use super::{
    super::{
        source::{Source, text as said},
        xml::{Element, around, element, text},
    },
    About,
};

/// Relations between different works: ours, and theirs.
const BETWEEN: [(&str, &str); 19] = [
    ("iscitedby", "isReferencedBy"),
    ("cites", "references"),
    ("isreferencedby", "isReferencedBy"),
    ("references", "references"),
    ("issupplementto", "isSupplementTo"),
    ("issupplementedby", "isSupplementedBy"),
    ("iscontinuedby", "isContinuedBy"),
    ("continues", "continues"),
    ("ispartof", "isPartOf"),
    ("haspart", "hasPart"),
    ("isdocumentedby", "isDocumentedBy"),
    ("documents", "documents"),
    ("iscompiledby", "isCompiledBy"),
    ("compiles", "compiles"),
    ("isreviewedby", "hasReview"),
    ("isderivedfrom", "isDerivedFrom"),
    ("issourceof", "hasDerivation"),
    ("isrequiredby", "isRequiredBy"),
    ("requires", "requires"),
];
/// Relations between forms of the same work.
const WITHIN: [(&str, &str); 11] = [
    ("hasversion", "hasVersion"),
    ("isversionof", "isVersionOf"),
    ("isnewversionof", "isVersionOf"),
    ("ispreviousversionof", "hasVersion"),
    ("isvariantformof", "isVariantFormOf"),
    ("isoriginalformof", "isOriginalFormOf"),
    ("isidenticalto", "isIdenticalTo"),
    ("isobsoletedby", "isReplacedBy"),
    ("obsoletes", "replaces"),
    ("istranslationof", "isTranslationOf"),
    ("hastranslation", "hasTranslation"),
];
/// Schemes: ours, and theirs.
const SCHEMES: [(&str, &str); 9] = [
    ("doi", "doi"),
    ("url", "uri"),
    ("issn", "issn"),
    ("isbn", "isbn"),
    ("pmid", "pmid"),
    ("purl", "purl"),
    ("arxiv", "arxiv"),
    ("ark", "ark"),
    ("handle", "handle"),
];

/// Related works, and the versions that this one stands for. That a version belongs to all of them is not said there:
/// `Crossref` turns relations round, and refuses those to DOIs that it does not know yet.
pub(super) fn relations(source: Source<'_>, about: &About<'_>) -> Option<Element> {
    let mut rows: Vec<Element> =
        source.list("related_identifiers").iter().filter_map(|row| one(row, about)).collect();
    rows.extend(about.versions.iter().map(|doi| item("rel:intra_work_relation", "hasVersion", "doi", doi)));
    around("rel:program", rows).map(|program| program.with("name", "relations"))
}

fn one(row: &Value, about: &About<'_>) -> Option<Element> {
    let (scheme, identifier) = (said(&row["scheme"])?, said(&row["identifier"])?);
    let is = |doi: &str| doi.eq_ignore_ascii_case(identifier);
    if scheme == "doi" && (is(about.doi) || about.unknown.iter().any(|unknown| is(unknown))) {
        return None;
    }
    let ours = said(&row["relation_type"]["id"])?;
    let scheme = theirs(&SCHEMES, scheme)?;
    let between =
        theirs(&BETWEEN, ours).map(|name| item("rel:inter_work_relation", name, scheme, identifier));
    between.or_else(|| Some(item("rel:intra_work_relation", theirs(&WITHIN, ours)?, scheme, identifier)))
}

fn theirs(names: &[(&str, &'static str)], ours: &str) -> Option<&'static str> {
    names.iter().find(|(name, _)| *name == ours).map(|(_, theirs)| *theirs)
}

fn item(sort: &'static str, relation: &str, scheme: &str, identifier: &str) -> Element {
    let relation = text(sort, identifier).with("relationship-type", relation).with("identifier-type", scheme);
    element("rel:related_item").holding([relation])
}
