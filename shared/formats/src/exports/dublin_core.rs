//! Simple Dublin Core, as OAI-PMH knows it.

use serde_json::Value;

use super::{
    source::{Source, list, prop, text as said, title, url},
    xml::{Element, element, text},
};

/// The document of a record.
pub(super) fn write(source: Source<'_>) -> String {
    tree(source).document()
}

/// The element of a record.
pub(super) fn tree(source: Source<'_>) -> Element {
    let names = |key: &str| -> Vec<String> {
        source
            .list(key)
            .iter()
            .filter_map(|agent| said(&agent["person_or_org"]["name"]))
            .map(str::to_owned)
            .collect()
    };
    let texts =
        |key: &str| -> Vec<String> { source.list(key).iter().filter_map(said).map(str::to_owned).collect() };
    let one = |value: Option<&str>| -> Vec<String> { value.map(str::to_owned).into_iter().collect() };
    let subjects = source.list("subjects").iter().filter_map(|row| said(&row["subject"])).map(str::to_owned);
    let languages = source.list("languages").iter().filter_map(|row| said(&row["id"])).map(str::to_owned);
    // In the order of their names.
    let table: [(&'static str, Vec<String>); 15] = [
        ("dc:contributor", names("contributors")),
        ("dc:coverage", list(&source.metadata("locations")["features"]).iter().map(coverage).collect()),
        ("dc:creator", names("creators")),
        ("dc:date", dates(source)),
        ("dc:description", descriptions(source).collect()),
        ("dc:format", texts("formats")),
        ("dc:identifier", identifiers(source)),
        ("dc:language", languages.collect()),
        ("dc:publisher", one(source.text("publisher"))),
        ("dc:relation", relations(source)),
        ("dc:rights", rights(source)),
        ("dc:source", sources(source)),
        ("dc:subject", subjects.collect()),
        ("dc:title", one(source.text("title"))),
        ("dc:type", one(source.kind("eurepo"))),
    ];
    let elements =
        table.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| text(name, value)));
    element("oai_dc:dc")
        .with("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .with("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .with(
            "xsi:schemaLocation",
            "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        )
        .holding(elements)
}

/// How open the files are, in the words of the info:eu-repo vocabulary.
pub(super) fn openness(source: Source<'_>) -> Option<String> {
    said(&source.at("access")["status"]).map(|status| format!("info:eu-repo/semantics/{status}Access"))
}

/// The day an embargo ends, in the words of the same vocabulary.
pub(super) fn embargo_end(source: Source<'_>) -> Option<String> {
    source.embargoed_until().map(|until| format!("info:eu-repo/date/embargoEnd/{until}"))
}

/// All descriptions, their tags as text, which InvenioRDM's clients turn into tags again.
pub(super) fn descriptions(source: Source<'_>) -> impl Iterator<Item = String> {
    let more = source.list("additional_descriptions").iter().filter_map(|row| said(&row["description"]));
    source.text("description").into_iter().chain(more).map(tags_as_text)
}

/// HTML whose tags are text; its entities stay as they are.
pub(super) fn tags_as_text(html: &str) -> String {
    html.replace('<', "&lt;").replace('>', "&gt;")
}

fn dates(source: Source<'_>) -> Vec<String> {
    let published = source.text("publication_date").map(str::to_owned);
    published.into_iter().chain(embargo_end(source)).collect()
}

fn identifiers(source: Source<'_>) -> Vec<String> {
    let pids = source.at("pids").as_object().into_iter().flatten();
    let pids = pids.filter_map(|(scheme, pid)| Some(address(scheme, said(&pid["identifier"])?)));
    let others = source.list("identifiers").iter();
    let others = others.filter_map(|row| Some(address(said(&row["scheme"])?, said(&row["identifier"])?)));
    pids.chain(others).collect()
}

/// Where an identifier leads, else the identifier with its scheme before it.
fn address(scheme: &str, identifier: &str) -> String {
    let row = serde_json::json!({"scheme": scheme, "identifier": identifier});
    url(&row).unwrap_or_else(|| {
        if identifier.starts_with(scheme) { identifier.to_owned() } else { format!("{scheme}:{identifier}") }
    })
}

fn relations(source: Source<'_>) -> Vec<String> {
    let rows = source.list("related_identifiers").iter();
    let related = rows.filter_map(|row| Some(address(said(&row["scheme"])?, said(&row["identifier"])?)));
    let communities = source.communities();
    let communities = communities.iter().map(|slug| format!("{}/communities/{slug}", source.site.url));
    let concept = source.parent_doi().map(|doi| format!("https://doi.org/{doi}"));
    related.chain(communities).chain(concept).collect()
}

fn rights(source: Source<'_>) -> Vec<String> {
    let of_one = |right: &Value| {
        let address = said(&right["props"]["url"]).or_else(|| said(&right["link"]));
        [title(right), address].into_iter().flatten().map(str::to_owned).collect::<Vec<_>>()
    };
    openness_of_metadata(source).into_iter().chain(source.list("rights").iter().flat_map(of_one)).collect()
}

/// What has no files is closed.
fn openness_of_metadata(source: Source<'_>) -> Option<String> {
    match openness(source)?.as_str() {
        "info:eu-repo/semantics/metadata-onlyAccess" => {
            Some("info:eu-repo/semantics/closedAccess".to_owned())
        }
        other => Some(other.to_owned()),
    }
}

/// Where it appeared: in a journal, at a meeting.
fn sources(source: Source<'_>) -> Vec<String> {
    let (journal, meeting) = (source.custom("journal:journal"), source.custom("meeting:meeting"));
    let issue = match (said(&journal["volume"]), said(&journal["issue"])) {
        (Some(volume), Some(issue)) => Some(format!("{volume}({issue})")),
        (volume, issue) => volume.or(issue).map(str::to_owned),
    };
    let own = |row: &Value, key: &str| said(&row[key]).map(str::to_owned);
    let date = source.text("publication_date").map(|date| format!("({date})"));
    let article = [own(journal, "title"), issue, own(journal, "pages"), date].into_iter().flatten();
    let talk = ["acronym", "title", "place", "dates"].iter().filter_map(|key| own(meeting, key));
    let article = journal.is_object().then(|| article.collect::<Vec<_>>().join(", "));
    let talk = meeting.is_object().then(|| talk.collect::<Vec<_>>().join(", "));
    article.into_iter().chain(talk).filter(|line| !line.is_empty()).collect()
}

/// A place as `name=…; description=…; lat=…; lon=…`.
fn coverage(location: &Value) -> String {
    let (geometry, mut parts) = (&location["geometry"], Vec::new());
    parts.extend(said(&location["place"]).map(|place| format!("name={place}")));
    parts.extend(said(&location["description"]).map(|text| format!("description={text}")));
    if geometry["type"] == "Point" {
        parts.push(format!("lat={}", geometry["coordinates"][1]));
        parts.push(format!("lon={}", geometry["coordinates"][0]));
    }
    parts.join("; ")
}

/// The `eurepo` type of a resource type.
pub(super) fn eurepo(kind: &Value) -> Option<&str> {
    prop(kind, "eurepo")
}
