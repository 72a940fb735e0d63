//! Kinds of works, and how they relate, in DCAT-AP.

use serde_json::Value;

use super::{
    super::{
        source::text as said,
        xml::{Element, element, text},
    },
    address, resource,
};

/// How `DataCite`'s general types are called in DCMI's.
const TYPES: [(&str, &str); 16] = [
    ("Audiovisual", "MovingImage"),
    ("Collection", "Collection"),
    ("ComputationalNotebook", "Software"),
    ("DataPaper", "Text"),
    ("Dataset", "Dataset"),
    ("Event", "Event"),
    ("Film", "MovingImage"),
    ("Image", "Image"),
    ("InteractiveResource", "InteractiveResource"),
    ("Model", "InteractiveResource"),
    ("PhysicalObject", "PhysicalObject"),
    ("Service", "Service"),
    ("Software", "Software"),
    ("Sound", "Sound"),
    ("Workflow", "InteractiveResource"),
    ("Other", ""),
];

/// What a work is: to DCAT, and to DCMI. Texts of all kinds are texts.
pub(super) fn kinds(general: &str) -> Vec<Element> {
    let class = match general {
        "Event" => "http://purl.org/dc/dcmitype/Event",
        "PhysicalObject" => "http://purl.org/dc/dcmitype/PhysicalObject",
        "Service" => "http://www.w3.org/ns/dcat#DataService",
        _ => "http://www.w3.org/ns/dcat#Dataset",
    };
    let kind = TYPES.iter().find(|(known, _)| *known == general).map_or("Text", |(_, kind)| kind);
    let kind =
        (!kind.is_empty()).then(|| resource("dct:type", format!("http://purl.org/dc/dcmitype/{kind}")));
    [resource("rdf:type", class)].into_iter().chain(kind).collect()
}

/// The terms for `DataCite`'s relations; for others it is said that there is one.
const RELATIONS: [(&str, &str); 35] = [
    ("IsCitedBy", "dct:isReferencedBy"),
    ("Cites", "bibo:cites"),
    ("IsSupplementTo", "citedcat:isSupplementTo"),
    ("IsSupplementedBy", "citedcat:isSupplementedBy"),
    ("IsContinuedBy", "citedcat:isContinuedBy"),
    ("Continues", "citedcat:continues"),
    ("IsNewVersionOf", "dct:isVersionOf"),
    ("IsPreviousVersionOf", "dct:hasVersion"),
    ("HasVersion", "dct:hasVersion"),
    ("IsVersionOf", "dct:isVersionOf"),
    ("IsPartOf", "dct:isPartOf"),
    ("IsPublishedIn", "dct:isPartOf"),
    ("HasPart", "dct:hasPart"),
    ("IsReferencedBy", "dct:isReferencedBy"),
    ("References", "dct:references"),
    ("IsDocumentedBy", "foaf:page"),
    ("Documents", "foaf:topic"),
    ("HasMetadata", "foaf:isPrimaryTopicOf"),
    ("IsMetadataFor", "foaf:primaryTopic"),
    ("IsDerivedFrom", "dct:source"),
    ("IsSourceOf", "prov:hadDerivation"),
    ("Compiles", "citedcat:compiles"),
    ("IsCompiledBy", "citedcat:isCompiledBy"),
    ("IsOriginalFormOf", "citedcat:isOriginalFormOf"),
    ("Describes", "citedcat:describes"),
    ("IsDescribedBy", "wdrs:describedby"),
    ("IsVariantFormOf", "schema:isVariantOf"),
    ("IsIdenticalTo", "owl:sameAs"),
    ("Reviews", "schema:itemReviewed"),
    ("IsReviewedBy", "schema:review"),
    ("Requires", "dct:requires"),
    ("IsRequiredBy", "dct:isRequiredBy"),
    ("Obsoletes", "dct:replaces"),
    ("IsObsoletedBy", "dct:isReplacedBy"),
    ("IsTranslationOf", "dct:isVersionOf"),
];

/// A related work that can be looked up.
pub(super) fn related(row: &Value) -> Option<Element> {
    let identifier = said(&row["relatedIdentifier"])?;
    let address = address(said(&row["relatedIdentifierType"])?, identifier)?;
    let relation = said(&row["relationType"])?;
    let name =
        RELATIONS.iter().find(|(known, _)| *known == relation).map_or("dct:relation", |(_, name)| name);
    let kinds = said(&row["resourceTypeGeneral"]).map(kinds).unwrap_or_default();
    let work = element("rdf:Description").with("rdf:about", crate::links::encode::path(&address));
    Some(element(name).holding([work.holding([text("dct:identifier", address)]).holding(kinds)]))
}
