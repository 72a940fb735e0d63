//! CSL JSON: what citations are made from. Keys with an underscore are InvenioRDM's.

use serde_json::{Value, json};

use super::{
    json::{have, object, some},
    source::{Source, plain, text},
};

/// The item of a record.
pub fn write(source: Source<'_>) -> Value {
    let (journal, imprint, meeting) = (
        source.custom("journal:journal"),
        source.custom("imprint:imprint"),
        source.custom("meeting:meeting"),
    );
    // Where several say the same, the later one counts.
    let either = |name: &str| text(&imprint[name]).or_else(|| text(&journal[name]));
    object([
        ("id", have(Some(source.id()))),
        ("type", have(Some(source.kind("csl").unwrap_or("article")))),
        ("title", have(source.text("title"))),
        ("abstract", have(plain(source.metadata("description")))),
        ("author", some(source.list("creators").iter().map(|creator| name(&creator["person_or_org"])))),
        ("issued", source.text("publication_date").map(issued)),
        ("language", source.list("languages").first().map(|language| language["id"].clone())),
        ("version", have(source.text("version"))),
        ("publisher", have(source.text("publisher"))),
        ("DOI", have(source.doi().or_else(|| source.identifier("doi")))),
        ("ISBN", have(text(&imprint["isbn"]).or_else(|| source.identifier("isbn")))),
        ("ISSN", have(text(&journal["issn"]).or_else(|| source.identifier("issn")))),
        ("container_title", have(either("title"))),
        ("page", have(either("pages"))),
        ("volume", have(text(&journal["volume"]))),
        ("issue", have(text(&journal["issue"]))),
        ("publisher_place", have(text(&imprint["place"]))),
        ("edition", have(text(&imprint["edition"]))),
        ("event", have(event(meeting))),
        ("event_place", have(text(&meeting["place"]))),
    ])
}

fn name(who: &Value) -> Value {
    let family = text(&who["family_name"]).or_else(|| text(&who["name"]));
    object([("family", have(family)), ("given", have(text(&who["given_name"])))])
}

/// Parts of dates as they are in EDTF; both ends of an interval.
fn issued(date: &str) -> Value {
    let parts = date.split('/').map(|end| json!(end.split('-').collect::<Vec<_>>()));
    json!({"date-parts": parts.collect::<Vec<_>>()})
}

/// `Title (Acronym)`, or what there is of it.
pub(super) fn event(meeting: &Value) -> Option<String> {
    match (text(&meeting["title"]), text(&meeting["acronym"])) {
        (Some(title), Some(acronym)) => Some(format!("{title} ({acronym})")),
        (title, acronym) => title.or(acronym).map(str::to_owned),
    }
}
